import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.epp.meter import TICK_S, Meter

phases = st.lists(
    # Milliseconds: a phase of 1e-124 s vanishes in the sum of the clock, as it would in any clock.
    st.tuples(
        st.integers(0, 30_000).map(lambda ms: ms / 1_000), st.integers(0, 8), st.integers(0, 8)
    ),
    min_size=1,
    max_size=30,
)


@given(phases)
def test_utilisation_is_busy_time_over_session_time(
    phases: list[tuple[float, int, int]],
) -> None:
    meter = Meter(0.0)
    now_s = busy_s = session_s = 0.0
    for length_s, ready, busy in phases:
        busy = min(busy, ready)  # noqa: PLW2901 - no more are busy than there are
        meter.sessions(now_s, ready=ready, busy=busy)
        now_s += length_s
        busy_s += length_s * busy
        session_s += length_s * ready
    meter.tick(now_s)
    expected = busy_s / session_s if session_s else 0.0
    assert meter.utilisation(5.0) == pytest.approx(expected, abs=1e-6)
    assert 0.0 <= meter.utilisation(300.0) <= 1.0


def test_windows_see_their_own_ticks_only() -> None:
    meter = Meter(0.0)
    for tick in range(60):
        meter.sessions(tick * TICK_S, ready=2, busy=2 if tick >= 48 else 0)
        meter.tick((tick + 1) * TICK_S)
    assert meter.utilisation(5.0) == 1.0
    assert meter.utilisation(60.0) == 1.0
    assert meter.utilisation(300.0) == pytest.approx(12 / 60)
    assert meter.utilisation_history() == (*(0.0,) * 48, *(1.0,) * 12)


def test_histories_keep_five_minutes() -> None:
    meter = Meter(0.0)
    for tick in range(100):
        for _ in range(tick):
            meter.answered("query", 1000, 0.010)
        meter.tick((tick + 1) * TICK_S)
    assert len(meter.rate_history()) == len(meter.p95_history()) == 60
    assert meter.rate_history()[-1] == meter.rate() == 99 / TICK_S
    assert meter.p95_history()[-1] == pytest.approx(10.0, rel=0.15)


def test_an_idle_tick_has_no_response_time() -> None:
    meter = Meter(0.0)
    assert meter.rate() == 0.0
    assert meter.utilisation(5.0) == 0.0
    meter.tick(5.0)
    assert meter.p95_history() == (0.0,)
    assert meter.utilisation_history() == (0.0,)


def test_classes_are_kept_apart_and_have_their_service_levels() -> None:
    meter = Meter(0.0)
    meter.answered("query", 1000, 0.001)
    meter.answered("transform", 2302, 3.0)
    meter.session_answered(1000, 0.5)
    meter.session_answered(None, 0.5)
    times = {each.command_class: each for each in meter.response_times()}
    assert {name: each.count for name, each in times.items()} == {
        "session": 2,
        "query": 1,
        "transform": 1,
    }
    assert [times[name].slr_ms for name in ("session", "query", "transform")] == [4e3, 2e3, 4e3]
    assert times["transform"].p95_ms == pytest.approx(3_000.0, rel=0.15)
    assert meter.codes == {1000: 2, 2302: 1}
