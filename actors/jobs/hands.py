"""A producer's executors, and the jobs that they have in hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from actors.jobs.executor import Executor
from actors.jobs.health import RunningJob
from actors.jobs.job import Claimed
from actors.jobs.messages import Perform
from actors.jobs.outcomes import Cancel, Outcome, Retry
from actors.jobs.worker import Workers, default_backoff_s
from runtime import (
    Actor,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    ExitReason,
    Ignored,
    Ref,
    Restart,
    StartChild,
    Started,
    StartFailed,
)
from store import Database

_SHOWN = 100


@dataclass(slots=True)
class _Grip:
    """One job in one executor's hands."""

    job: Claimed
    executor: Ref
    since_s: float
    stopped: bool = False


class Hands:
    """Executors are made when there is work for them, never more than the queue's limit.

    They are temporary children of the supervisor beside the producer: one that was killed with its
    job is forgotten, and another is made when it is needed.
    """

    def __init__(
        self,
        producer: Actor,
        supervisor: str,
        workers: Workers,
        database: Database,
        *,
        timeout_s: float | None,
    ) -> None:
        self._producer = producer
        self._database = database
        self._supervisor = supervisor
        self._workers = workers
        self._timeout_s = timeout_s
        self._free: list[Ref] = []
        self._grips: dict[int, _Grip] = {}
        self._by_executor: dict[Ref, int] = {}
        self._made = 0

    def __len__(self) -> int:
        """How many jobs are in hand."""
        return len(self._grips)

    def __contains__(self, job_id: int) -> bool:
        return job_id in self._grips

    def __iter__(self) -> Iterator[Claimed]:
        return iter([grip.job for grip in self._grips.values()])

    # In a task of the producer's, which may wait.

    async def make(self, wanted: int) -> tuple[Ref, ...]:
        """Start executors until `wanted` are free. Raises StartFailed, CallError."""
        return tuple([await self._start() for _ in range(wanted - len(self._free))])

    async def _start(self) -> Ref:
        self._made += 1
        spec = ChildSpec(
            id=str(self._made),
            start=partial(
                Executor,
                self._producer.ref,
                self._workers,
                self._database,
                queue=self._producer.path.split("/")[-2],
                timeout_s=self._timeout_s,
            ),
            restart=Restart.TEMPORARY,
        )
        match await self._producer.system.call(self._supervisor, StartChild(spec)):
            case Started(ref=ref):
                return ref
            case ChildFailed(reason=reason):
                raise StartFailed(f"{self._supervisor}/{spec.id}", reason)
            case ChildRefused() | Ignored() as refused:
                raise AssertionError(f"an executor was not started: {refused}")

    # In the producer's handlers.

    def welcome(self, executors: tuple[Ref, ...]) -> None:
        """Take over those that `make` has made."""
        for executor in executors:
            self._producer.monitor(executor)
            self._free.append(executor)

    def hand_out(self, job: Claimed, now_s: float) -> None:
        """Let a free executor perform it; there is one."""
        executor = self._free.pop()
        self._grips[job.id] = _Grip(job, executor, now_s)
        self._by_executor[executor] = job.id
        executor.cast(Perform(job))

    def performed(self, job_id: int, executor: Ref) -> tuple[Claimed, float] | None:
        """An executor is through: the job and when it began; None when it was taken from it."""
        grip = self._grips.get(job_id)
        if grip is None or grip.executor is not executor:
            return None
        del self._grips[job_id], self._by_executor[executor]
        self._free.append(executor)
        return grip.job, grip.since_s

    def stop(self, job_id: int) -> bool:
        """End a job by killing who performs it; its end is heard as the executor's."""
        grip = self._grips.get(job_id)
        if grip is None:
            return False
        grip.stopped = True
        grip.executor.kill()
        return True

    def lost(self, executor: Ref, reason: ExitReason) -> tuple[Claimed, float, Outcome] | None:
        """An executor is dead: its job, when that began, and what it came to."""
        job_id = self._by_executor.pop(executor, None)
        if job_id is None:
            self._free = [free for free in self._free if free is not executor]
            return None
        grip = self._grips.pop(job_id)
        job = grip.job
        outcome: Outcome = Cancel("stopped while it ran")
        if not grip.stopped:
            after_s = default_backoff_s(job.attempt, job.max_attempts, self._producer.random)
            outcome = Retry(f"the executor ended: {reason}", after_s)
        return job, grip.since_s, outcome

    def let_go(self) -> list[Claimed]:
        """Kill all that have work; returns what they had, which is not theirs any more."""
        jobs = list(self)
        for grip in self._grips.values():
            grip.executor.kill()
        self._grips.clear()
        self._by_executor.clear()
        return jobs

    def running(self, now_s: float) -> tuple[RunningJob, ...]:
        """What is in hand, the longest first."""
        oldest = sorted(self._grips.values(), key=lambda grip: grip.since_s)[:_SHOWN]
        return tuple(
            RunningJob(
                grip.job.id,
                grip.job.worker,
                grip.job.attempt,
                now_s - grip.since_s,
                grip.executor.path,
            )
            for grip in oldest
        )
