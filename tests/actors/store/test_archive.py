"""The archive against a real PostgreSQL: what it writes, reads, keeps meanwhile and forgets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from actors.store import Archive, Audited, Restarted
from actors.store import archive as limits
from runtime import Ref, RestartRecord, System
from runtime.testing import VirtualClock
from store import Database, Query
from store.queries import runtime
from tests.support.epp_bench import eventually, steady_random

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
DEEDS = Query("tests/deeds", "SELECT node, who, via, command, outcome FROM audit_entry ORDER BY id")
AGE_DEEDS = Query("tests/age_deeds", "UPDATE audit_entry SET at = at - $1::interval")


@pytest.fixture
async def closed(database_url: str) -> AsyncIterator[Database]:
    """A migrated database whose pool nobody has opened yet."""
    database = Database(database_url)
    yield database
    await database.close()


def record(path: str, *, back_s: float | None = 0.1234567) -> RestartRecord:
    return RestartRecord(path, NOW, "link_lost: peer closed", 2, back_s)


def deed(command: str) -> Audited:
    return Audited("ada", "ssh", command, "ok")


async def archive_of(system: System, database: Database, *, node: str = "here") -> Ref:
    return await system.start(partial(Archive, database, node=node))


async def shows(archive: Ref, **facts: int) -> None:
    async def look() -> dict[str, str]:
        return dict(archive.snapshot().facts)

    wanted = {key: str(value) for key, value in facts.items()}
    await eventually(look, lambda seen: seen.items() >= wanted.items())


def remembered(system: System) -> list[str]:
    return [each.path for each in system.telemetry.history()]


async def test_restarts_and_deeds_are_written_in_order(system: System, database: Database) -> None:
    archive = await archive_of(system, database)
    archive.cast(Restarted(record("epp/v/pool")))
    archive.cast(deed("pause v"))
    archive.cast(Restarted(record("epp/v/ledger", back_s=None)))
    archive.cast(deed("unpause v"))
    await shows(archive, written=4, waiting=0)
    rows = await database.fetch(runtime.LIST_RESTARTS, "here", 9)
    assert [(row["path"], row["recovered_after_s"]) for row in rows] == [
        ("epp/v/ledger", None),
        ("epp/v/pool", 0.1234567),
    ]
    assert [tuple(row) for row in await database.fetch(DEEDS)] == [
        ("here", "ada", "ssh", "pause v", "ok"),
        ("here", "ada", "ssh", "unpause v", "ok"),
    ]


async def test_a_later_run_remembers_the_restarts_of_its_own_node_exactly(
    system: System, database: Database
) -> None:
    for node, path in (("here", "earlier"), ("there", "elsewhere"), ("here", "later")):
        archive = await archive_of(system, database, node=node)
        archive.cast(Restarted(record(path)))
        await shows(archive, written=1)
    async with System(random=steady_random()) as afterwards:
        afterwards.telemetry.restarted(record("of this run"))
        await archive_of(afterwards, database)
        assert remembered(afterwards) == ["of this run", "later", "earlier"]
        assert afterwards.telemetry.history()[1:] == (record("later"), record("earlier"))
        assert afterwards.telemetry.restarts == 1


async def test_an_archive_that_is_restarted_adds_nothing(
    system: System, database: Database
) -> None:
    first = await archive_of(system, database)
    system.telemetry.restarted(record("a"))
    first.cast(Restarted(record("a")))
    await shows(first, written=1)
    first.kill()
    await archive_of(system, database)
    assert remembered(system) == ["a"]


async def test_while_the_database_is_away_notes_are_kept_and_the_past_is_read_before_them(
    slow_system: System, closed: Database, database: Database
) -> None:
    await database.execute(
        runtime.INSERT_RESTART, "here", "of an earlier run", NOW, "link_lost", 1, None
    )
    archive = await archive_of(slow_system, closed)
    slow_system.telemetry.restarted(record("of this run"))
    archive.cast(Restarted(record("of this run")))
    archive.cast(deed("pause v"))
    await shows(archive, written=0, waiting=2)
    await closed.open()
    assert isinstance(slow_system.clock, VirtualClock)
    await slow_system.clock.advance(1.0, system=slow_system)
    await shows(archive, written=2, waiting=0)
    assert remembered(slow_system) == ["of this run", "of an earlier run"]
    assert len(await database.fetch(runtime.LIST_RESTARTS, "here", 9)) == 2


async def test_of_too_many_notes_the_oldest_are_dropped_and_counted(
    slow_system: System, closed: Database, database: Database
) -> None:
    archive = await archive_of(slow_system, closed)
    for number in range(limits._KEPT + 3):
        archive.cast(Restarted(record(str(number))))
        if number % 100 == 0:
            await shows(archive, waiting=min(number + 1, limits._KEPT))
    await shows(archive, waiting=limits._KEPT, dropped=3)
    await closed.open()
    assert isinstance(slow_system.clock, VirtualClock)
    await slow_system.clock.advance(1.0, system=slow_system)
    await shows(archive, written=limits._KEPT, waiting=0, dropped=3)
    rows = await database.fetch(runtime.LIST_RESTARTS, "here", 2_000)
    assert (rows[0]["path"], rows[-1]["path"]) == ("1002", "3")


async def test_the_audit_is_forgotten_after_two_years(
    slow_system: System, database: Database
) -> None:
    archive = await archive_of(slow_system, database)
    archive.cast(deed("old"))
    await shows(archive, written=1)
    await database.execute(AGE_DEEDS, timedelta(days=3 * 366))
    archive.cast(deed("new"))
    await shows(archive, written=2)
    assert isinstance(slow_system.clock, VirtualClock)
    await slow_system.clock.advance(3_600.0, system=slow_system)

    async def deeds() -> list[str]:
        return [row["command"] for row in await database.fetch(DEEDS)]

    assert await eventually(deeds, lambda seen: len(seen) == 1) == ["new"]


async def test_what_it_does_not_know_is_counted(system: System, database: Database) -> None:
    archive = await archive_of(system, database)
    archive.cast("what is this")
    archive.send("and this")

    async def count() -> int:
        return archive.snapshot().unhandled

    await eventually(count, lambda seen: seen == 2)
