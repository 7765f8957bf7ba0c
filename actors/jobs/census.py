"""The room at one moment, for pages and commands: the producers' own figures and the table's."""

from collections.abc import Mapping
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
)
from actors.jobs.messages import (
    LIFELINE,
    SURVEYOR,
    LookAtQueue,
    LookAtTable,
    RoomStanding,
    Standing,
    TableSeen,
)
from actors.jobs.scheduler import Entry
from actors.jobs.settings import JobsSettings, QueueSettings
from actors.jobs.worker import Workers
from runtime import CallError, System

_PATIENCE_S = 2.0


class Census:
    """Makes `JobsHealth`."""

    def __init__(self, system: System, settings: JobsSettings, workers: Workers) -> None:
        self._system = system
        self._settings = settings
        self._workers = workers
        self._entries = [Entry(each, workers) for each in settings.clock]

    async def health(self) -> JobsHealth:
        """See `Jobs.health`."""
        standing = await self._standing()
        seen = await self._system.call(SURVEYOR, LookAtTable())
        state = "degraded" if seen.why and standing.state == "up" else standing.state
        return JobsHealth(
            taken_at=self._system.clock.now(),
            state=state,
            why=standing.why or seen.why,
            node=standing.life.node,
            table=standing.table,
            counted_at=seen.at,
            queues=await self._queues(seen),
            nodes=tuple(_node(row, here=standing.life.id) for row in seen.nodes),
            clock=tuple(self._clock_entry(entry, seen.clock) for entry in self._entries),
            unknown_workers=seen.unknown,
            workers=self._workers.names,
            dead_after_s=self._settings.dead_after_s,
        )

    async def _standing(self) -> RoomStanding:
        return await self._system.call(LIFELINE, Standing(), timeout_s=_PATIENCE_S)

    # Queues.

    async def _queues(self, seen: TableSeen) -> tuple[QueueHealth, ...]:
        ours = self._settings.queues
        others = sorted({*seen.paused, *seen.counts} - set(ours))
        return tuple(
            [
                await self._queue(ours.get(name) or QueueSettings(name=name), seen)
                for name in (*ours, *others)
            ]
        )

    async def _queue(self, settings: QueueSettings, seen: TableSeen) -> QueueHealth:
        name = settings.name
        counts = seen.counts.get(name, {})
        here = await self._local(settings) if name in self._settings.queues else None
        believed = settings.paused if here is None else here.state == "paused"
        paused = seen.paused.get(name, believed)
        return QueueHealth(
            name=name,
            paused=paused,
            counts=tuple(StateCount(state, counts.get(state, 0)) for state in JOB_STATES),
            oldest_s=seen.oldest.get(name),
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
