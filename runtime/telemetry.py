"""What the runtime tells the outside: crashes logged once, restarts remembered, deaths announced.

| event | log line | level |
|---|---|---|
| a handler raised | `actor.crashed` with actor, last message, state and traceback | error |
| an actor stops with `Failed` | `actor.failed` with actor, code and detail | warning |
| a killed handler goes on | `actor.ignored_cancellation` with actor | error |
| mail nobody matches | `message.unhandled` with actor and message name | warning |
| a callback held the loop 50 ms | `loop.blocked` with actor, function and held_s | warning |
| a callback holds the loop 5 s | `loop.stuck` with actor, function, held_s, stack | error |
| after that, each actor and task | `stack.written` with actor or task and where it stands | error |
| a child was restarted | `actor.restarted` with path, reason, attempt, after_s | info |
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import structlog

from runtime.exits import ExitReason, Failed
from runtime.mailbox import Info, Resume, Sender
from runtime.snapshot import Blocking, RestartRecord
from runtime.status import in_words, state_of

if TYPE_CHECKING:
    from runtime.process import Process

HISTORY = 1_000
"""Restarts kept in memory; older ones are in PostgreSQL."""
BLOCKINGS = 1_000
"""Paths whose blocking is counted; those of further paths are counted together."""

log = structlog.get_logger("runtime")


def message_name(entry: object) -> str:
    """The class of the message inside a mailbox entry; never its contents, which may be secret."""
    match entry:
        case Sender(request=message) | Info(message=message) | Resume(message=message):
            return type(message).__name__
        case str():
            return entry
        case _:
            return type(entry).__name__


def _state(process: "Process") -> dict[str, str]:
    """What a crashed actor shows of its state, which may be what made it crash."""
    try:
        return dict(in_words(state_of(process.actor)))
    except Exception as error:  # noqa: BLE001 - the report of a crash must not be another
        return {"not shown": f"{type(error).__name__}: {error}"}


class Telemetry:
    """Counters and history of one system."""

    def __init__(self) -> None:
        self.crashes = 0
        self.unhandled_messages = 0
        self.restarts = 0
        self.blockings: dict[str, Blocking] = {}
        """By actor's path; under the empty path what no actor did."""
        self._history: deque[RestartRecord] = deque(maxlen=HISTORY)
        self._listeners: list[Callable[[RestartRecord], None]] = []

    def crashed(self, process: "Process", error: BaseException, entry: object) -> None:
        """Log a crash, once, with what the actor was doing and what it shows of its state.

        Where `runtime.sys` keeps a log of its events, they are in it, too.
        """
        self.crashes += 1
        recent = () if process._debug is None else process._debug.events()
        log.error(
            "actor.crashed",
            actor=process.path,
            behaviour=process.behaviour.__name__,
            message=message_name(entry),
            error=f"{type(error).__name__}: {error}",
            state=_state(process),
            **({"recent": [str(event) for event in recent]} if recent else {}),
            exc_info=error,
        )

    def ending(self, process: "Process", reason: ExitReason) -> None:
        """Log an actor that stops because the world failed it; other stops are no news."""
        match reason:
            case Failed(code=code, detail=detail):
                log.warning("actor.failed", actor=process.path, code=code, detail=detail)
            case _:
                return

    def ignored_cancellation(self, process: "Process") -> None:
        """Log a killed actor whose handler swallowed its cancellation and goes on."""
        log.error("actor.ignored_cancellation", actor=process.path)

    def blocked(self, actor: str | None, function: str | None, held_s: float) -> None:
        """Log and count what held the loop longer than 50 ms. Called by the watchdog's thread."""
        path = actor or ""
        before = self.blockings.get(path)
        if before is None and len(self.blockings) >= BLOCKINGS:
            path, before = "", self.blockings.get("")
        times, total_s, longest_s = (
            (0, 0.0, 0.0) if before is None else (before.times, before.total_s, before.longest_s)
        )
        self.blockings[path] = Blocking(
            times + 1, total_s + held_s, max(longest_s, held_s), function
        )
        log.warning("loop.blocked", actor=actor, function=function, held_s=round(held_s, 3))

    def unhandled(self, process: "Process", message: object) -> None:
        """Log mail that no case matched."""
        self.unhandled_messages += 1
        log.warning("message.unhandled", actor=process.path, message=type(message).__name__)

    @cached_property
    def _log(self) -> structlog.typing.FilteringBoundLogger:
        """Bound at the first restart: to bind anew costs ten times what an unwritten line does."""
        bound: structlog.typing.FilteringBoundLogger = log.bind()
        return bound

    def restarted(self, record: RestartRecord) -> None:
        """Remember one restart and tell the listeners."""
        self.restarts += 1
        self._history.append(record)
        self._log.info(
            "actor.restarted",
            actor=record.path,
            reason=record.reason,
            attempt=record.attempt,
            after_s=record.recovered_after_s,
        )
        for listener in self._listeners:
            # Later, so that a listener's fault is the loop's to report and not the supervisor's.
            asyncio.get_running_loop().call_soon(listener, record)

    def on_restart(self, listener: Callable[[RestartRecord], None]) -> None:
        """Call `listener` at each restart from now on."""
        self._listeners.append(listener)

    def recall(self, earlier: Iterable[RestartRecord]) -> None:
        """Put restarts of earlier runs, newest first, before those of this run.

        They are no news: nobody is told and none is counted. Those in memory stay, and none of them
        comes twice, so that whoever asks again adds nothing.
        """
        known = set(self._history)
        for record in earlier:
            if len(self._history) == HISTORY:
                return
            if record not in known:
                self._history.appendleft(record)

    def history(self) -> tuple[RestartRecord, ...]:
        """The restarts in memory, newest first; recalled ones are of earlier runs."""
        return tuple(reversed(self._history))
