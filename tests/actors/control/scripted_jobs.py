"""The room of jobs as a script: what it holds is written down, and what it is asked for is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import ClassVar

import msgspec

from actors.jobs import (
    ClockHealth,
    Done,
    Inserted,
    Job,
    JobError,
    JobFilter,
    JobLife,
    JobRow,
    JobsHealth,
    JobsSettings,
    LocalQueue,
    NewJob,
    NodeHealth,
    Outcome,
    Progress,
    QueueHealth,
    QueueSettings,
    RunningJob,
    StateCount,
    Timing,
    UnknownQueue,
    UnknownWorker,
    Worker,
    Workers,
)
from store import DatabaseUnreachable

AT = datetime(2026, 1, 1, tzinfo=UTC)


class WelcomeArgs(msgspec.Struct, forbid_unknown_fields=True):
    user: int = 0
    note: str = ""


class Welcome(Worker[WelcomeArgs]):
    name = "mail.Welcome"
    queue = "mail"
    priority = 2
    max_attempts = 5
    tags: ClassVar[tuple[str, ...]] = ("welcome",)

    async def perform(self, job: Job[WelcomeArgs]) -> Outcome:
        return Done()


HERE = LocalQueue(
    state="running",
    why=None,
    limit=10,
    running=(RunningJob(7, "mail.Welcome", 1, 65.0, "jobs/queues/mail/executors/7"),),
    running_count=1,
    unacknowledged=3,
    finished=90,
    failed=4,
    finished_per_s=1.5,
    failed_per_s=0.0,
    wait=Timing(90, 12.0, 250.0, 3_000.0),
    run=Timing(0, None, None, None),
    rate_history=(),
)
MAIL = QueueHealth(
    name="mail",
    paused=False,
    counts=(StateCount("available", 7), StateCount("executing", 1), StateCount("discarded", 0)),
    oldest_s=90.0,
    global_limit=20,
    rate="100 in 60 s",
    key="worker: 2 at once",
    here=HERE,
)
ELSEWHERE = replace(
    MAIL, name="elsewhere", oldest_s=None, global_limit=None, rate=None, key=None, here=None
)
ROOM = JobsHealth(
    taken_at=AT,
    state="up",
    why=None,
    node="node-1",
    table="Oban 15",
    counted_at=AT,
    queues=(MAIL, ELSEWHERE),
    nodes=(NodeHealth("1f", "node-1", "host", 7, AT, 0.5, 2, True, ("pruner", "scheduler")),),
    clock=(
        ClockHealth(
            name="nightly",
            expression="0 3 * * *",
            zone="Europe/Berlin",
            worker="mail.Welcome",
            queue="mail",
            missed_policy="run",
            next_at=AT,
            fired_at=None,
            job_id=None,
            missed=2,
            missed_at=AT,
            why=None,
        ),
    ),
    unknown_workers=(UnknownWorker("other.Worker", "mail", 5, AT),),
    workers=("mail.Welcome",),
    dead_after_s=5.0,
)

ROW = JobRow(
    id=7,
    state="executing",
    queue="mail",
    worker="mail.Welcome",
    attempt=2,
    max_attempts=5,
    priority=2,
    tags=("welcome", "\x1b[31mred"),
    inserted_at=AT,
    scheduled_at=AT,
    ended_at=None,
    progress=Progress(1, 4),
    last_error="boom",
)
LIFE = JobLife(
    row=ROW,
    args='{\n  "user": 7,\n  "name": "\x1b[31mAda"\n}',
    meta="{}",
    errors=(JobError(1, "2026-01-01T00:00:00Z", "Traceback\n  boom"),),
    attempted_by=("node-1", "1f"),
    attempted_at=AT,
    completed_at=None,
    cancelled_at=None,
    discarded_at=None,
)


@dataclass
class ScriptedJobs:
    settings: JobsSettings = field(
        default_factory=lambda: JobsSettings(
            queues=MappingProxyType({"mail": QueueSettings(name="mail")})
        )
    )
    workers: Workers = field(default_factory=lambda: Workers((Welcome,)))
    room: JobsHealth = ROOM
    lives: tuple[JobLife, ...] = (LIFE,)
    """What `life` answers, one after the other; the last again and again."""
    rows: tuple[JobRow, ...] = (ROW,)
    affected: int = 1
    duplicate: bool = False
    away: bool = False
    """Whether the database is."""
    away_for: int = 0
    """It is for so many looks at one job."""
    inserted: list[NewJob] = field(default_factory=list[NewJob])
    sought: list[tuple[JobFilter, int]] = field(default_factory=list[tuple[JobFilter, int]])
    done: list[tuple[str, object]] = field(default_factory=list[tuple[str, object]])

    async def insert(self, job: NewJob) -> Inserted:
        self._reach()
        self.inserted.append(job)
        return Inserted(41 + len(self.inserted), self.duplicate)

    async def health(self) -> JobsHealth:
        return self.room

    async def find(self, wanted: JobFilter, *, limit: int) -> tuple[JobRow, ...]:
        self._reach()
        self.sought.append((wanted, limit))
        fit = (row for row in self.rows if not wanted.ids or row.id in wanted.ids)
        return tuple(fit)[:limit]

    async def life(self, job_id: int) -> JobLife | None:
        if self.away_for:
            self.away_for -= 1
            raise DatabaseUnreachable(database="main", reason="connection refused")
        self._reach()
        life = self.lives[0]
        self.lives = self.lives[1:] or self.lives
        return life if life.row.id == job_id else None

    async def retry(self, wanted: JobFilter) -> int:
        return self._do("retry", wanted)

    async def cancel(self, wanted: JobFilter) -> int:
        return self._do("cancel", wanted)

    async def delete(self, wanted: JobFilter) -> int:
        return self._do("delete", wanted)

    async def pause(self, queue: str) -> None:
        self._steer("pause", queue, queue)

    async def resume(self, queue: str) -> None:
        self._steer("resume", queue, queue)

    async def scale(self, queue: str, limit: int | None) -> None:
        self._steer("scale", queue, (queue, limit))

    def _do(self, verb: str, wanted: JobFilter) -> int:
        self._reach()
        self.done.append((verb, wanted))
        return self.affected

    def _steer(self, verb: str, queue: str, what: object) -> None:
        self._reach()
        known: Mapping[str, QueueSettings] = self.settings.queues
        if queue not in known:
            raise UnknownQueue(queue, tuple(known))
        self.done.append((verb, what))

    def _reach(self) -> None:
        if self.away:
            raise DatabaseUnreachable(database="main", reason="connection refused")
