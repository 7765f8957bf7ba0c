"""Dates as registries write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp.dates import parse_date_time

_NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03T12:00:00Z",
        "2026-11-03T12:00:00.0Z",
        "2026-11-03T12:00:00.000000000Z",
        "2026-11-03T14:00:00+02:00",
        "2026-11-03T06:30:00.00-05:30",
        "2026-11-03T12:00:00",
        "2026-11-03T12:00:00+00:00",
    ],
)
def test_every_way_to_write_noon_is_noon_in_utc(text: str) -> None:
    moment = parse_date_time(text)
    assert moment == _NOON
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("fraction", "microsecond"),
    [("5", 500_000), ("123456", 123_456), ("123456789", 123_456), ("999999999", 999_999)],
)
def test_a_fraction_is_cut_to_microseconds(fraction: str, microsecond: int) -> None:
    assert parse_date_time(f"2026-11-03T12:00:00.{fraction}Z").microsecond == microsecond


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-11-03",
        "2026-11-03 12:00:00Z",
        "2026-13-03T12:00:00Z",
        "2026-11-03T12:00:00+99:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_what_is_no_instant_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date_time(text)


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_any_instant_survives_any_offset(naive: datetime, offset_minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    assert parse_date_time(moment.isoformat()) == moment
