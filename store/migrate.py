"""Bring a database to the schema of this release: numbered SQL files, each applied once, in order.

An applied migration is history: its text is recorded by hash and a changed one is refused, because
databases that ran the old text would silently differ from those that ran the new one.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

import structlog

from store.errors import DatabaseNewer, MigrationChanged, MigrationMisnamed
from store.pool import Database
from store.query import Query
from store.session import Session

_FILE = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
_LOCK_KEY = 0x656E67736574  # "engset": any number that nobody else in this database locks
_PATIENCE_S = 3_600.0  # a migration may rewrite a large table, and the next daemon waits for it

_LOCK = Query("migrate/lock", "SELECT pg_advisory_xact_lock($1)")
_CREATE_HISTORY = Query(
    "migrate/create_history",
    """
    CREATE TABLE IF NOT EXISTS engset_migration (
        number integer PRIMARY KEY,
        name text NOT NULL,
        sha256 bytea NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
    """,
)
_LIST_HISTORY = Query(
    "migrate/list_history", "SELECT number, sha256 FROM engset_migration ORDER BY number"
)
_RECORD = Query(
    "migrate/record", "INSERT INTO engset_migration (number, name, sha256) VALUES ($1, $2, $3)"
)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step of the schema."""

    number: int
    name: str
    text: str

    @property
    def file(self) -> str:
        """Its file name, `0001_start.sql`."""
        return f"{self.number:04}_{self.name}.sql"

    @property
    def sha256(self) -> bytes:
        """What identifies its text in the history."""
        return hashlib.sha256(self.text.encode()).digest()


def load_migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """The migrations of this release, or of another folder, in order.

    Raises MigrationMisnamed for a gap, a double number or a stray file.
    """
    folder = folder or files("store").joinpath("migrations")
    found: list[Migration] = []
    for number, entry in enumerate(sorted(folder.iterdir(), key=lambda each: each.name), start=1):
        match = _FILE.fullmatch(entry.name)
        if match is None or int(match["number"]) != number:
            raise MigrationMisnamed(folder=str(folder), file=entry.name)
        found.append(Migration(number, match["name"], entry.read_text(encoding="utf-8")))
    return tuple(found)


async def migrate(
    database: Database, migrations: Sequence[Migration] | None = None
) -> tuple[Migration, ...]:
    """Apply what is missing, each migration in a transaction of its own; returns what ran.

    Several daemons may call it at once: each step is taken under a lock, and who comes second finds
    it done. Raises MigrationChanged or DatabaseNewer before anything is changed, and the database's
    own error, with that migration rolled back, when a statement fails.
    """
    known = load_migrations() if migrations is None else tuple(migrations)
    ran: list[Migration] = []
    while (applied := await _apply_next(database, known)) is not None:
        ran.append(applied)
        log.info("migration.applied", number=applied.number, name=applied.name)
    return tuple(ran)


async def _apply_next(database: Database, known: tuple[Migration, ...]) -> Migration | None:
    """Apply the first migration that is missing; None when none is."""
    async with database.transaction() as session:
        await session.execute(_LOCK, _LOCK_KEY, timeout_s=_PATIENCE_S)
        await session.execute(_CREATE_HISTORY)
        done = await _checked_history(session, known)
        if done == len(known):
            return None
        missing = known[done]
        await session.execute(Query(missing.file, missing.text), timeout_s=_PATIENCE_S)
        await session.execute(_RECORD, missing.number, missing.name, missing.sha256)
        return missing


async def _checked_history(session: Session, known: tuple[Migration, ...]) -> int:
    """How many migrations have run; refuses a history that is not the beginning of `known`."""
    history = await session.fetch(_LIST_HISTORY)
    if len(history) > len(known):
        raise DatabaseNewer(number=history[-1]["number"], known=len(known))
    for row, migration in zip(history, known, strict=False):
        if row["sha256"] != migration.sha256:
            raise MigrationChanged(file=migration.file)
    return len(history)
