"""A node in the table of nodes: its heartbeat, and the rescue of what dead ones held.

A node may claim jobs as long as its row is there and fresh; every claim looks. So a table of an
unknown version is refused by not joining at all, and a node that was paused and taken for dead can
do nothing when it wakes: its row is gone, its results are fenced out, and the first heartbeat ends
this actor, and with it all that it still performs. Its successor joins under a new id.

Who has not been in touch with PostgreSQL for as long as a node may be silent rescues nobody: when
the database comes back after an absence, all nodes look dead to each other for a moment.
"""

import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

import structlog

from actors.jobs.health import RoomState
from actors.jobs.messages import Life, RoomStanding, Standing, Wake
from actors.jobs.retrying import Retrying
from actors.jobs.settings import JobsSettings
from actors.jobs.table import KnownTable, UnknownTable, judge_table
from runtime import Actor, Call, ExitReason, Failed, Sender, TaskDone, TaskFailed
from store import Database, DatabaseUnreachable, Session
from store.queries import jobs as queries

_REFUSED_AGAIN_S = 10.0
_INDEX_S = 3_600.0

log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class _Beat:
    """Time for a heartbeat."""


@dataclass(frozen=True, slots=True)
class _Beaten:
    """What a heartbeat came to."""

    place: Literal["in", "refused", "dead"]
    why: str | None = None


class Lifeline(Actor):
    """One life of this node."""

    trap_exit = True

    def __init__(self, database: Database, settings: JobsSettings, *, node: str) -> None:
        self._database = database
        self._settings = settings
        self._life = Life("", node)
        self._state: RoomState = "starting"
        self._why: str | None = None
        self._table = ""
        self._joined = False
        self._in_touch_since_s: float | None = None
        self._rescued = 0

    async def init(self) -> None:
        """Join, if the database is there; else go on trying beside the start of the rest."""
        self._life = Life(
            str(uuid.UUID(int=self.random.getrandbits(128), version=4)), self._life.node
        )
        self._retrying = Retrying(self, _Beat())
        try:
            self._beaten(await self._beat())
        except DatabaseUnreachable as error:
            self._away(error)

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Tell how the room is, and who we are."""
        match request:
            case Standing():
                return RoomStanding(self._life, self._state, self._why, self._table)
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """A heartbeat is due, or what the last one came to: nobody waits for it who asks."""
        match message:
            case _Beat():
                self.start_task(self._beat())
                return None
            case TaskDone(value=_Beaten() as beaten):
                return self._beaten(beaten)
            case TaskFailed(error=DatabaseUnreachable() as error):
                return self._away(error)
            case TaskFailed(error=error):
                raise error
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Say good-bye: what is still in hand waits again, and the row goes."""
        if not self._joined:
            return
        try:
            async with self._database.transaction() as session:
                await self._bury(session, [self._life.id], "the node stopped before it was done")
        except DatabaseUnreachable as error:
            log.warning("node.left_silently", node=self._life.node, reason=str(error))

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {
            "node": self._life.node,
            "life": self._life.id,
            "state": self._state,
            "why": self._why or "",
            "table": self._table,
            "rescued": self._rescued,
        }

    async def _beat(self) -> _Beaten:
        """Join or be heard of, and rescue what the dead left. Raises DatabaseUnreachable."""
        beaten = await self._refresh() if self._joined else await self._join()
        if beaten.place == "in":
            await self._rescue_the_dead()
        return beaten

    def _beaten(self, beaten: _Beaten) -> None:
        self._retrying.succeeded()
        match beaten.place:
            case "in":
                self._became("up", None)
                self.send_after(self._settings.heartbeat_s, _Beat())
            case "refused":
                self._became("refused", beaten.why)
                self.send_after(_REFUSED_AGAIN_S, _Beat())
            case "dead":
                self._joined = False
                self.stop(Failed("declared_dead", "this node was silent for too long"))
            case _ as never:
                assert_never(never)

    def _away(self, error: DatabaseUnreachable) -> None:
        self._in_touch_since_s = None
        self._became("degraded", str(error))
        self._retrying.failed(error)

    # Joining.

    async def _join(self) -> _Beaten:
        """Become one of the nodes, unless the table is not one that we know."""
        row = await self._database.fetch_row(queries.INSPECT_TABLE)
        assert row is not None, "it always has one row"
        match judge_table(row):
            case UnknownTable(reason=reason):
                return _Beaten("refused", reason)
            case KnownTable() as table:
                await self._enter(table)
                return _Beaten("in")
            case _ as never:
                assert_never(never)

    async def _enter(self, table: KnownTable) -> None:
        self._table = table.label
        if not table.has_unique_index:
            await self._make_index()
        life = self._life
        async with self._database.transaction() as session:
            former = await session.fetch(queries.LIST_FORMER_LIVES, life.node, life.id)
            lives = [str(row["id"]) for row in former]
            await self._bury(session, lives, "its node was killed or lost")
            await session.execute(
                queries.JOIN_NODES, life.id, life.node, socket.gethostname(), os.getpid()
            )
        self._joined = True
        log.info("node.joined", node=life.node, life=life.id, table=self._table)
        self._wake_queues()

    async def _make_index(self) -> None:
        """Reads the whole table once, which may be another program's and large."""
        async with self._database.acquire() as session:
            await session.execute(queries.CREATE_UNIQUE_INDEX, timeout_s=_INDEX_S)

    def _wake_queues(self) -> None:
        for queue in self._settings.queues.values():
            producer = self.system.whereis(f"{queue.path}/producer")
            if producer is not None:
                producer.cast(Wake())

    # Living.

    async def _refresh(self) -> _Beaten:
        known = await self._database.execute(queries.BEAT, self._life.id)
        return _Beaten("in" if known else "dead")

    async def _rescue_the_dead(self) -> None:
        now_s = self.clock.monotonic()
        if self._in_touch_since_s is None:
            self._in_touch_since_s = now_s
        limit_s = self._settings.dead_after_s
        if now_s - self._in_touch_since_s < limit_s:
            return
        async with self._database.transaction() as session:
            dead = await session.fetch(queries.LOCK_DEAD_NODES, limit_s)
            if dead:
                lives = [str(row["id"]) for row in dead]
                jobs = await self._bury(session, lives, "its node was killed or lost")
                nodes = sorted({row["node"] for row in dead})
                log.warning("nodes.buried", nodes=nodes, jobs=jobs)

    async def _bury(self, session: Session, lives: list[str], why: str) -> int:
        """Let what these lives held wait again, and forget them. How many jobs that were."""
        if not lives:
            return 0
        rows = await session.fetch(queries.RESCUE, lives, None, why)
        await session.execute(queries.DELETE_NODES, lives)
        jobs = sum(int(row["jobs"]) for row in rows)
        self._rescued += jobs
        return jobs

    def _became(self, state: RoomState, why: str | None) -> None:
        if state != self._state:
            level = log.info if state == "up" else log.warning
            level("jobs.changed_state", state=state, reason=why)
        self._state = state
        self._why = why
