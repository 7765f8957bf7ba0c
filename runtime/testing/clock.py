"""Virtual time: a clock that stands until told, and one that jumps when nothing else can happen."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol, cast

from runtime.system import System
from runtime.testing.turn import settle, turns

START = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of day at which virtual clocks start."""


class _Alarm:
    """One callback of a virtual clock."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """Time that passes only by `advance`, so that a test of an hour takes a millisecond."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed_s = 0.0
        self._alarms: list[tuple[float, int, _Alarm]] = []
        self._serials = count()

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return self._elapsed_s

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self._start + timedelta(seconds=self._elapsed_s)

    def set(self, moment: datetime) -> None:
        """Set the time of day, as an administrator does or a machine that wakes: no alarm rings."""
        self._start = moment - timedelta(seconds=self._elapsed_s)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> _Alarm:
        """See `Clock.call_later`."""
        alarm = _Alarm(callback)
        heapq.heappush(self._alarms, (self._elapsed_s + delay_s, next(self._serials), alarm))
        return alarm

    async def advance(self, seconds: float, *, system: System | None = None) -> None:
        """Let `seconds` pass: alarms ring in order, and after each everybody gets to act."""
        until = self._elapsed_s + seconds
        await _breathe(system)
        due_s = self._next_due_s()
        while due_s is not None and due_s <= until:
            self._ring()
            await _breathe(system)
            due_s = self._next_due_s()
        self._elapsed_s = until
        await _breathe(system)

    async def sleep(self, seconds: float) -> None:
        """Wait until `seconds` have passed on this clock: somebody has to advance it."""
        passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        alarm = self.call_later(seconds, lambda: passed.set_result(None))
        try:
            await passed
        finally:
            alarm.cancel()

    @property
    def pending(self) -> int:
        """Alarms still to ring."""
        return sum(alarm.callback is not None for _, _, alarm in self._alarms)

    def _next_due_s(self) -> float | None:
        """When the next alarm rings that nobody has called off."""
        alarms = self._alarms
        while alarms and alarms[0][2].callback is None:
            heapq.heappop(alarms)
        return alarms[0][0] if alarms else None

    def _ring(self) -> None:
        """Let time pass to the next alarm and ring it."""
        due_s, _, alarm = heapq.heappop(self._alarms)
        self._elapsed_s = max(self._elapsed_s, due_s)
        assert alarm.callback is not None, "see _next_due_s"
        alarm.callback()


async def _breathe(system: System | None) -> None:
    """Give the loop back until no actor has anything left to do."""
    if system is not None:
        await settle(system)
        return
    await turns(20)


class _Loop(Protocol):
    """What is asked of asyncio's own loops: the callbacks that wait for their turn."""

    _ready: "list[object]"


class JumpingClock(VirtualClock):
    """Time that jumps to the next alarm whenever nobody has anything to do.

    `await clock.sleep(3600)`, a call's time-out, an actor's timer: what waits for time alone comes
    at once, in order, and what is computed in between takes no time. (trio calls it autojump.)

    "Nothing to do" means that asyncio's loop has no callback ready, for two turns on end, in which
    it also asked the sockets. What happens outside the loop (a thread, another process, a real
    peer) is not seen: with those, use `VirtualClock`. One clock a loop; not for uvloop.
    """

    def __init__(self, start: datetime = START) -> None:
        super().__init__(start)
        self._watching = False
        self._quiet = 0

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> _Alarm:
        """See `Clock.call_later`."""
        alarm = super().call_later(delay_s, callback)
        self._watch()
        return alarm

    def _watch(self) -> None:
        if not self._watching and self._next_due_s() is not None:
            self._watching = True
            asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        """Runs once a turn while there is an alarm: jump if this was all that ran."""
        self._watching = False
        others = cast("_Loop", asyncio.get_running_loop())._ready
        self._quiet = 0 if others else self._quiet + 1
        if self._quiet == 2 and self._next_due_s() is not None:
            self._quiet = 0
            self._ring()
        self._watch()
