"""The clock of two nodes on one table, moved by hand through nights that are not as others."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actors.jobs import ClockSettings, JobsSettings, QueueSettings, Workers
from runtime.testing import VirtualClock
from store import Database, Query
from tests.support.epp_bench import eventually
from tests.support.job_workers import Teller
from tests.support.jobs_room import node, room

WORKERS = Workers((Teller,))
FIRED = Query("test/fired", "SELECT fired_at FROM job_clock WHERE name = 'entry'")
ENTRY = Query("test/entry", "SELECT missed, missed_at, fired_at FROM job_clock")
JOBS = Query("test/jobs", "SELECT count(*) FROM oban_jobs WHERE meta->>'cron_name' = 'entry'")
LEASE_S = 0.3


def settings(expression: str, **entry: Any) -> JobsSettings:
    """Nobody performs what is fired, and nobody dies of a clock that jumps."""
    return room(
        QueueSettings(name="elsewhere"),
        clock=(ClockSettings(name="entry", expression=expression, worker="test.Teller", **entry),),
        dead_after_s=3_600.0,
        lease_s=LEASE_S,
    )


def moments(text: str) -> list[datetime]:
    """Moments of UTC: `03-28 01:30, 03-29 00:30`."""
    return [
        datetime.fromisoformat(f"2026-{each.strip()}").replace(tzinfo=UTC)
        for each in text.split(",")
    ]


class Night:
    """The table while time passes."""

    def __init__(self, database: Database, clock: VirtualClock) -> None:
        self.database = database
        self.clock = clock

    async def fired(self) -> object:
        """The last firing; a little time passes, in which leases are renewed."""
        await self.clock.advance(LEASE_S / 10.0)
        return await self.database.fetch_value(FIRED)

    async def fires(self, moment: datetime) -> None:
        """It fires then, and once."""
        before = await self.database.fetch_value(JOBS)
        self.clock.set(moment - timedelta(seconds=1.0))
        await eventually(self.fired, lambda fired: fired == moment)
        assert await self.database.fetch_value(JOBS) == int(str(before)) + 1


async def begun(night: Night) -> None:
    """Wait until the entry is known: from then on nothing is missed."""
    known = Query("test/known", "SELECT count(*) FROM job_clock")

    async def look() -> object:
        await night.clock.advance(LEASE_S / 10.0)
        return await night.database.fetch_value(known)

    await eventually(look, bool)


@pytest.mark.parametrize(
    ("expression", "zone", "start", "expected"),
    [
        pytest.param(
            "30 2 * * *",
            "Europe/Berlin",
            "03-28 00:00",
            "03-28 01:30, 03-29 01:00, 03-30 00:30",
            id="Berlin: on the night without 02:30 it fires when the gap is over",
        ),
        pytest.param(
            "30 2 * * *",
            "Europe/Berlin",
            "10-24 00:00",
            "10-24 00:30, 10-25 00:30, 10-26 01:30",
            id="Berlin: on the night with two 02:30 it fires at the first",
        ),
        pytest.param(
            "30 * * * *",
            "Europe/Berlin",
            "10-24 23:00",
            "10-24 23:30, 10-25 00:30, 10-25 01:30, 10-25 02:30",
            id="Berlin: every hour is every hour",
        ),
        pytest.param(
            "15 1 * * *",
            "America/New_York",
            "10-31 04:00",
            "10-31 05:15, 11-01 05:15, 11-02 06:15",
            id="New York: on the night with two 01:15 it fires at the first",
        ),
        pytest.param(
            "30 2 * * *",
            "America/New_York",
            "03-07 06:00",
            "03-07 07:30, 03-08 07:00, 03-09 06:30",
            id="New York: on the night without 02:30 it fires when the gap is over",
        ),
    ],
)
async def test_two_nodes_fire_each_entry_once_whatever_the_night(
    database: Database, expression: str, zone: str, start: str, expected: str
) -> None:
    clock = VirtualClock(moments(start)[0])
    night = Night(database, clock)
    entry = settings(expression, zone=zone)
    async with (
        node(database, entry, WORKERS, name="node-1", clock=clock),
        node(database, entry, WORKERS, name="node-2", clock=clock),
    ):
        await begun(night)
        for moment in moments(expected):
            await night.fires(moment)
    row = await database.fetch_row(ENTRY)
    assert row is not None
    assert row["missed"] == 0
    assert await database.fetch_value(JOBS) == len(moments(expected))


async def test_when_the_node_that_fires_is_gone_another_does(database: Database) -> None:
    clock = VirtualClock(moments("05-01 00:30")[0])
    night = Night(database, clock)
    entry = settings("@hourly")
    async with AsyncExitStack() as first:
        await first.enter_async_context(node(database, entry, WORKERS, name="node-1", clock=clock))
        await begun(night)
        await night.fires(moments("05-01 01:00")[0])
        async with node(database, entry, WORKERS, name="node-2", clock=clock):
            await first.aclose()
            await night.fires(moments("05-01 02:00")[0])


@pytest.mark.parametrize(("missed", "jobs", "count"), [("run", 2, 3), ("skip", 1, 4)])
async def test_what_came_while_nobody_ran_is_run_once_or_skipped_and_always_counted(
    database: Database, missed: str, jobs: int, count: int
) -> None:
    clock = VirtualClock(moments("05-01 00:30")[0])
    night = Night(database, clock)
    entry = settings("@hourly", missed=missed)
    async with node(database, entry, WORKERS, clock=clock):
        await begun(night)
        await night.fires(moments("05-01 01:00")[0])
    clock.set(clock.now() + timedelta(hours=4, minutes=10))
    async with node(database, entry, WORKERS, clock=clock):

        async def seen() -> int:
            await night.clock.advance(LEASE_S / 10.0)
            row = await database.fetch_row(ENTRY)
            return 0 if row is None else int(row["missed"])

        await eventually(seen, lambda seen: seen == count)
        assert await database.fetch_value(JOBS) == jobs
