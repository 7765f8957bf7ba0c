"""The latest log lines in memory, for the `log` command and the pages.

A structlog processor: put it before the renderer, after the one that adds exception text. Lines
carry no secrets and no mail addresses, whatever the caller wrote.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from actors.control.redaction import HIDDEN, is_secret, without_addresses
from runtime import CURRENT

Level = Literal["debug", "info", "warning", "error", "critical"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error", "critical")
_BY_NAME: dict[str, Level] = {level: level for level in LEVELS}

CAPACITY = 2_000
SUBSCRIBER_CAPACITY = 1_000
_TEXT_LIMIT = 2_000
_LEFT_OUT = frozenset({"event", "level", "timestamp", "actor", "exc_info", "stack_info", "_record"})


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One log line."""

    at: datetime
    level: Level
    event: str
    """`connection.lost`."""
    actor: str | None
    """The path of the actor that wrote it, or of which it tells."""
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are wanted."""

    level: Level = "debug"
    """The least level."""
    actor: str | None = None
    """The actor of this path and those below it."""

    def admits(self, entry: LogEntry) -> bool:
        """Whether the line is wanted."""
        if LEVELS.index(entry.level) < LEVELS.index(self.level):
            return False
        if self.actor is None:
            return True
        path = entry.actor or ""
        return path == self.actor or path.startswith(self.actor.rstrip("/") + "/")


class Subscription:
    """Lines as they come, for one reader. When it reads too slowly, the oldest are dropped."""

    def __init__(self, wanted: LogFilter, capacity: int) -> None:
        self.dropped = 0
        self._wanted = wanted
        self._capacity = capacity
        self._waiting: deque[LogEntry] = deque()
        self._arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def offer(self, entry: LogEntry) -> None:
        """Take a line; from any thread."""
        if not self._wanted.admits(entry):
            return
        if len(self._waiting) >= self._capacity:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(entry)
        self._loop.call_soon_threadsafe(self._arrived.set)

    async def __aiter__(self) -> AsyncIterator[LogEntry]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            self._arrived.clear()
            await self._arrived.wait()


class Logbook:
    """Keeps the latest lines and hands new ones to its subscribers."""

    def __init__(self, now: Callable[[], datetime], *, capacity: int = CAPACITY) -> None:
        self._now = now
        self._entries: deque[LogEntry] = deque(maxlen=capacity)
        self._subscriptions: list[Subscription] = []

    def __call__(
        self, logger: object, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Keep a line and pass it on unchanged (structlog's processor interface)."""
        entry = self._entry(method, event)
        self._entries.append(entry)
        for subscription in tuple(self._subscriptions):
            subscription.offer(entry)
        return event

    def _entry(self, method: str, event: MutableMapping[str, Any]) -> LogEntry:
        said = str(event.get("level", method))
        process = CURRENT.get()
        actor = event.get("actor", process.path if process is not None else None)
        return LogEntry(
            at=self._now(),
            level=_BY_NAME.get(said, "info"),
            event=str(event.get("event", "")),
            actor=None if actor is None else str(actor),
            fields=tuple(
                (key, _shown(key, value)) for key, value in event.items() if key not in _LEFT_OUT
            ),
        )

    def latest(self, count: int, wanted: LogFilter) -> tuple[LogEntry, ...]:
        """The last `count` wanted lines, oldest first."""
        chosen = [entry for entry in self._entries if wanted.admits(entry)]
        return tuple(chosen[-count:]) if count else ()

    def subscribe(self, wanted: LogFilter, *, capacity: int = SUBSCRIBER_CAPACITY) -> Subscription:
        """Hear of each wanted line from now on. Needs a running event loop."""
        subscription = Subscription(wanted, capacity)
        self._subscriptions.append(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Hear no more."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    @property
    def subscribers(self) -> int:
        """How many listen."""
        return len(self._subscriptions)


def _shown(key: str, value: object) -> str:
    if is_secret(key):
        return HIDDEN
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return without_addresses(text[:_TEXT_LIMIT])
