from hypothesis import given
from hypothesis import strategies as st

from actors.epp.rate import Allowance


@given(
    st.integers(1, 300),
    st.lists(st.floats(0.0, 40.0), min_size=1, max_size=60),
    st.integers(1, 20),
)
def test_no_minute_holds_more_than_is_allowed(
    per_minute: int, pauses: list[float], eager: int
) -> None:
    allowance = Allowance(per_minute, 0.0)
    now_s = 0.0
    taken: list[float] = []
    for pause_s in pauses:
        now_s += pause_s
        taken += [now_s for _ in range(eager) if allowance.take(now_s) == 0.0]
    for index, begin_s in enumerate(taken):
        within = [moment for moment in taken[index:] if moment < begin_s + 60.0]
        assert len(within) <= per_minute


@given(st.integers(1, 600))
def test_who_waits_as_told_gets_the_whole_rate(per_minute: int) -> None:
    allowance = Allowance(per_minute, 0.0)
    now_s, taken = 0.0, 0
    while now_s < 120.0:
        wait_s = allowance.take(now_s)
        taken += wait_s == 0.0
        now_s += wait_s
    assert taken >= 2 * per_minute - 1


def test_a_second_s_worth_may_gather() -> None:
    allowance = Allowance(600, 0.0)
    assert [allowance.take(30.0) for _ in range(10)] == [0.0] * 10
    assert allowance.take(30.0) > 0.0


def test_without_a_rate_all_is_allowed() -> None:
    allowance = Allowance(None, 0.0)
    assert not any(allowance.take(0.0) for _ in range(1_000))
