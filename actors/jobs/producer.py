"""The producer of one queue: takes jobs, has them performed, writes what they came to.

Theory of operation. A producer has as many credits as its limit leaves room for, and claims so many
jobs in one statement, one claim at a time. It looks when it is told to (a NOTIFY, a resume, a
change of the limit), when jobs end and a claim before left some waiting, and every `poll_s`
besides. Claiming and writing are tasks beside its mailbox: it waits for neither.

| state | what happens | left when |
|---|---|---|
| beginning | asks who we are; rescues what a predecessor had in hand | that is done |
| running | claims, performs, writes | |
| paused | performs and writes what it has; claims nothing | `queue resume` |
| degraded | PostgreSQL is away: results are kept, tries come ever later | it answers |
| draining | as paused; when the time is up, what still runs goes back | the end |

A claim's commit may reach the disk later (`docs/decisions/0007`). When PostgreSQL crashes in that
moment the job waits again, and may be claimed while it still runs: here it goes on under the new
claim, which is the same attempt of the same owner; on another node it is done once more.

A crash of the producer loses the results that were not written. Its successor finds those jobs as
executing in this life of the node, with nobody performing them, and lets them wait again: at most
once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from actors.jobs.acknowledger import Acknowledger, WriteResults
from actors.jobs.claims import Claim, Claims
from actors.jobs.drain import Drain, DrainOver, GivenBack
from actors.jobs.hands import Hands
from actors.jobs.health import LocalQueue, QueueState
from actors.jobs.job import Claimed
from actors.jobs.messages import (
    LIFELINE,
    DrainQueue,
    Life,
    LookAtQueue,
    PauseQueue,
    Performed,
    ProgressMade,
    ScaleQueue,
    Standing,
    StopJob,
    Wake,
)
from actors.jobs.meter import TICK_S, QueueMeter
from actors.jobs.outcomes import Outcome
from actors.jobs.pace import slot_s
from actors.jobs.progress import ProgressBook, ProgressWritten, WriteProgress
from actors.jobs.results import Written, result_of
from actors.jobs.retrying import Retrying
from actors.jobs.settings import JobsSettings, QueueSettings
from actors.jobs.worker import Workers
from runtime import NO_REPLY, Actor, Call, Down, Ref, Sender, TaskDone, TaskFailed, Timer
from store import Database, DatabaseUnreachable
from store.queries import jobs as queries

_GATHERING_S = 0.01
"""How long a claim waits for more room."""

log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class _Begun:
    """Who we are, and what was said of the queue."""

    life: Life
    paused: bool
    limit: int


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a claim brought, and the executors that were made for it."""

    claim: Claim
    wanted: int
    executors: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class _TryAgain:
    """Time to try what the database was away for."""


@dataclass(frozen=True, slots=True)
class _OutOfPatience:
    """The room that there is now has to do."""


@dataclass(frozen=True, slots=True)
class _Poll:
    """Time to look without being told to."""


@dataclass(frozen=True, slots=True)
class _Tick:
    """Five seconds are over."""


class Producer(Actor):
    """One queue on this node. See the head of the module."""

    def __init__(
        self, database: Database, settings: QueueSettings, room: JobsSettings, workers: Workers
    ) -> None:
        self._database = database
        self._settings = settings
        self._room = room
        self._workers = workers
        self._claims: Claims | None = None
        self._limit = settings.limit
        self._paused: bool = settings.paused
        self._told_limit = False  # by who hears it said, which is newer than what is read
        self._told_paused = False
        self._meter = QueueMeter()
        self._claiming: int | None = None
        self._again = False
        self._more = False
        self._patience: Timer | None = None

    def init(self) -> None:
        """Begin beside the start of the others: PostgreSQL may be away."""
        path, timeout_s = f"{self._settings.path}/executors", self._settings.timeout_s
        self._hands = Hands(self, path, self._workers, self._database, timeout_s=timeout_s)
        self._results = Acknowledger(self, self._database, self._settings, self._room)
        self._progress = ProgressBook(self, self._database, self._hands)
        self._retrying = Retrying(self, _TryAgain())
        self._drain = Drain(self, self._database, self._hands)
        self._claiming = self.start_task(self._begin())
        self.send_after(TICK_S, _Tick())
        self.send_after(self._poll_s(), _Poll())

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Tell the figures, or drain."""
        match request:
            case LookAtQueue():
                return self._figures()
            case DrainQueue(within_s=within_s):
                self._drain.begin(sender, within_s)
                self._results.write()
                self._check_drained()
                return NO_REPLY
            case _:
                return self.unhandled(request)

    def handle_cast(self, message: object) -> object:
        """Take what executors, the notifier and the lifeline say."""
        match message:
            case Performed(id=job_id, outcome=outcome, executor=executor):
                found = self._hands.performed(job_id, executor)
                return None if found is None else self._ended(*found, outcome)
            case ProgressMade():
                return self._progress.note(message)
            case Wake():
                return self._look()
            case PauseQueue(paused=paused):
                return self._pause(paused=paused)
            case ScaleQueue(limit=limit):
                return self._scale(limit)
            case StopJob(id=job_id):
                return self._hands.stop(job_id)
            case _:
                return self.unhandled(message)

    def handle_info(self, message: object) -> object:
        """Take timers, the ends of tasks, and the deaths of executors."""
        match message:
            case TaskDone(task=task, value=value):
                return self._task_done(task, value)
            case TaskFailed(task=task, error=DatabaseUnreachable() as error):
                return self._database_away(task, error)
            case TaskFailed(error=error):
                raise error
            case Down(ref=executor, reason=reason):
                lost = self._hands.lost(executor, reason)
                return None if lost is None else self._ended(*lost)
            case WriteResults():
                return self._results.write()
            case WriteProgress():
                return self._progress.write()
            case DrainOver():
                return self._drain.over()
            case _TryAgain():
                return self._try_again()
            case _Poll():
                self.send_after(self._poll_s(), _Poll())
                return self._look()
            case _OutOfPatience():
                self._patience = None
                return self._look(impatient=True)
            case _Tick():
                self.send_after(TICK_S, _Tick())
                return self._meter.tick()
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        facts: dict[str, object] = {
            "state": self._state,
            "limit": self._limit,
            "running": len(self._hands),
            "unacknowledged": len(self._results),
            "finished": self._meter.finished,
            "failed": self._meter.failed,
        }
        return facts if self._retrying.why is None else {**facts, "why": self._retrying.why}

    # Beginning.

    async def _begin(self) -> _Begun:
        """Let what a predecessor in this life had in hand wait again; read what was said."""
        standing = await self.system.call(LIFELINE, Standing())
        name, why = self._settings.name, "the producer of its queue was restarted"
        async with self._database.transaction() as session:
            await session.fetch(queries.RESCUE, [standing.life.id], name, why)
            row = await session.fetch_row(queries.LOAD_QUEUE, name)
        if row is None:
            return _Begun(standing.life, self._settings.paused, self._settings.limit)
        limit = row["local_limit"] or self._settings.limit
        return _Begun(standing.life, bool(row["paused"]), int(limit))

    def _begun(self, begun: _Begun) -> None:
        if not self._told_paused:
            self._paused = begun.paused
        if not self._told_limit:
            self._limit = begun.limit
        self._results.life = self._progress.life = self._drain.life = begun.life.id
        self._claims = Claims(
            self._database,
            self._settings,
            workers=self._workers.names,
            life=begun.life,
            fresh_s=self._room.dead_after_s,
        )
        self._retrying.succeeded()
        self._look()

    # Claiming.

    def _look(self, *, impatient: bool = False) -> None:
        """Claim, if there is room and nothing is in the way.

        With a backlog it waits a moment until the room is worth a statement, and no longer.
        """
        if self._claiming is not None:
            self._again = True
            return
        room = self._limit - len(self._hands)
        if self._claims is None or self._paused or self._drain.begun or room <= 0:
            return
        if self._retrying.why is not None and len(self._results):
            return  # what is done is written first, or a crash's forgotten claims are made again
        if room < self._worthwhile() and not impatient:
            if self._patience is None:
                self._patience = self.send_after(_GATHERING_S, _OutOfPatience())
            return
        self._again = False
        wanted = min(room, self._room.claim_at_most)
        self._claiming = self.start_task(self._take(self._claims, wanted))

    def _worthwhile(self) -> int:
        """How much room is worth a claim: with a backlog half a batch, else any."""
        if self._more and len(self._hands):
            return max(1, min(self._limit, self._room.claim_at_most) // 2)
        return 1

    async def _take(self, claims: Claims, wanted: int) -> _Taken:
        claim = await claims.take(wanted)
        executors = await self._hands.make(len(claim.jobs))
        return _Taken(claim, wanted, executors)

    def _taken(self, taken: _Taken) -> None:
        self._retrying.succeeded()
        self._hands.welcome(taken.executors)
        now_s = self.clock.monotonic()
        for job in taken.claim.jobs:
            if job.id in self._hands:
                log.warning("job.claimed_again", job=job.id, queue=self._settings.name)
                continue
            self._meter.began((job.attempted_at - job.scheduled_at).total_seconds())
            self._hands.hand_out(job, now_s)
        self._more = len(taken.claim.jobs) == taken.wanted
        if taken.claim.held_back:
            self.send_after(self._held_back_s(), Wake())
        if self._again or self._more:
            self._look()

    def _try_again(self) -> None:
        if self._claims is None:
            if self._claiming is None:
                self._claiming = self.start_task(self._begin())
            return
        self._results.write()
        self._look()

    def _poll_s(self) -> float:
        return self._room.poll_s * self.random.uniform(0.9, 1.1)

    def _held_back_s(self) -> float:
        """When a rate may have let go; nobody tells."""
        return min(self._room.poll_s, max(0.05, slot_s(self._settings.rate_period_s)))

    # Performing.

    def _ended(self, job: Claimed, since_s: float, outcome: Outcome) -> None:
        result = result_of(job, outcome, self.clock)
        report = self._progress.last(job.id)
        if report is not None:
            result = replace(result, progress=report)
        self._meter.ended(self.clock.monotonic() - since_s, failed=result.failed)
        self._results.add(result)
        if self._more and self._retrying.why is None:
            self._look()

    # Tasks.

    def _task_done(self, task: int, value: object) -> None:
        if task == self._claiming:
            self._claiming = None
        match value:
            case _Begun():
                return self._begun(value)
            case _Taken():
                self._taken(value)
            case Written():
                self._written(value)
            case GivenBack():
                return self._drain.given_back(value)
            case ProgressWritten():
                return None
            case _:
                raise AssertionError(f"a task returned {value!r}")
        return self._check_drained()

    def _written(self, written: Written) -> None:
        was_away = self._retrying.why is not None
        self._retrying.succeeded()
        self._results.written(written)
        if was_away:
            self._look()

    def _database_away(self, task: int, error: DatabaseUnreachable) -> None:
        """What was not written waits; what was not begun is tried again."""
        if task == self._claiming:
            self._claiming = None
        self._results.failed(task)
        self._drain.failed(task)
        self._retrying.failed(error)

    def _check_drained(self) -> None:
        if not (len(self._hands) or len(self._results) or self._claiming is not None):
            self._drain.finished()

    # What was said of the queue.

    def _pause(self, *, paused: bool) -> None:
        if paused != self._paused:
            log.info("queue.paused" if paused else "queue.resumed", queue=self._settings.name)
        self._paused = paused
        self._told_paused = True
        self._look()

    def _scale(self, limit: int | None) -> None:
        wanted = self._settings.limit if limit is None else limit
        if wanted != self._limit:
            log.info("queue.scaled", queue=self._settings.name, limit=wanted)
        self._limit = wanted
        self._told_limit = True
        self._look()

    # Looking.

    @property
    def _state(self) -> QueueState:
        if self._drain.begun:
            return "draining"
        if self._retrying.why is not None:
            return "degraded"
        return "paused" if self._paused else "running"

    def _figures(self) -> LocalQueue:
        why = self._retrying.why
        return LocalQueue(
            state=self._state,
            why=None if why is None else f"{why}; it is tried again",
            limit=self._limit,
            running=self._hands.running(self.clock.monotonic()),
            running_count=len(self._hands),
            unacknowledged=len(self._results),
            finished=self._meter.finished,
            failed=self._meter.failed,
            finished_per_s=self._meter.finished_per_s,
            failed_per_s=self._meter.failed_per_s,
            wait=self._meter.wait(),
            run=self._meter.run(),
            rate_history=self._meter.rate_history,
        )
