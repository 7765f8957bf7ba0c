"""Makes jobs available that have become due: scheduled ones, and those that are tried again.

Every node does it; rows that another has locked are passed over, so that two never do it twice. It
sleeps until the next job is due, a second at the most, since others insert meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from actors.jobs.retrying import Retrying
from actors.jobs.settings import JobsSettings
from runtime import Actor
from store import Database, DatabaseUnreachable
from store.queries import jobs as queries

_AT_ONCE = 5_000
_LEAST_S = 0.02


@dataclass(frozen=True, slots=True)
class _Stage:
    """Time to look."""


class Stager(Actor):
    """The room's alarm clock."""

    def __init__(self, database: Database, settings: JobsSettings) -> None:
        self._database = database
        self._settings = settings
        self._staged = 0

    def init(self) -> None:
        """Begin beside the start of the rest."""
        self._retrying = Retrying(self, _Stage())
        self.send_after(0.0, _Stage())

    async def handle_info(self, message: object) -> object:
        """Look."""
        match message:
            case _Stage():
                return await self._stage()
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {"staged": self._staged, "why": self._retrying.why or ""}

    async def _stage(self) -> None:
        try:
            rows = await self._database.fetch(queries.STAGE, _AT_ONCE)
            next_s = await self._database.fetch_value(queries.NEXT_DUE_S)
        except DatabaseUnreachable as error:
            return self._retrying.failed(error)
        self._retrying.succeeded()
        self._staged += sum(row["jobs"] for row in rows)
        wait_s = self._settings.stage_s
        if isinstance(next_s, float):
            wait_s = min(wait_s, max(_LEAST_S, next_s))
        self.send_after(wait_s, _Stage())
        return None
