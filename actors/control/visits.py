"""Who is here: the open sessions of all faces, for `who`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from actors.control.roles import Visitor


@dataclass(slots=True)
class Visit:
    """One open session."""

    number: int
    visitor: Visitor
    since: datetime
    doing: str = ""
    """The command that runs now, without its arguments; empty between commands."""


class Visits:
    """The open sessions."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = count(1)
        self._open: dict[int, Visit] = {}

    def enter(self, visitor: Visitor) -> Visit:
        """A session opens."""
        visit = Visit(next(self._numbers), visitor, self._now())
        self._open[visit.number] = visit
        return visit

    def leave(self, visit: Visit) -> None:
        """A session is closed. Harmless when it already was."""
        self._open.pop(visit.number, None)

    def all(self) -> tuple[Visit, ...]:
        """The open sessions, oldest first."""
        return tuple(self._open.values())
