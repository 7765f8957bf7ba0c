"""Forgets jobs that ended long ago, each state after its own time; dead ones are kept longest."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from actors.jobs.lease import Lease
from actors.jobs.retrying import Retrying
from actors.jobs.settings import JobsSettings
from runtime import Actor, CallError, ExitReason
from store import Database, DatabaseUnreachable
from store.queries import jobs as queries

log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class _Prune:
    """Time to look whether it is our turn."""


class Pruner(Actor):
    """One of a few at a time, so that no lock lasts; one node only, by its lease."""

    trap_exit = True

    def __init__(self, database: Database, settings: JobsSettings) -> None:
        self._database = database
        self._settings = settings
        self._pruned = 0
        self._next_s = 0.0

    def init(self) -> None:
        """Begin beside the start of the rest."""
        self._retrying = Retrying(self, _Prune())
        self._lease = Lease(self, self._database, name="pruner", hold_s=self._settings.lease_s)
        self.send_after(0.0, _Prune())

    async def handle_info(self, message: object) -> object:
        """Look."""
        match message:
            case _Prune():
                return await self._turn()
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Leave it to another."""
        try:
            await self._lease.drop()
        except (DatabaseUnreachable, CallError) as error:
            log.info("lease.left", name="pruner", reason=str(error))

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        why = self._retrying.why or ""
        return {"leader": self._lease.held, "pruned": self._pruned, "why": why}

    async def _turn(self) -> None:
        try:
            if await self._lease.hold() and self.clock.monotonic() >= self._next_s:
                await self._prune()
        except DatabaseUnreachable as error:
            return self._retrying.failed(error)
        self._retrying.succeeded()
        self.send_after(self._lease.renew_s, _Prune())
        return None

    async def _prune(self) -> None:
        """Some of each state; at the next renewal again while there is more."""
        settings = self._settings
        await self._database.execute(queries.DISCARD_EXHAUSTED)
        await self._database.execute(queries.PRUNE_PACES)
        full = False
        for state, kept_s in (
            ("completed", settings.completed_kept_s),
            ("cancelled", settings.cancelled_kept_s),
            ("discarded", settings.discarded_kept_s),
        ):
            pruned = await self._database.execute(
                queries.PRUNE, state, kept_s, settings.prune_at_once
            )
            self._pruned += pruned
            full = full or pruned >= settings.prune_at_once
        pause_s = 0.0 if full else settings.prune_every_s
        self._next_s = self.clock.monotonic() + pause_s
