"""The ledger against a real PostgreSQL, and against one that goes away."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from actors.epp.health import UnknownTransform
from actors.epp.ledger import (
    Begin,
    Begun,
    Ledger,
    MarkUnknown,
    NotBegun,
    Orphan,
    Settle,
    Transform,
    Unknowns,
)
from runtime import CountChildren, Ref, System, Unhandled
from runtime.testing import VirtualClock
from store import Database, Query
from tests.support.epp_bench import FIND_TRANSFORM, NotebookDatabase, eventually, steady_random

_AGE = Query(
    "tests/age_transforms",
    "UPDATE epp_transform SET begun_at = begun_at - $1::interval, settled_at = settled_at - $1",
)


def transform(cltrid: str) -> Transform:
    return Transform(cltrid, "domain:create", "example.com", b"<epp/>")


def unknown(cltrid: str, reason: str = "link_lost") -> UnknownTransform:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return UnknownTransform(cltrid, "v", "domain:create", "example.com", now, reason)


async def ledger_of(system: System, database: Database, *, run_id: str = "1") -> Ref:
    make = partial(Ledger, database, registry="v", node="here", run_id=run_id)
    return await system.start(make)


async def row(database: Database, cltrid: str) -> Any:
    return await database.fetch_row(FIND_TRANSFORM, cltrid)


async def test_begun_is_committed(system: System, database: Database) -> None:
    ledger = await ledger_of(system, database)
    assert await ledger.call(Begin(transform("t-1"))) == Begun()
    kept = await row(database, "t-1")
    assert (kept["state"], kept["object_name"], kept["frame"]) == (
        "begun",
        "example.com",
        b"<epp/>",
    )


async def test_settled_it_keeps_the_answer(system: System, database: Database) -> None:
    ledger = await ledger_of(system, database)
    await ledger.call(Begin(transform("t-1")))
    ledger.cast(Settle("t-1", 2302, "exists", "answered"))
    assert await ledger.call(Unknowns()) == ()
    kept = await row(database, "t-1")
    assert (kept["state"], kept["result_code"]) == ("settled", 2302)


async def test_an_unknown_transform_is_listed_until_it_is_settled(
    system: System, database: Database
) -> None:
    ledger = await ledger_of(system, database)
    await ledger.call(Begin(transform("t-1")))
    ledger.cast(MarkUnknown(unknown("t-1")))
    [listed] = await ledger.call(Unknowns())
    assert (listed.cltrid, listed.reason) == ("t-1", "link_lost")
    assert (await row(database, "t-1"))["state"] == "unknown"
    ledger.cast(Settle("t-1", 1000, "done", "answered"))
    assert await ledger.call(Unknowns()) == ()


async def test_a_new_run_finds_what_the_last_one_never_saw_answered(
    system: System, database: Database
) -> None:
    first = await ledger_of(system, database)
    await first.call(Begin(transform("t-1")))
    await first.call(Begin(transform("t-2")))
    first.cast(Settle("t-2", 1000, "done", "answered"))
    await first.stop()
    second = await ledger_of(system, database, run_id="2")
    [listed] = await second.call(Unknowns())
    assert (listed.cltrid, listed.reason) == ("t-1", "daemon stopped before the answer")
    assert listed.command == "domain:create"


async def test_a_restart_within_a_run_leaves_alone_what_is_in_flight(
    system: System, database: Database
) -> None:
    first = await ledger_of(system, database)
    await first.call(Begin(transform("t-1")))
    first.kill()
    second = await ledger_of(system, database)
    assert await second.call(Unknowns()) == ()
    second.cast(Orphan("the pool was restarted"))
    [listed] = await second.call(Unknowns())
    assert listed.reason == "the pool was restarted"


async def test_what_was_settled_long_ago_is_forgotten_and_what_is_unknown_is_not(
    slow_system: System, database: Database
) -> None:
    first = await ledger_of(slow_system, database)
    for cltrid in ("settled", "unknown", "settled-today"):
        await first.call(Begin(transform(cltrid)))
    first.cast(Settle("settled", 1000, "done", "answered"))
    first.cast(MarkUnknown(unknown("unknown")))
    await first.call(Unknowns())
    await first.stop()
    await database.execute(_AGE, timedelta(days=13 * 366))
    second = await ledger_of(slow_system, database)
    second.cast(Settle("settled-today", 1000, "done", "answered"))
    assert [each.cltrid for each in await second.call(Unknowns())] == ["unknown"]
    assert await row(database, "settled") is None
    assert (await row(database, "settled-today"))["state"] == "settled"


async def test_the_same_cltrid_twice_is_a_crash_and_not_a_second_transform(
    system: System, database: Database
) -> None:
    ledger = await ledger_of(system, database)
    await ledger.call(Begin(transform("t-1")))
    with pytest.raises(Exception, match="duplicate key"):
        await ledger.call(Begin(transform("t-1")))


# A database that goes away.


@pytest.fixture
async def away(slow_system: System) -> tuple[Ref, NotebookDatabase, VirtualClock]:
    database = NotebookDatabase()
    ledger = await ledger_of(slow_system, database)
    assert isinstance(slow_system.clock, VirtualClock)
    return ledger, database, slow_system.clock


async def test_a_database_that_is_away_at_the_start_is_waited_for() -> None:
    clock = VirtualClock()
    async with System(clock=clock, random=steady_random(), frozen_messages=True) as system:
        database = NotebookDatabase()
        database.away = True
        ledger = await ledger_of(system, database)
        assert isinstance(await ledger.call(Begin(transform("t-1"))), NotBegun)
        assert dict(ledger.snapshot().facts)["away"].endswith("the server is away")
        database.away = False
        await clock.advance(1.0, system=system)
        assert "away" not in dict(ledger.snapshot().facts)
        assert await ledger.call(Begin(transform("t-1"))) == Begun()


async def test_notes_are_kept_in_order_and_written_when_it_is_back(
    away: tuple[Ref, NotebookDatabase, VirtualClock],
) -> None:
    ledger, database, clock = away
    for cltrid in ("t-1", "t-2", "t-3"):
        await ledger.call(Begin(transform(cltrid)))
    database.away = True
    ledger.cast(MarkUnknown(unknown("t-1")))
    ledger.cast(Settle("t-2", 1000, "done", "answered"))
    ledger.cast(MarkUnknown(unknown("t-3")))
    ledger.cast(Settle("t-3", 1000, "late", "answered"))
    assert [each.cltrid for each in await ledger.call(Unknowns())] == ["t-1"]
    assert dict(ledger.snapshot().facts)["unwritten"] == "4"
    assert database.states == ["begun"] * 3
    database.away = False
    await clock.advance(2.0)
    assert database.states == ["unknown", "settled", "settled"]
    assert [each.cltrid for each in await ledger.call(Unknowns())] == ["t-1"]


async def test_while_it_is_away_one_timer_asks_ever_more_slowly_and_the_log_says_it_once(
    away: tuple[Ref, NotebookDatabase, VirtualClock], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, database, clock = away
    await ledger.call(Begin(transform("t-1")))
    database.away = True
    for number in range(50):
        ledger.cast(Settle(f"x-{number}", 1000, "done", "answered"))
        await ledger.call(Begin(transform("t-2")))
    assert clock.pending <= 2
    await clock.advance(120.0)
    assert clock.pending <= 2
    assert capsys.readouterr().out.count("ledger.") == 1
    database.away = False
    await clock.advance(20.0)
    assert dict(ledger.snapshot().facts)["unwritten"] == "0"
    assert "ledger.came_back" in capsys.readouterr().out


async def test_an_orphan_s_note_never_reaches_a_transform_begun_after_it(
    away: tuple[Ref, NotebookDatabase, VirtualClock],
) -> None:
    ledger, database, _ = away
    await ledger.call(Begin(transform("t-1")))
    database.away = True
    ledger.cast(Orphan("the pool was restarted"))
    assert isinstance(await ledger.call(Begin(transform("t-2"))), NotBegun)
    database.away = False
    assert await ledger.call(Begin(transform("t-3"))) == Begun()
    assert {key: each["state"] for key, each in database.rows.items()} == {
        "t-1": "unknown",
        "t-3": "begun",
    }


async def test_others_settle_some_and_it_notices(
    away: tuple[Ref, NotebookDatabase, VirtualClock],
) -> None:
    ledger, database, clock = away
    await ledger.call(Begin(transform("t-1")))
    ledger.cast(MarkUnknown(unknown("t-1")))
    assert len(await ledger.call(Unknowns())) == 1
    database.rows["t-1"]["state"] = "settled"
    await clock.advance(16.0)
    assert await ledger.call(Unknowns()) == ()


async def test_a_request_it_does_not_know_is_refused(system: System, database: Database) -> None:
    ledger = await ledger_of(system, database)
    with pytest.raises(Unhandled):
        await ledger.call(CountChildren())
    ledger.cast("what is this")
    ledger.send("and this")

    async def count() -> int:
        return ledger.snapshot().unhandled

    await eventually(count, lambda seen: seen == 3)
