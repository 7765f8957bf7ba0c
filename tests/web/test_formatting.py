"""Numbers and times as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import formatting

NOW = datetime(2026, 11, 22, 14, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.0, "0.0s"),
        (-1.0, "0.0s"),
        (0.42, "0.4s"),
        (0.96, "1s"),
        (59.4, "59s"),
        (59.6, "1m 00s"),
        (250, "4m 10s"),
        (3_599.7, "1h 00m"),
        (11_100, "3h 05m"),
        (187_200, "2d 4h"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float | None, text: str) -> None:
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "\N{EN DASH}"), (0.4, "just now"), (12, "12s ago")]
)
def test_ago_says_how_long_since(seconds: float | None, text: str) -> None:
    assert formatting.ago(seconds) == text


@pytest.mark.parametrize(
    ("per_s", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.0, "0"),
        (0.04, "0"),
        (0.44, "0.4"),
        (12.34, "12.3"),
        (1204, "1,204"),
    ],
)
def test_a_rate_keeps_three_digits(per_s: float | None, text: str) -> None:
    assert formatting.rate(per_s) == text


@pytest.mark.parametrize(
    ("value_ms", "text"),
    [(None, "\N{EN DASH}"), (0.44, "0.4"), (9.94, "9.9"), (9.96, "10"), (2_140.2, "2,140")],
)
def test_milliseconds_are_whole_from_ten_up(value_ms: float | None, text: str) -> None:
    assert formatting.milliseconds(value_ms) == text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (None, "\N{EN DASH}"),
        (0, "0 B"),
        (999, "999 B"),
        (999.6, "1.0 kB"),
        (4_100, "4.1 kB"),
        (28_000_000, "28 MB"),
        (3.2e12, "3.2 TB"),
    ],
)
def test_a_size_is_in_decimal_units(size_bytes: float | None, text: str) -> None:
    assert formatting.size(size_bytes) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(None, "\N{EN DASH}"), (0.0, "0"), (0.001, "<1"), (0.423, "42"), (1.0, "100")],
)
def test_a_little_is_not_nothing_in_percent(fraction: float | None, text: str) -> None:
    assert formatting.percent(fraction) == text


def test_a_moment_of_today_has_no_date() -> None:
    assert formatting.moment(NOW - timedelta(seconds=54), now=NOW) == "14:02:28"
    assert formatting.moment(NOW - timedelta(days=1), now=NOW) == "21 Nov 14:03:22"
    east = timezone(timedelta(hours=9))
    assert formatting.moment(NOW.astimezone(east), now=NOW) == "14:03:22"
    assert formatting.moment(None, now=NOW) == formatting.NOTHING


def test_counts_and_words() -> None:
    assert formatting.count(12_040) == "12,040"
    assert formatting.count(None) == formatting.NOTHING
    assert formatting.words("backing_off") == "backing off"
    assert formatting.plural(1, "registry", "registries") == "1 registry"
    assert formatting.plural(2, "registry", "registries") == "2 registries"
    assert formatting.plural(2, "session") == "2 sessions"


@given(st.floats(0, 1e8))
def test_no_duration_is_wider_than_its_column(seconds: float) -> None:
    assert len(formatting.duration(seconds)) <= 9
