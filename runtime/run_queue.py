"""One run queue per event loop, as a BEAM scheduler has one per core.

Actors with mail wait in one deque; one `call_soon` drains it for at most `TURN_S`, then gives the
loop back. A message from actor to actor therefore costs no turn of the loop: that alone made a
ring five times faster than one `call_soon` per actor (guide: runtime.md 1b).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from runtime.inbox import Inbox

TURN_S = 0.001
"""How long the queue keeps the loop before sockets and timers get theirs."""
BATCH = 64
"""Messages one actor gets before the next one's turn."""
BLOCKED_S = 0.05
"""A turn longer than this held the loop up; the actor is named in the log."""
INLINE_CREDIT = 128
"""Calls run inline in the caller before one has to go the long way."""

log = structlog.get_logger("runtime")


class RunQueue:
    """Ready actors, oldest first; each stands in the queue at most once."""

    __slots__ = (
        "_credit",
        "_loop",
        "_ready",
        "_scheduled",
        "_stopwatch",
        "blocked",
        "inline_credit",
        "turns",
        "watched",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        credit: int = INLINE_CREDIT,
        stopwatch: Callable[[], float] = perf_counter,
    ) -> None:
        self._loop = loop
        self._stopwatch = stopwatch
        self._credit = credit
        self._ready: deque[Inbox] = deque()
        self._scheduled = False
        self.inline_credit = credit
        self.turns = 0
        self.blocked = 0
        self.watched = False
        """Whether a `Watchdog` tells of long turns, and names the function, too."""

    def add(self, process: "Inbox") -> None:
        """Put a ready actor at the end."""
        self._ready.append(process)
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._drain)

    @property
    def idle(self) -> bool:
        """Whether nobody waits for a turn."""
        return not self._ready

    def _drain(self) -> None:
        ready = self._ready
        self.turns += 1
        self.inline_credit = self._credit
        stopwatch = self._stopwatch
        now = stopwatch()
        until = now + TURN_S
        try:
            while ready:
                process = ready.popleft()
                process.take_turn(BATCH)
                before, now = now, stopwatch()
                if now - before > BLOCKED_S:
                    self._note_blocked(process, now - before)
                if now > until:
                    break
        finally:
            if ready:
                self._loop.call_soon(self._drain)
            else:
                self._scheduled = False

    def _note_blocked(self, process: "Inbox", held_s: float) -> None:
        self.blocked += 1
        if self.watched:
            return
        log.warning("loop.blocked", actor=process.path, held_s=round(held_s, 3))
