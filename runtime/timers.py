"""Timers of actors, and the deadlines of calls.

Every call has a timeout, so a timeout has to be cheap: one deque of deadlines for each timeout
value and one timer for its head costs 0.3 to 0.7 µs a call, where `asyncio.wait_for` costs 4 to
14 µs (guide: runtime.md 1b). With one value a deque is ordered by itself.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from runtime.clock import Cancellable, Clock


class Timer:
    """One message to come, made by `Actor.send_after`. `cancel` is harmless at any time."""

    __slots__ = ("_forget", "_handle", "active")

    def __init__(
        self,
        clock: Clock,
        delay_s: float,
        fire: Callable[[], None],
        forget: Callable[["Timer"], None],
    ) -> None:
        self.active = True
        self._forget = forget

        def ring() -> None:
            self._end()
            fire()

        self._handle: Cancellable = clock.call_later(delay_s, ring)

    def cancel(self) -> bool:
        """Call it off. Returns whether it was still to come."""
        if not self.active:
            return False
        self._handle.cancel()
        self._end()
        return True

    def _end(self) -> None:
        self.active = False
        self._forget(self)


class Waiting(Protocol):
    """Somebody waiting for an answer, as `Deadlines` sees it."""

    @property
    def settled(self) -> bool:
        """Whether the answer (or a failure) is there."""
        ...

    def expire(self, timeout_s: float) -> None:
        """Fail with the timeout."""
        ...


COMPACT_AT = 1_024
"""Entries in a line before those that were answered are looked for behind the head, too."""


class _Line:
    """The deadlines of one timeout value, in order."""

    __slots__ = ("entries", "limit", "timer")

    def __init__(self) -> None:
        self.entries: deque[tuple[float, Waiting]] = deque()
        self.limit = COMPACT_AT
        self.timer: Cancellable | None = None

    def compact(self) -> None:
        """One call that waits long must not keep a million answered ones in memory behind it."""
        self.entries = deque(entry for entry in self.entries if not entry[1].settled)
        self.limit = max(COMPACT_AT, 2 * len(self.entries))


class Deadlines:
    """Expires calls. Entries that were answered leave when they reach the head of their line."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: dict[float, _Line] = {}

    def watch(self, waiting: Waiting, timeout_s: float) -> None:
        """Call `waiting.expire(timeout_s)` after `timeout_s` unless it is settled by then."""
        line = self._lines.get(timeout_s)
        if line is None:
            line = self._lines[timeout_s] = _Line()
            self._arm(line, timeout_s, timeout_s)
        entries = line.entries
        while entries and entries[0][1].settled:
            entries.popleft()
        entries.append((self._clock.monotonic() + timeout_s, waiting))
        if len(entries) > line.limit:
            line.compact()

    def close(self) -> None:
        """Drop every deadline."""
        for line in self._lines.values():
            assert line.timer is not None
            line.timer.cancel()
        self._lines.clear()

    def _arm(self, line: _Line, timeout_s: float, delay_s: float) -> None:
        line.timer = self._clock.call_later(delay_s, lambda: self._ring(line, timeout_s))

    def _ring(self, line: _Line, timeout_s: float) -> None:
        entries = line.entries
        now = self._clock.monotonic()
        while entries:
            due, waiting = entries[0]
            if not waiting.settled:
                if due > now:
                    self._arm(line, timeout_s, due - now)
                    return
                waiting.expire(timeout_s)
            entries.popleft()
        del self._lines[timeout_s]
