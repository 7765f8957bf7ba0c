"""The ear at one process: what `runtime.sys` has switched on for it.

A process has none in the normal case, so that its fast path pays nothing. While it has one, it
tells it of each entry before and after its handler, of each reply and of its death. Requests that
have to come between two handlers (`runtime.sys`) wait here for the end of the present one.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar, cast

import structlog

from runtime.debug_events import (
    DebugEvent,
    Ended,
    Handled,
    Manner,
    Received,
    Replied,
    Statistics,
    TimerRang,
)
from runtime.exits import ExitReason, NotRunning
from runtime.mailbox import Info, Resume, Sender, Stop
from runtime.messages import Down, Exited, TaskDone, TaskFailed
from runtime.redaction import shown
from runtime.trace import Trace

if TYPE_CHECKING:
    from runtime.process import Process

Result = TypeVar("Result")

log = structlog.get_logger("runtime")


class Verdict(Enum):
    """What a debug function may return."""

    DONE = "done"


DONE: Final[Literal[Verdict.DONE]] = Verdict.DONE
"""A debug function that returns it is removed."""

DebugFunction = Callable[[DebugEvent], object]


class Pending(Generic[Result]):
    """A request that waits until no handler runs."""

    __slots__ = ("_action", "future")

    def __init__(self, action: Callable[[], Result]) -> None:
        self._action = action
        self.future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()

    def run(self) -> None:
        """Do it; what it raises is for who asked, and not for the actor."""
        if self.future.done():
            return
        try:
            result = self._action()
        except Exception as error:  # noqa: BLE001 - handed on to the caller
            self.fail(error)
        else:
            self.future.set_result(result)

    def fail(self, error: Exception) -> None:
        """It cannot be done."""
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()  # who asked may have been cancelled in this very turn


class _Tally:
    """Statistics as they grow."""

    __slots__ = ("busy_s", "calls", "handled", "received", "replies", "since_s", "slowest")

    def __init__(self, since_s: float) -> None:
        self.since_s = since_s
        self.received = self.handled = self.calls = self.replies = 0
        self.busy_s = 0.0
        self.slowest: tuple[float, str | None] = (0.0, None)


class Debug:
    """What is switched on for one process."""

    __slots__ = (
        "_began_s",
        "_entry",
        "_functions",
        "_log",
        "_pending",
        "_process",
        "_tally",
        "_traces",
    )

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._began_s: float | None = None
        self._entry: object = None
        self._tally: _Tally | None = None
        self._log: deque[DebugEvent] | None = None
        self._traces: list[Trace] = []
        self._functions: dict[str, DebugFunction] = {}
        self._pending: list[Pending[object]] = []

    # What the process tells.

    def received(self, entry: object) -> None:
        """A handler is about to run."""
        self._entry = entry
        self._began_s = self._process.system.clock.monotonic()
        tally = self._tally
        if tally is not None:
            tally.received += 1
            tally.calls += type(entry) is Sender
        if self._listens:
            manner, message, sender = _taken_apart(entry)
            self._tell(Received(self._now(), manner, _name(message), shown(message), sender))

    def at_rest(self) -> None:
        """No handler runs: the moment for what had to wait for it."""
        began_s, self._began_s = self._began_s, None
        entry, self._entry = self._entry, None
        if began_s is not None and (self._tally is not None or self._listens):
            took_s = self._process.system.clock.monotonic() - began_s
            _, message, _ = _taken_apart(entry)
            self._count(_name(message), took_s)
            if self._listens:
                self._tell(Handled(self._now(), _name(message), took_s))
        pending, self._pending = self._pending, []
        for request in pending:
            request.run()

    def replied(self, sender: Sender, value: object) -> None:
        """A call was answered."""
        if self._tally is not None:
            self._tally.replies += 1
        if self._listens:
            to = None if sender.caller is None else sender.caller.path
            self._tell(Replied(self._now(), _name(sender.request), shown(value), to))

    def rang(self, message: object) -> None:
        """A timer puts its message into the mailbox."""
        if self._listens:
            self._tell(TimerRang(self._now(), _name(message), shown(message)))

    def ended(self, reason: ExitReason) -> None:
        """The process is dead."""
        if self._listens:
            self._tell(Ended(self._now(), str(reason)))
        pending, self._pending = self._pending, []
        for request in pending:
            request.fail(NotRunning(self._process.path, reason))

    # What `runtime.sys` asks.

    @property
    def in_use(self) -> bool:
        """Whether anything is switched on, or waits."""
        return self._listens or self._tally is not None or bool(self._pending)

    def options(self) -> tuple[str, ...]:
        """What is switched on, in words."""
        return (
            *(("statistics",) if self._tally is not None else ()),
            *((f"log of {self._log.maxlen}",) if self._log is not None else ()),
            *(("trace",) * len(self._traces)),
            *(f"function {name}" for name in self._functions),
        )

    def between(self, action: Callable[[], Result]) -> Pending[Result]:
        """Run `action` as soon as the present handler has returned."""
        pending = Pending(action)
        self._pending.append(cast("Pending[object]", pending))
        return pending

    def forget(self, pending: Pending[Result]) -> None:
        """Nobody waits for it any more."""
        self._pending = [each for each in self._pending if each is not pending]

    def count_from_now(self) -> None:
        """Begin statistics, or begin them anew."""
        self._tally = _Tally(self._process.system.clock.monotonic())

    def stop_counting(self) -> None:
        """End statistics."""
        self._tally = None

    def statistics(self) -> Statistics | None:
        """What was counted; None while statistics are off."""
        tally = self._tally
        if tally is None:
            return None
        system = self._process.system
        slowest_s, slowest = tally.slowest
        return Statistics(
            since=system.at(tally.since_s),
            for_s=system.clock.monotonic() - tally.since_s,
            received=tally.received,
            handled=tally.handled,
            calls=tally.calls,
            replies=tally.replies,
            busy_s=tally.busy_s,
            slowest_s=slowest_s,
            slowest=slowest,
        )

    def keep_log(self, size: int) -> None:
        """Keep the last `size` events from now on, of those kept before as many as fit."""
        self._log = deque(self._log or (), maxlen=size)

    def drop_log(self) -> None:
        """Keep no more events, and forget those kept."""
        self._log = None

    def events(self) -> tuple[DebugEvent, ...]:
        """The events kept, oldest first."""
        return tuple(self._log or ())

    def attach(self, trace: Trace) -> None:
        """Let a trace hear."""
        self._traces.append(trace)

    def detach(self, trace: Trace) -> None:
        """Let a trace hear no more."""
        self._traces.remove(trace)

    def install(self, name: str, function: DebugFunction) -> None:
        """Call `function` with each event; one of that name is replaced."""
        self._functions[name] = function

    def remove(self, name: str) -> bool:
        """Take a function away. Returns whether it was there."""
        return self._functions.pop(name, None) is not None

    def silence(self) -> None:
        """Switch everything off; requests that wait are still served."""
        self._tally = self._log = None
        self._functions.clear()
        for trace in tuple(self._traces):
            trace.close()

    # Within.

    @property
    def _listens(self) -> bool:
        return bool(self._traces or self._functions) or self._log is not None

    def _now(self) -> datetime:
        return self._process.system.clock.now()

    def _count(self, message: str, took_s: float) -> None:
        tally = self._tally
        if tally is not None:
            tally.handled += 1
            tally.busy_s += took_s
            if took_s > tally.slowest[0]:
                tally.slowest = (took_s, message)

    def _tell(self, event: DebugEvent) -> None:
        if self._log is not None:
            self._log.append(event)
        for trace in tuple(self._traces):
            trace.offer(event)
        for name, function in tuple(self._functions.items()):
            try:
                verdict = function(event)
            except Exception:
                log.exception("debug_function.failed", actor=self._process.path, function=name)
                verdict = DONE
            if verdict is DONE:
                self.remove(name)


def _name(message: object) -> str:
    return type(message).__name__


def _taken_apart(entry: object) -> tuple[Manner, object, str | None]:
    """How a mailbox entry came, the message in it, and of whom it is."""
    match entry:
        case Sender(request=request, caller=caller):
            return "call", request, None if caller is None else caller.path
        case Info(message=Down(path=path) | Exited(path=path) as message):
            return "info", message, path
        case Info(message=TaskDone(task=task) | TaskFailed(task=task) as message):
            return "info", message, f"task {task}"
        case Info(message=message):
            return "info", message, None
        case Resume(message=message):
            return "continue", message, None
        case Stop(reason=reason):
            return "stop", reason, None
        case _:
            return "cast", entry, None
