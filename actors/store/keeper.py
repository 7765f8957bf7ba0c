"""Keeps the pool of one database open: migrates, connects, and knows whether it is reachable.

A database that cannot be reached is a state, tried again with growing pauses; it is never a crash.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from runtime import Actor, Call, ExitReason, Sender
from store import Database, DatabaseUnreachable, migrate
from store.queries import store as queries

DatabaseState = Literal["connecting", "up", "unreachable"]

_PROBE_S = 5.0
_FIRST_RETRY_S = 0.2
_LAST_RETRY_S = 10.0

log = structlog.get_logger("store")


@dataclass(frozen=True, slots=True)
class DatabaseStatus(Call[tuple[DatabaseState, str | None]]):
    """Whether the database answers, and if not, why."""


@dataclass(frozen=True, slots=True)
class _Probe:
    """Time to look again."""


class DatabaseKeeper(Actor):
    """Owner of `database`: it opens the pool that everybody else uses."""

    trap_exit = True

    def __init__(self, database: Database, where: Callable[[], Awaitable[str]]) -> None:
        self._database = database
        self._where = where
        self._state: DatabaseState = "connecting"
        self._why: str | None = None
        self._failures = 0
        self._open = False

    async def init(self) -> None:
        """Connect once; when the database is away, go on trying beside the start of the rest."""
        await self._database.close()  # a predecessor that was killed has left it open
        await self._try_once()

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Tell how it is."""
        match request:
            case DatabaseStatus():
                return (self._state, self._why)
            case _:
                return self.unhandled(request)

    async def handle_info(self, message: object) -> object:
        """Look again."""
        match message:
            case _Probe():
                return await self._try_once()
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Close the pool."""
        await self._database.close()

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        stats = self._database.stats()
        return {
            "state": self._state,
            "why": self._why or "",
            "connections": f"{stats.busy} busy of {stats.size}, at most {stats.limit}",
            "waiting": stats.waiting,
        }

    async def _try_once(self) -> None:
        try:
            if not self._open:
                await self._open_migrated()
            await self._database.fetch_value(queries.PING)
        except DatabaseUnreachable as error:
            self._became("unreachable", str(error))
            delay_s = min(_LAST_RETRY_S, _FIRST_RETRY_S * 2.0 ** min(self._failures, 8))
            self._failures += 1
            self.send_after(delay_s * self.random.uniform(0.8, 1.2), _Probe())
            return
        self._failures = 0
        self._became("up", None)
        self.send_after(_PROBE_S, _Probe())

    async def _open_migrated(self) -> None:
        """Migrate by a pool of our own: nobody else may meet the schema before it is whole."""
        url = await self._where()
        own = Database(url, name=self._database.name, connections=1)
        try:
            await own.open()
            await migrate(own)
        finally:
            await own.close()
        await self._database.open(url)
        self._open = True

    def _became(self, state: DatabaseState, why: str | None) -> None:
        if state != self._state:
            level = log.warning if state == "unreachable" else log.info
            level("database.changed_state", database=self._database.name, state=state, reason=why)
        self._state = state
        self._why = why
