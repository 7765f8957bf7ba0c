"""Reads the table for whoever looks at the room: what is counted, and what was said of queues.

All who look at once share one reading, and nobody waits for it longer than two seconds: a database
that hangs makes the room degraded and no page slow.

Counting jobs reads the table's whole index. So counts are kept, and made anew at the earliest after
two seconds and after twenty times as long as the last count took: a large table costs a twentieth
of one connection at the most, however many look.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import asyncpg

from actors.jobs.health import UnknownWorker
from actors.jobs.messages import LookAtTable, TableSeen
from actors.jobs.moments import aware
from actors.jobs.settings import JobsSettings
from actors.jobs.worker import Workers
from runtime import NO_REPLY, Actor, Call, Sender, TaskDone, TaskFailed
from store import Database, DatabaseUnreachable, Session
from store.queries import jobs as queries

_KEPT_S = 2.0
_KEPT_TIMES = 20.0
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Overdue:
    """The reading takes long."""

    task: int


class Surveyor(Actor):
    """The room's eye on its table."""

    def __init__(self, database: Database, settings: JobsSettings, workers: Workers) -> None:
        self._database = database
        self._settings = settings
        self._workers = workers
        self._seen = TableSeen()
        self._waiting: list[Sender] = []
        self._task: int | None = None
        self._hangs = False
        self._fresh_until_s = 0.0

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Read, or take part in the reading that is under way."""
        match request:
            case LookAtTable():
                self._waiting.append(sender)
                self._look()
                return NO_REPLY
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """It was read, or was not."""
        match message:
            case TaskDone(value=TableSeen() as seen):
                return self._read_ended(seen)
            case TaskFailed(error=DatabaseUnreachable() as error):
                return self._read_ended(replace(self._seen, why=str(error)))
            case TaskFailed(error=error):
                raise error
            case _Overdue(task=task):
                if task == self._task:
                    self._hangs = True
                    why = f"the database has not answered for {_PATIENCE_S:g} s"
                    self._seen = replace(self._seen, why=why)
                    self._answer()
                return None
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {"counted_at": self._seen.at or "", "why": self._seen.why or ""}

    def _look(self) -> None:
        if self._task is None:
            self._task = self.start_task(self._read(self._seen))
            self.send_after(_PATIENCE_S, _Overdue(self._task))
        elif self._hangs:
            self._answer()

    def _read_ended(self, seen: TableSeen) -> None:
        self._task = None
        self._hangs = False
        self._seen = seen
        self._answer()

    def _answer(self) -> None:
        waiting, self._waiting = self._waiting, []
        for sender in waiting:
            sender.reply(self._seen)

    async def _read(self, former: TableSeen) -> TableSeen:
        """Raises DatabaseUnreachable."""
        async with self._database.acquire() as session:
            counted = await self._count(session, former)
            return await self._ask(session, counted)

    async def _count(self, session: Session, former: TableSeen) -> TableSeen:
        began_s = self.clock.monotonic()
        if began_s < self._fresh_until_s:
            return former
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for row in await session.fetch(queries.COUNT_JOBS):
            counts[row["queue"]][row["state"]] = row["jobs"]
        rows = await session.fetch(
            queries.LIST_UNKNOWN_WORKERS, list(self._settings.queues), list(self._workers.names)
        )
        ended_s = self.clock.monotonic()
        self._fresh_until_s = ended_s + max(_KEPT_S, _KEPT_TIMES * (ended_s - began_s))
        unknown = tuple(map(_unknown, rows))
        return replace(former, at=self.clock.now(), counts=counts, unknown=unknown)

    async def _ask(self, session: Session, counted: TableSeen) -> TableSeen:
        queues = await session.fetch(queries.LIST_QUEUES)
        paused = {row["name"]: bool(row["paused"]) for row in queues}
        names = sorted({*paused, *self._settings.queues, *counted.counts})
        oldest = await session.fetch(queries.OLDEST_AVAILABLE, names)
        nodes = await session.fetch(queries.LIST_NODES)
        clock = await session.fetch(queries.LIST_CLOCK)
        return replace(
            counted,
            why=None,
            paused=paused,
            oldest={row["queue"]: row["oldest_s"] for row in oldest},
            nodes=tuple(nodes),
            clock={row["name"]: row for row in clock},
        )


def _unknown(row: asyncpg.Record) -> UnknownWorker:
    return UnknownWorker(row["worker"], row["queue"], row["jobs"], aware(row["oldest_at"]))
