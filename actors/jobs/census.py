"""The room at one moment, for pages and commands: the producers' own figures and the table's.

Counting jobs reads the table's whole index. So counts are kept, and made anew at the earliest after
two seconds and after twenty times as long as the last count took: a large table costs a twentieth
of one connection at the most, however many look.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg

from actors.jobs.health import (
    JOB_STATES,
    ClockHealth,
    JobsHealth,
    LocalQueue,
    NodeHealth,
    QueueHealth,
    StateCount,
    UnknownWorker,
)
from actors.jobs.messages import LIFELINE, LookAtQueue, RoomStanding, Standing
from actors.jobs.moments import aware
from actors.jobs.scheduler import Entry
from actors.jobs.settings import JobsSettings, QueueSettings
from actors.jobs.worker import Workers
from runtime import CallError, System
from store import Database, DatabaseUnreachable
from store.queries import jobs as queries

_KEPT_S = 2.0
_KEPT_TIMES = 20.0
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Table:
    """What the table said."""

    at: datetime | None = None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    unknown: tuple[UnknownWorker, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said of queues, and who else is there."""

    paused: Mapping[str, bool] = field(default_factory=dict[str, bool])
    oldest: Mapping[str, float | None] = field(default_factory=dict[str, float | None])
    nodes: tuple[asyncpg.Record, ...] = ()
    clock: Mapping[str, asyncpg.Record] = field(default_factory=dict[str, asyncpg.Record])


class Census:
    """Makes `JobsHealth`."""

    def __init__(
        self, system: System, database: Database, settings: JobsSettings, workers: Workers
    ) -> None:
        self._system = system
        self._database = database
        self._settings = settings
        self._workers = workers
        self._entries = [Entry(each, workers) for each in settings.clock]
        self._table = _Table()
        self._fresh_until_s = 0.0
        self._lock = asyncio.Lock()

    async def health(self) -> JobsHealth:
        """See `Jobs.health`."""
        standing = await self._standing()
        said, why = _Said(), None
        try:
            await self._count()
            said = await self._ask()
        except DatabaseUnreachable as error:
            why = str(error)
        state = "degraded" if why and standing.state == "up" else standing.state
        return JobsHealth(
            taken_at=self._system.clock.now(),
            state=state,
            why=standing.why or why,
            node=standing.life.node,
            table=standing.table,
            counted_at=self._table.at,
            queues=await self._queues(said),
            nodes=tuple(_node(row, here=standing.life.id) for row in said.nodes),
            clock=tuple(self._clock_entry(entry, said.clock) for entry in self._entries),
            unknown_workers=self._table.unknown,
            workers=self._workers.names,
        )

    async def _standing(self) -> RoomStanding:
        return await self._system.call(LIFELINE, Standing(), timeout_s=_PATIENCE_S)

    # The table.

    async def _count(self) -> None:
        async with self._lock:
            began_s = self._system.clock.monotonic()
            if began_s < self._fresh_until_s:
                return
            counts: dict[str, dict[str, int]] = defaultdict(dict)
            for row in await self._database.fetch(queries.COUNT_JOBS):
                counts[row["queue"]][row["state"]] = row["jobs"]
            rows = await self._database.fetch(
                queries.LIST_UNKNOWN_WORKERS,
                list(self._settings.queues),
                list(self._workers.names),
            )
            unknown = tuple(
                UnknownWorker(row["worker"], row["queue"], row["jobs"], aware(row["oldest_at"]))
                for row in rows
            )
            self._table = _Table(self._system.clock.now(), counts, unknown)
            ended_s = self._system.clock.monotonic()
            self._fresh_until_s = ended_s + max(_KEPT_S, _KEPT_TIMES * (ended_s - began_s))

    async def _ask(self) -> _Said:
        async with self._database.acquire() as session:
            queues = await session.fetch(queries.LIST_QUEUES)
            paused = {row["name"]: bool(row["paused"]) for row in queues}
            names = sorted({*paused, *self._settings.queues, *self._table.counts})
            oldest = await session.fetch(queries.OLDEST_AVAILABLE, names)
            nodes = await session.fetch(queries.LIST_NODES)
            clock = await session.fetch(queries.LIST_CLOCK)
        return _Said(
            paused,
            {row["queue"]: row["oldest_s"] for row in oldest},
            tuple(nodes),
            {row["name"]: row for row in clock},
        )

    # Queues.

    async def _queues(self, said: _Said) -> tuple[QueueHealth, ...]:
        ours = self._settings.queues
        others = sorted({*said.paused, *self._table.counts} - set(ours))
        return tuple(
            [
                await self._queue(ours.get(name) or QueueSettings(name=name), said)
                for name in (*ours, *others)
            ]
        )

    async def _queue(self, settings: QueueSettings, said: _Said) -> QueueHealth:
        name = settings.name
        counts = self._table.counts.get(name, {})
        here = await self._local(settings) if name in self._settings.queues else None
        believed = settings.paused if here is None else here.state == "paused"
        paused = said.paused.get(name, believed)
        return QueueHealth(
            name=name,
            paused=paused,
            counts=tuple(StateCount(state, counts.get(state, 0)) for state in JOB_STATES),
            oldest_s=said.oldest.get(name),
            global_limit=settings.global_limit,
            rate=_rate(settings.rate, settings.rate_period_s),
            key=_key(settings),
            here=here,
        )

    async def _local(self, settings: QueueSettings) -> LocalQueue | None:
        """None while its producer is being restarted."""
        path = f"{settings.path}/producer"
        try:
            return await self._system.call(path, LookAtQueue(), timeout_s=_PATIENCE_S)
        except CallError:
            return None

    # The clock.

    def _clock_entry(self, entry: Entry, rows: Mapping[str, asyncpg.Record]) -> ClockHealth:
        settings = entry.settings
        found = rows.get(settings.name)
        row: Mapping[str, Any] = {} if found is None else dict(found)
        now = self._system.clock.now()
        known = self._workers.get(settings.worker) is not None
        return ClockHealth(
            name=settings.name,
            expression=settings.expression,
            zone=settings.zone,
            worker=settings.worker,
            queue=entry.queue,
            missed_policy=settings.missed,
            next_at=entry.next_after(now),
            fired_at=row.get("fired_at"),
            job_id=row.get("job_id"),
            missed=row.get("missed", 0),
            missed_at=row.get("missed_at"),
            why=None if known else f"no worker here is called {settings.worker}",
        )


def _node(row: asyncpg.Record, *, here: str) -> NodeHealth:
    return NodeHealth(
        id=row["id"],
        node=row["node"],
        host=row["host"],
        pid=row["pid"],
        started_at=row["started_at"],
        seen_s=row["seen_s"],
        executing=row["executing"],
        here=row["id"] == here,
        leases=tuple(row["leases"]),
    )


def _rate(rate: int | None, period_s: float) -> str | None:
    return None if rate is None else f"{rate} in {period_s:g} s"


def _key(settings: QueueSettings) -> str | None:
    if settings.key is None:
        return None
    limits: list[str] = []
    if settings.key_limit is not None:
        limits.append(f"{settings.key_limit} at once")
    if settings.key_rate is not None:
        limits.append(f"{settings.key_rate} in {settings.rate_period_s:g} s")
    return f"{settings.key}: {', '.join(limits)}"
