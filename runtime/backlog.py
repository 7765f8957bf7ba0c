"""What gathers before an actor that does not keep up: how old it is, and who waits for room.

Messages carry no time stamps, since a stamp would cost as much as a cast. Instead the number of
messages that had come is marked with the time now and then: whenever mail comes to an empty
mailbox whose actor is busy, and at the end of each turn that leaves mail over. The oldest message
came after the last mark at or below its own number, which bounds its age from above.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from runtime.mailbox import Sender

MARKS = 128
"""Marks kept before every second one is dropped: the bound grows coarser, never wrong."""


class Backlog:
    """The overload of one process. Made when there is any."""

    __slots__ = ("_marks", "_waiting")

    def __init__(self) -> None:
        self._marks: deque[tuple[int, float]] = deque()
        self._waiting: deque[tuple[object, asyncio.Future[bool] | None]] = deque()

    # Age.

    def mark(self, handled: int, arrived: int, now_s: float) -> None:
        """Of all messages ever, `handled` are done and `arrived` had come by `now_s`."""
        self._forget(handled)
        self._marks.append((arrived, now_s))
        if len(self._marks) > MARKS:
            self._marks = deque(list(self._marks)[::2])

    def oldest_s(self, handled: int, now_s: float) -> float:
        """Seconds that the message after the `handled` first has waited, at most."""
        self._forget(handled)
        return now_s - self._marks[0][1] if self._marks else 0.0

    def _forget(self, handled: int) -> None:
        marks = self._marks
        while len(marks) > 1 and marks[1][0] <= handled:
            marks.popleft()

    # Room (Overflow.WAIT).

    def wait(self, entry: object, admitted: "asyncio.Future[bool] | None") -> None:
        """Let `entry` wait for room behind the others; `admitted` becomes True when it is in."""
        self._waiting.append((entry, admitted))

    @property
    def over(self) -> bool:
        """Whether nobody waits for room."""
        return not self._waiting

    def admit(self, room: int, put: Callable[[object], None]) -> None:
        """Let in as many as there is room for, oldest first."""
        waiting = self._waiting
        while waiting and room > 0:
            entry, admitted = waiting.popleft()
            if admitted is not None:
                if admitted.done():
                    continue  # gave up
                admitted.set_result(True)
            elif isinstance(entry, Sender) and entry.settled:
                continue  # timed out, or cancelled
            put(entry)
            room -= 1

    def dismiss(self) -> tuple[Sender, ...]:
        """The actor is dead: let the casts go, return the calls."""
        calls: list[Sender] = []
        for entry, admitted in self._waiting:
            if isinstance(entry, Sender):
                calls.append(entry)
            if admitted is not None and not admitted.done():
                admitted.set_result(True)
        self._waiting.clear()
        return tuple(calls)
