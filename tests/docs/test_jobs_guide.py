"""Runs docs/jobs.md from top to bottom on a real PostgreSQL."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from actors.jobs import Jobs, JobsSettings, QueueSettings, Workers
from runtime import System
from store import Database, Query
from store.queries import jobs as queries
from tests.docs.guide import DOCS, blocks, compiled, run_block
from tests.support.epp_bench import eventually

GUIDE = DOCS / "jobs.md"
CUSTOMERS = Query("shop/customers", "CREATE TABLE customer (id serial PRIMARY KEY, email text)")
COMPLETED = Query("shop/completed", "SELECT count(*) FROM oban_jobs WHERE state = 'completed'")


@pytest.fixture
def reader(database: Database) -> Iterator[ModuleType]:
    """The module of a reader who has a database already."""
    module = sys.modules["jobs_guide"] = ModuleType("jobs_guide")
    vars(module)["database"] = database
    yield module
    del sys.modules["jobs_guide"]


async def test_the_guide_holds_from_top_to_bottom(
    reader: ModuleType, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    await database.execute(CUSTOMERS)
    await database.execute(queries.CREATE_UNIQUE_INDEX)  # as the daemon does that runs already

    async def until_completed(count: int) -> None:
        await eventually(lambda: database.fetch_value(COMPLETED), lambda found: found == count)

    settings = JobsSettings(queues={"default": QueueSettings(name="default")})
    async with System() as system:
        vars(reader)["jobs"] = Jobs(system, database, settings, Workers())
        vars(reader)["until_completed"] = until_completed
        found = list(blocks(GUIDE.read_text(encoding="utf-8")))
        assert len(found) == 5
        for line, source in found:
            await run_block(compiled(GUIDE, line, source), reader)
    said = capsys.readouterr().out
    for email in ("ada@example.org", "grace@example.org", "alan@example.org"):
        assert f"welcome {email}\n" in said
