"""The clock of the room, moved by hand."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from actors.jobs import ClockSettings, Workers
from actors.jobs.scheduler import Entry
from tests.support.job_workers import Teller

WORKERS = Workers((Teller,))


def entry(expression: str = "0 * * * *", **changes: Any) -> Entry:
    settings = ClockSettings(name="hourly", expression=expression, worker="test.Teller", **changes)
    return Entry(settings, WORKERS)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 5, 1, hour, minute, second, tzinfo=UTC)


def test_a_firing_on_time_is_carried_out_and_nothing_was_missed() -> None:
    due = entry().firings(at(8, 59), at(9, 0, 1))
    assert (due.fire_at, due.missed) == (at(9), 0)


def test_between_two_looks_nothing_may_have_come() -> None:
    due = entry().firings(at(9), at(9, 59))
    assert (due.fire_at, due.missed, due.missed_at) == (None, 0, None)


def test_a_missed_firing_is_run_once_however_many_there_were() -> None:
    due = entry().firings(at(9), at(12, 30))
    assert (due.fire_at, due.missed, due.missed_at) == (at(12), 2, at(11))


def test_a_missed_firing_is_skipped_where_that_was_declared() -> None:
    due = entry(missed="skip").firings(at(9), at(12, 30))
    assert (due.fire_at, due.missed, due.missed_at) == (None, 3, at(12))


def test_one_that_is_only_late_is_never_skipped() -> None:
    due = entry(missed="skip").firings(at(9), at(12, 0, 20))
    assert (due.fire_at, due.missed, due.missed_at) == (at(12), 2, at(11))


def test_its_job_says_where_it_comes_from() -> None:
    job = entry(args=b'{"number": 4}', queue="night").job
    assert (job.worker, job.queue) == ("test.Teller", "night")
    assert b'"cron_name":"hourly"' in job.meta


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC), 25), ("UTC", at(0), 24)],
)
def test_a_day_on_which_the_clock_goes_back_has_an_hour_more(
    zone: str, day: datetime, hours: int
) -> None:
    clock = entry(zone=zone)
    start = day - timedelta(hours=2 if zone == "Europe/Berlin" else 0)
    between = partial(clock.expression.between, zone=clock.zone)
    assert len(list(between(start, start + timedelta(hours=hours)))) == hours
