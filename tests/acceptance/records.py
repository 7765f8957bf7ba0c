"""What a running daemon keeps in its database, and what only the database can be asked for."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from actors.jobs import Jobs, JobsSettings, QueueSettings, Workers
from runtime import System
from store import Database, EmbeddedServer, Query
from tests.support.daemon import RunningDaemon
from web.accounts import StoredAccounts

_LATEST_DEED = Query(
    "tests/latest_deed",
    "SELECT who, via, command, outcome FROM audit_entry ORDER BY id DESC LIMIT 1",
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry of the audit."""

    who: str
    via: str
    command: str
    outcome: str


async def latest_deed(site: RunningDaemon) -> Deed:
    """What was done last, by whom, and through which door."""
    async with _database(site) as database:
        (row,) = await database.fetch(_LATEST_DEED)
    return Deed(row["who"], row["via"], row["command"], row["outcome"])


async def link_for(site: RunningDaemon, *, name: str, role: str) -> str:
    """A one-time link for somebody who is no administrator."""
    async with _database(site) as database:
        token = await StoredAccounts(database).issue_link(name=name, role=role)
    return f"{site.url}/login?token={token}"


@asynccontextmanager
async def jobs_of(site: RunningDaemon) -> AsyncGenerator[Jobs]:
    """The way into the daemon's jobs, as a program beside it has one."""
    settings = JobsSettings(queues={"default": QueueSettings(name="default")})
    async with _database(site) as database, System() as system:
        yield Jobs(system, database, settings, Workers())


@asynccontextmanager
async def _database(site: RunningDaemon) -> AsyncGenerator[Database]:
    database = Database(EmbeddedServer(site.data_dir).url())
    await database.open()
    try:
        yield database
    finally:
        await database.close()
