"""Migrations: each once, in order, whole or not at all, and never rewritten."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from store import (
    Database,
    DatabaseNewer,
    Migration,
    MigrationChanged,
    MigrationMisnamed,
    Query,
    load_migrations,
    migrate,
)

TABLES = Query(
    "test/tables",
    "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
)
HISTORY = Query("test/history", "SELECT number, name FROM engset_migration ORDER BY number")

FIRST = Migration(1, "first", "CREATE TABLE first (id integer); CREATE TABLE second (id integer)")
SECOND = Migration(2, "second", "ALTER TABLE first ADD COLUMN word text")


async def test_an_empty_database_gets_every_migration(empty_database: Database) -> None:
    assert await migrate(empty_database) == load_migrations()
    history = [tuple(row) for row in await empty_database.fetch(HISTORY)]
    assert history == [(each.number, each.name) for each in load_migrations()]


async def test_migrating_twice_does_nothing_the_second_time(database: Database) -> None:
    assert await migrate(database) == ()


async def test_only_what_is_missing_runs(empty_database: Database) -> None:
    assert await migrate(empty_database, [FIRST]) == (FIRST,)
    assert await migrate(empty_database, [FIRST, SECOND]) == (SECOND,)


async def test_a_changed_migration_is_refused_by_its_file(empty_database: Database) -> None:
    await migrate(empty_database, [FIRST])
    changed = Migration(1, "first", FIRST.text + " ")
    with pytest.raises(MigrationChanged, match=r"0001_first\.sql"):
        await migrate(empty_database, [changed, SECOND])
    assert await migrate(empty_database, [FIRST, SECOND]) == (SECOND,)


async def test_a_database_of_a_newer_release_is_refused_by_its_number(
    empty_database: Database,
) -> None:
    await migrate(empty_database, [FIRST, SECOND])
    with pytest.raises(DatabaseNewer, match="migration 2, this release knows 1"):
        await migrate(empty_database, [FIRST])


async def test_a_migration_that_fails_leaves_nothing_and_keeps_those_before_it(
    empty_database: Database,
) -> None:
    broken = Migration(2, "broken", "CREATE TABLE third (id integer); SELECT nonsense")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(empty_database, [FIRST, broken])
    assert await empty_database.fetch_value(TABLES) == 3  # first, second and the history
    assert await migrate(empty_database, [FIRST, SECOND]) == (SECOND,)


async def test_of_daemons_that_start_together_each_migration_runs_in_one(
    empty_database: Database,
) -> None:
    results = await asyncio.gather(*(migrate(empty_database, [FIRST, SECOND]) for _ in range(4)))
    assert sorted(each.number for ran in results for each in ran) == [1, 2]


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [each.number for each in load_migrations()] == list(range(1, len(load_migrations()) + 1))


@pytest.mark.parametrize("names", [["0002_late.sql"], ["0001_a.sql", "0001_b.sql"], ["notes.txt"]])
def test_a_folder_out_of_sequence_is_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(MigrationMisnamed, match=names[-1]):
        load_migrations(tmp_path)
