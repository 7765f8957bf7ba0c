"""Stores what a practice registry did, in order, before anybody is told of it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog

from actors.sandbox.messages import Load, Save, Store, Stored
from actors.sandbox.registry import Repository
from runtime import Actor, Call, Sender
from runtime.clock import pause
from store import DatabaseUnreachable

_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 5.0

log = structlog.get_logger("sandbox")

Result = TypeVar("Result")


class Recorder(Actor):
    """One mailbox in front of the repository: first come, first stored.

    While the database is away it tries again and again, ever slower, and the clients wait for
    their answers, as they would at a registry whose database is away.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._away_since_s: float | None = None
        self._stored = 0

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Load or save."""
        match request:
            case Load():
                return tuple(await self._persevere(self._repository.load_all))
            case Save(changes=changes):
                return await self._persevere(lambda: self._repository.save(changes))
            case _:
                return self.unhandled(request)

    async def handle_cast(self, message: object) -> object:
        """Save for a session, which hears of it."""
        match message:
            case Store(changes=changes, owner=owner):
                await self._persevere(lambda: self._repository.save(changes))
                self._stored += len(changes)
                owner.cast(Stored())
                return None
            case _:
                return self.unhandled(message)

    def facts(self) -> dict[str, object]:
        """See `Actor.facts`."""
        return {
            "stored": self._stored,
            "database": "here" if self._away_since_s is None else "away",
        }

    async def _persevere(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        delay_s = _FIRST_DELAY_S
        while True:
            try:
                result = await attempt()
            except DatabaseUnreachable as error:
                self._note_absence(error)
                await pause(self.clock, delay_s * self.random.uniform(0.8, 1.2))
                delay_s = min(2.0 * delay_s, _LONGEST_DELAY_S)
            else:
                self._note_return()
                return result

    def _note_absence(self, error: DatabaseUnreachable) -> None:
        if self._away_since_s is None:
            self._away_since_s = self.clock.monotonic()
            log.warning("records.deferred", reason=str(error))

    def _note_return(self) -> None:
        if self._away_since_s is not None:
            after_s = round(self.clock.monotonic() - self._away_since_s, 1)
            self._away_since_s = None
            log.info("records.resumed", after_s=after_s)
