"""Words that slots read themselves."""

from datetime import UTC, datetime

import pytest

from actors.control.slots import moment, whole


def test_a_moment_is_read_with_its_offset() -> None:
    assert moment("2027-01-31T10:00+01:00") == datetime(2027, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "word", ["", "soon", "2027-01-31", "2027-01-31T09:00", "2027-02-30T09:00Z"]
)
def test_a_moment_without_its_offset_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="with its offset"):
        moment(word)


def test_a_whole_number_is_read_within_its_bounds() -> None:
    assert [whole(1, 20)(word) for word in ("1", "07", "20")] == [1, 7, 20]


@pytest.mark.parametrize("word", ["0", "21", "-1", "+1", "1.0", "1_0", "", "²", "9" * 5_000])
def test_what_is_outside_of_its_bounds_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 20"):
        whole(1, 20)(word)
