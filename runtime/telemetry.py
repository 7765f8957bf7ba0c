"""What the runtime tells the outside: crashes logged once, restarts remembered, deaths announced.

| event | log line | level |
|---|---|---|
| a handler raised | `actor.crashed` with actor, last message and traceback | error |
| an actor stops with `Failed` | `actor.failed` with actor, code and detail | warning |
| a killed handler goes on | `actor.ignored_cancellation` with actor | error |
| mail nobody matches | `message.unhandled` with actor and message name | warning |
| a child was restarted | `actor.restarted` with path, reason, attempt, after_s | info |
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from runtime.exits import ExitReason, Failed
from runtime.mailbox import Info, Resume, Sender
from runtime.snapshot import RestartRecord

if TYPE_CHECKING:
    from runtime.process import Process

HISTORY = 1_000
"""Restarts kept in memory; older ones are in PostgreSQL."""

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


class Telemetry:
    """Counters and history of one system."""

    def __init__(self) -> None:
        self.crashes = 0
        self.unhandled_messages = 0
        self.restarts = 0
        self._history: deque[RestartRecord] = deque(maxlen=HISTORY)
        self._listeners: list[Callable[[RestartRecord], None]] = []

    def crashed(self, process: "Process", error: BaseException, entry: object) -> None:
        """Log a crash, once, with what the actor was doing."""
        self.crashes += 1
        log.error(
            "actor.crashed",
            actor=process.path,
            behaviour=process.behaviour.__name__,
            message=message_name(entry),
            error=f"{type(error).__name__}: {error}",
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

    def unhandled(self, process: "Process", message: object) -> None:
        """Log mail that no case matched."""
        self.unhandled_messages += 1
        log.warning("message.unhandled", actor=process.path, message=type(message).__name__)

    def restarted(self, record: RestartRecord) -> None:
        """Remember one restart and tell the listeners."""
        self.restarts += 1
        self._history.append(record)
        log.info(
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

    def history(self) -> tuple[RestartRecord, ...]:
        """The restarts in memory, newest first."""
        return tuple(reversed(self._history))
