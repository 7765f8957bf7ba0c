"""When the clock's entries fire, across changes of the clock in several zones."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.jobs import BadCron, BadZone, CronExpression, parse_zone

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = (BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def firings(expression: str, zone: ZoneInfo, after: str, count: int) -> list[str]:
    """The next `count` firings as wall times with their offsets."""
    cron, moment, found = CronExpression.parse(expression), at(after), list[str]()
    for _ in range(count):
        following = cron.next_after(moment, zone)
        assert following is not None
        moment = following
        found.append(moment.astimezone(zone).strftime("%m-%d %H:%M%z"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("* * * * *", ["01-01 00:01+0000", "01-01 00:02+0000"]),
        ("*/20 * * * *", ["01-01 00:20+0000", "01-01 00:40+0000", "01-01 01:00+0000"]),
        ("10-30/10 5 * * *", ["01-01 05:10+0000", "01-01 05:20+0000", "01-01 05:30+0000"]),
        ("5/20 3 * * *", ["01-01 03:05+0000", "01-01 03:25+0000", "01-01 03:45+0000"]),
        ("0 9,17 * * *", ["01-01 09:00+0000", "01-01 17:00+0000", "01-02 09:00+0000"]),
        ("0 3 * * MON-fri", ["01-01 03:00+0000", "01-02 03:00+0000", "01-05 03:00+0000"]),
        ("0 3 * * 7", ["01-04 03:00+0000", "01-11 03:00+0000"]),
        ("0 3 * jun sun", ["06-07 03:00+0000", "06-14 03:00+0000"]),
        ("0 0 31 * *", ["01-31 00:00+0000", "03-31 00:00+0000"]),
        ("0 0 1 * mon", ["01-05 00:00+0000", "01-12 00:00+0000", "01-19 00:00+0000"]),
        ("@daily", ["01-02 00:00+0000"]),
        ("@weekly", ["01-04 00:00+0000"]),
        ("@yearly", ["01-01 00:00+0000"]),
    ],
)
def test_the_five_fields_mean_what_cron_says(expression: str, expected: list[str]) -> None:
    # 1 January 2026 is a Thursday.
    found = firings(expression, ZoneInfo("UTC"), "2026-01-01T00:00", len(expected))
    assert found == expected


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        # Forward: 02:30 does not exist, and is made up for at once; the day after it is back.
        (
            "30 2 * * *",
            BERLIN,
            "2026-03-28T12:00",
            ["03-29 03:00+0200", "03-30 02:30+0200"],
        ),
        ("30 2 * * *", NEW_YORK, "2026-03-07T12:00", ["03-08 03:00-0400", "03-09 02:30-0400"]),
        ("30 2 * * *", BERLIN, "2027-03-27T12:00", ["03-28 03:00+0200", "03-29 02:30+0200"]),
        ("10 2 * * *", LORD_HOWE, "2026-10-03T12:00", ["10-04 02:30+1100", "10-05 02:10+1100"]),
        # Back: 02:30 comes twice, and fires in the first pass only.
        ("30 2 * * *", BERLIN, "2026-10-24T12:00", ["10-25 02:30+0200", "10-26 02:30+0100"]),
        ("30 1 * * *", NEW_YORK, "2026-10-31T12:00", ["11-01 01:30-0400", "11-02 01:30-0500"]),
        ("30 1 * * *", NEW_YORK, "2027-11-06T12:00", ["11-07 01:30-0400", "11-08 01:30-0500"]),
        # Every hour follows real time: nothing to make up, and both passes count.
        ("30 * * * *", BERLIN, "2026-03-29T00:00", ["03-29 01:30+0100", "03-29 03:30+0200"]),
        (
            "30 * * * *",
            BERLIN,
            "2026-10-25T00:00",
            ["10-25 02:30+0200", "10-25 02:30+0100", "10-25 03:30+0100"],
        ),
        (
            "30 */1 * * *",
            NEW_YORK,
            "2026-11-01T05:00",
            ["11-01 01:30-0400", "11-01 01:30-0500", "11-01 02:30-0500"],
        ),
    ],
)
def test_changes_of_the_clock(
    expression: str, zone: ZoneInfo, after: str, expected: list[str]
) -> None:
    assert firings(expression, zone, after, len(expected)) == expected


def test_a_day_that_never_comes_is_none_and_a_rare_one_is_found() -> None:
    never = CronExpression.parse("0 0 30 2 *")
    assert never.next_after(at("2026-01-01T00:00"), BERLIN) is None
    leap = CronExpression.parse("0 0 29 2 *").next_after(at("2096-03-01T00:00"), ZoneInfo("UTC"))
    assert leap == at("2104-02-29T00:00")
    sunday = CronExpression.parse("0 0 29 2 */7").next_after(at("2026-01-01T00:00"), BERLIN)
    assert sunday is not None
    assert sunday.astimezone(BERLIN).date().isoformat() == "2032-02-29"


@pytest.mark.parametrize(
    ("expression", "field"),
    [
        ("60 * * * *", "minute"),
        ("* 24 * * *", "hour"),
        ("* * 0 * *", "day of month"),
        ("* * * 13 *", "month"),
        ("* * * foo *", "month"),
        ("* * * * 8", "day of week"),
        ("5-1 * * * *", "minute"),
        ("*/0 * * * *", "minute"),
        ("*/x * * * *", "minute"),
        (", * * * *", "minute"),
        ("* * * *", "fields"),
        ("", "fields"),
        ("@reboot", "macro"),
    ],
)
def test_a_bad_expression_names_its_field(expression: str, field: str) -> None:
    with pytest.raises(BadCron) as caught:
        CronExpression.parse(expression)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


@given(st.text(max_size=40) | st.from_regex(r"[0-9*/,\-a-z ]{0,30}", fullmatch=True))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    with suppress(BadCron):
        assert CronExpression.parse(text).text == text


def test_an_unknown_zone_names_the_nearest() -> None:
    assert parse_zone("Europe/Berlin") == BERLIN
    with pytest.raises(BadZone) as caught:
        parse_zone("Europe/Berln")
    assert caught.value.nearest[0] == "Europe/Berlin"
    with pytest.raises(BadZone):
        parse_zone("../etc/passwd")


def field(first: int, last: int) -> st.SearchStrategy[str]:
    values = st.integers(first, last).map(str)
    lists = st.lists(values, min_size=1, max_size=4).map(",".join)
    return st.just("*") | lists | st.integers(1, 9).map(lambda step: f"*/{step}")


EXPRESSIONS = st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)).map(
    " ".join
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001 — made aware
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(EXPRESSIONS, MOMENTS, st.sampled_from(ZONES))
@settings(deadline=None, max_examples=50)
def test_the_next_firing_is_later_and_firings_never_repeat(
    expression: str, moment: datetime, zone: ZoneInfo
) -> None:
    cron = CronExpression.parse(expression)
    first = cron.next_after(moment, zone)
    if first is None:
        return
    assert first > moment
    found = list(cron.between(moment, first + timedelta(days=3), zone))
    assert found[0] == first
    assert all(earlier < later for earlier, later in pairwise(found))
    assert all(cron.next_after(earlier, zone) == later for earlier, later in pairwise(found[:20]))


def minutes(after: datetime, until: datetime) -> Iterator[datetime]:
    moment = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while moment <= until:
        yield moment
        moment += timedelta(minutes=1)


@given(EXPRESSIONS, MOMENTS)
@settings(deadline=None, max_examples=15)
def test_without_changes_of_the_clock_it_agrees_with_asking_each_minute(
    expression: str, moment: datetime
) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    until = moment + timedelta(days=2)
    parts = expression.split()

    def fits(part: str, value: int, first: int) -> bool:
        if part.startswith("*"):
            return (value - first) % int(part[2:] or 1) == 0
        return str(value) in part.split(",")

    def fires(moment: datetime) -> bool:
        wall = moment.astimezone(zone)
        weekday = wall.isoweekday() % 7
        by_day = fits(parts[2], wall.day, 1)
        by_weekday = fits(parts[4], weekday, 0) or (weekday == 0 and fits(parts[4], 7, 0))
        restricted = not (parts[2].startswith("*") or parts[4].startswith("*"))
        day = (by_day or by_weekday) if restricted else (by_day and by_weekday)
        return (
            fits(parts[0], wall.minute, 0)
            and fits(parts[1], wall.hour, 0)
            and fits(parts[3], wall.month, 1)
            and day
        )

    expected = [each for each in minutes(moment, until) if fires(each)]
    assert list(CronExpression.parse(expression).between(moment, until, zone)) == expected
