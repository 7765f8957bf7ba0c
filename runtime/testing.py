"""Tools for tests of actors: a clock that stands still until told, and an actor that listens."""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from runtime.actor import Actor
from runtime.mailbox import Sender
from runtime.messages import Call
from runtime.process import Process
from runtime.ref import Ref
from runtime.state import IDLE, SUSPENDED, WAITING
from runtime.system import System

Message = TypeVar("Message")
Kind = TypeVar("Kind", bound=Actor)
Result = TypeVar("Result")

_LIMIT_S = 5.0
"""How long a real peer may take before a test is called stuck."""


_TURNS = 1_000_000
"""How many turns of the loop a test may wait before it is called stuck."""


class _Alarm:
    """One callback of a virtual clock."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """Time that passes only by `advance`, so that a test of an hour takes a millisecond."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
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

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> _Alarm:
        """See `Clock.call_later`."""
        alarm = _Alarm(callback)
        heapq.heappush(self._alarms, (self._elapsed_s + delay_s, next(self._serials), alarm))
        return alarm

    async def advance(self, seconds: float, *, system: System | None = None) -> None:
        """Let `seconds` pass: alarms ring in order, and after each everybody gets to act."""
        until = self._elapsed_s + seconds
        await _breathe(system)
        while self._alarms and self._alarms[0][0] <= until:
            due, _, alarm = heapq.heappop(self._alarms)
            self._elapsed_s = max(self._elapsed_s, due)
            if alarm.callback is not None:
                alarm.callback()
                await _breathe(system)
        self._elapsed_s = until
        await _breathe(system)

    @property
    def pending(self) -> int:
        """Alarms still to ring."""
        return sum(alarm.callback is not None for _, _, alarm in self._alarms)


async def _breathe(system: System | None) -> None:
    """Give the loop back until no actor has anything left to do."""
    if system is not None:
        await settle(system)
        return
    await turns(20)


async def turns(number: int = 1) -> None:
    """Let the loop turn: every callback that is ready now runs."""
    for _ in range(number):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until `condition` holds. Raises AssertionError when it never does."""
    for _ in range(_TURNS):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the condition never came to hold")


def in_background(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Run a test's own coroutine, such as a call that is to wait, beside the test."""
    return asyncio.get_running_loop().create_task(work)


def behind(ref: Ref, kind: type[Kind]) -> Kind:
    """The living actor behind `ref`, which has to be of that kind."""
    assert isinstance(ref, Process)
    assert isinstance(ref.actor, kind)
    return ref.actor


async def settle(system: System) -> None:
    """Wait until every actor waits for something from outside: mail, a timer, a socket.

    An async actor in the middle of awaiting something counts as waiting once nothing has moved
    for a few turns of the loop.
    """
    quiet = 0
    while quiet < 8:
        before = _progress(system)
        await asyncio.sleep(0)
        busy = not system.run_queue.idle
        quiet = 0 if busy or _progress(system) != before else quiet + 1


def _progress(system: System) -> tuple[int, ...]:
    living = [ref for ref in system.living() if isinstance(ref, Process)]
    handled = sum(process._handled for process in living)
    idle = sum(process._state in {IDLE, WAITING, SUSPENDED} for process in living)
    return (len(living), handled, idle, system.run_queue.turns)


class Probe(Actor):
    """An actor that keeps what it is sent and lets a test wait for it.

    `calls` answers requests: a function from request to reply; without one, calls are unhandled.
    """

    trap_exit = True

    def __init__(self, answer: Callable[[Call[Any]], object] | None = None) -> None:
        self._answer = answer
        self.seen: list[object] = []
        self._arrived = asyncio.Event()

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Keep the request and answer it."""
        self._keep(request)
        return self.unhandled(request) if self._answer is None else self._answer(request)

    def handle_cast(self, message: object) -> None:
        """Keep a cast."""
        self._keep(message)

    def handle_info(self, message: object) -> None:
        """Keep a signal or a timer's message."""
        self._keep(message)

    def _keep(self, message: object) -> None:
        self.seen.append(message)
        self._arrived.set()

    async def receive(self, kind: type[Message], *, within_s: float = _LIMIT_S) -> Message:
        """Take the first message of `kind`, waiting for it in real time.

        Raises AssertionError naming what came instead.
        """
        try:
            async with asyncio.timeout(within_s):
                while True:
                    for index, message in enumerate(self.seen):
                        if isinstance(message, kind):
                            del self.seen[index]
                            return message
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(
                f"no {kind.__name__} within {within_s:g} s; there were {self.seen!r}"
            ) from None
