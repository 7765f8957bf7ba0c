import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisors.intensity import Intensity


def test_restarts_are_forgotten_when_they_are_older_than_the_period() -> None:
    intensity = Intensity(2, 5)
    assert [intensity.spend(at_s) for at_s in (0.0, 4.9)] == [True, True]
    assert intensity.spend(5.9) is False, "whole seconds, inclusive: second 0 still counts at 5"
    assert intensity.spent(5.9) == 3
    assert intensity.spent(6.0) == 2
    assert intensity.spent(11.0) == 0


def test_zero_permits_none() -> None:
    assert not Intensity(0, 5).spend(1.0)


@pytest.mark.parametrize(("allowed", "period_s"), [(-1, 5), (3, 0)])
def test_what_makes_no_sense_is_refused(allowed: int, period_s: int) -> None:
    with pytest.raises(ValueError, match="makes no sense"):
        Intensity(allowed, period_s)


@given(
    st.integers(0, 5),
    st.integers(1, 10),
    st.lists(st.floats(0.0, 30.0, allow_nan=False), max_size=40),
)
def test_permitted_means_no_more_than_allowed_in_any_period(
    allowed: int, period_s: int, at_s: list[float]
) -> None:
    intensity = Intensity(allowed, period_s)
    seconds: list[int] = []
    for now_s in sorted(at_s):
        seconds.append(int(now_s))
        recent = [second for second in seconds if second >= int(now_s) - period_s]
        assert intensity.spend(now_s) is (len(recent) <= allowed)
