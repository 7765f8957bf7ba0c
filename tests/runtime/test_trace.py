from datetime import UTC, datetime

import pytest

from runtime.debug_events import DebugEvent, Ended, TimerRang
from runtime.testing import VirtualClock, in_background, turns
from runtime.trace import LONGEST, Trace

AT = datetime(2026, 1, 1, tzinfo=UTC)


def event(name: str) -> DebugEvent:
    return TimerRang(AT, name, "")


async def gather(trace: Trace) -> list[DebugEvent]:
    return [each async for each in trace]


async def test_a_trace_ends_after_its_number_of_events(clock: VirtualClock) -> None:
    detached: list[Trace] = []
    trace = Trace(clock, limit=2, seconds=30.0, detach=detached.append)
    reading = in_background(gather(trace))
    trace.offer(event("One"))
    await turns()
    assert not reading.done()
    trace.offer(event("Two"))
    assert detached == [trace], "the actor is rid of it before anybody has read"
    assert await reading == [event("One"), event("Two")]
    assert clock.pending == 0


async def test_a_trace_ends_after_its_time(clock: VirtualClock) -> None:
    trace = Trace(clock, limit=50, seconds=30.0, detach=lambda _: None)
    reading = in_background(gather(trace))
    trace.offer(event("One"))
    await clock.advance(29.9)
    assert not reading.done()
    await clock.advance(0.1)
    assert await reading == [event("One")]


async def test_a_trace_ends_with_the_actor(clock: VirtualClock) -> None:
    trace = Trace(clock, limit=50, seconds=30.0, detach=lambda _: None)
    trace.offer(Ended(AT, "killed"))
    assert not trace.active
    assert await gather(trace) == [Ended(AT, "killed")]


async def test_a_trace_that_is_left_lets_go_of_the_actor_once(clock: VirtualClock) -> None:
    detached: list[Trace] = []
    with Trace(clock, limit=1, seconds=30.0, detach=detached.append) as trace:
        trace.close()
    assert detached == [trace]
    assert await gather(trace) == []


@pytest.mark.parametrize("limit", [0, -1, LONGEST + 1])
async def test_a_trace_without_end_is_refused(clock: VirtualClock, limit: int) -> None:
    with pytest.raises(ValueError, match="a trace ends after"):
        Trace(clock, limit=limit, seconds=30.0, detach=lambda _: None)
    assert clock.pending == 0
