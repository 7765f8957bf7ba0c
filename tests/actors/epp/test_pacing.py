from random import Random

import pytest

from actors.epp.pacing import Pacing


def test_failures_are_followed_by_doubling_pauses_up_to_half_a_minute() -> None:
    pacing = Pacing(Random(1), 60.0)
    expected = (0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0)
    for mean_s in expected:
        assert pacing.failed() == pytest.approx(mean_s, rel=0.2)
    for _ in range(100):
        assert pacing.failed() <= 36.0


def test_limits_are_followed_by_minutes_up_to_half_an_hour() -> None:
    pacing = Pacing(Random(1), 60.0)
    assert [pacing.limited() for _ in range(7)] == [60, 120, 240, 480, 960, 1_800, 1_800]


def test_a_session_makes_the_past_forgotten() -> None:
    pacing = Pacing(Random(1), 60.0)
    for _ in range(5):
        pacing.failed()
        pacing.limited()
    pacing.succeeded()
    assert pacing.failed() == pytest.approx(0.2, rel=0.2)
    assert pacing.limited() == 60.0
