"""Where events wait for which there is no demand yet."""

from collections import deque
from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import islice
from typing import Generic, TypeVar, assert_never

Event = TypeVar("Event")


class Keep(Enum):
    """Which events stay when there are more than the buffer holds."""

    FIRST = "first"
    """Those that were there; newcomers are dropped."""
    LAST = "last"
    """The newest; the oldest are dropped."""


class Buffer(Generic[Event]):
    """Events in order, at most `size` of them; None is no bound. What is dropped is counted."""

    def __init__(self, size: int | None, keep: Keep = Keep.LAST) -> None:
        self._events: deque[Event] = deque()
        self._size = size
        self._keep = keep
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._events)

    def add(self, events: Sequence[Event]) -> list[Event]:
        """Put events at the end. Returns those for which there is no room, oldest first."""
        size = self._size
        excess = 0 if size is None else len(self._events) + len(events) - size
        if excess <= 0:
            self._events.extend(events)
            return []
        self.dropped += excess
        match self._keep:
            case Keep.FIRST:
                room = len(events) - excess
                self._events.extend(events[:room])
                return list(events[room:])
            case Keep.LAST:
                self._events.extend(events)
                return self.take(excess)
            case _ as never:
                assert_never(never)

    def take(self, number: int) -> list[Event]:
        """Remove the oldest events, at most `number`."""
        events = self._events
        if number >= len(events):
            taken = list(events)
            events.clear()
            return taken
        taken = list(islice(events, number))
        for _ in taken:
            events.popleft()
        return taken

    def put_back(self, events: Iterable[Event]) -> None:
        """Return to the front what was just taken."""
        self._events.extendleft(reversed(tuple(events)))
