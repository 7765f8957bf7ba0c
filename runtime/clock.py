"""Where time comes from. Only this floor reads the machine's clocks; all others are given one."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Cancellable(Protocol):
    """A callback that was scheduled and may be called off."""

    def cancel(self) -> None:
        """Call it off; harmless when it has already run."""
        ...


class Clock(Protocol):
    """Durations come from `monotonic`, timestamps for people and databases from `now`."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary point; never goes back."""
        ...

    def now(self) -> datetime:
        """The aware UTC time of day."""
        ...

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Cancellable:
        """Run `callback` once, `delay_s` seconds from now, on the loop's thread."""
        ...


async def pause(clock: Clock, seconds: float) -> None:
    """Return when `seconds` have passed on `clock`."""
    over = asyncio.Event()
    timer = clock.call_later(seconds, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()


class LoopClock:
    """The machine's clocks and the event loop's timers."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.monotonic = time.monotonic  # not loop.time: the same clock, one Python call less

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.fromtimestamp(time.time(), UTC)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Cancellable:
        """See `Clock.call_later`."""
        return self._loop.call_later(delay_s, callback)
