import asyncio
from datetime import UTC, timedelta

from runtime import LoopClock
from runtime.clock import pause
from runtime.testing import VirtualClock, in_background, turns
from runtime.testing.clock import START


async def test_the_loops_clock_tells_durations_dates_and_rings() -> None:
    clock = LoopClock(asyncio.get_running_loop())
    rung = asyncio.Event()
    before, now = clock.monotonic(), clock.now()
    clock.call_later(0.0, rung.set)
    clock.call_later(3_600.0, rung.clear).cancel()
    await rung.wait()
    assert clock.monotonic() >= before
    assert now.tzinfo is UTC
    assert timedelta(0) <= clock.now() - now < timedelta(minutes=1)


async def test_a_pause_takes_its_time_and_leaves_no_timer(clock: VirtualClock) -> None:
    resting = in_background(pause(clock, 2.0))
    await clock.advance(1.9)
    assert not resting.done()
    await clock.advance(0.1)
    assert resting.done()
    leaving = in_background(pause(clock, 2.0))
    await turns()
    leaving.cancel()
    await turns()
    assert clock.pending == 0


async def test_a_clock_that_is_set_rings_no_alarm(clock: VirtualClock) -> None:
    resting = in_background(pause(clock, 2.0))
    await turns()
    before_s = clock.monotonic()
    clock.set(clock.now() + timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1)
    assert clock.monotonic() == before_s
    await clock.advance(1.9)
    assert not resting.done()
    await clock.advance(0.1)
    assert resting.done()
    assert clock.now() == START + timedelta(hours=1, seconds=2)
