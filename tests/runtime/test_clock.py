import asyncio
from datetime import UTC, timedelta

from runtime import LoopClock


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
