"""Performs jobs, one at a time, and says what each came to.

An executor lives on from job to job: a task of its own for each would cost twenty times as much as
telling one that exists (`docs/decisions/0006`). It dies with a job only when it is killed, which is
how a job is stopped; its producer watches it.
"""

import asyncio
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import structlog

from actors.jobs.job import Claimed, Job
from actors.jobs.messages import Perform, Performed, ProgressMade
from actors.jobs.outcomes import Cancel, Discard, Done, Outcome, Retry, Snooze
from actors.jobs.worker import AnyWorker, Workers
from runtime import Actor, Ref
from store import Database

_REPORT_EVERY_S = 0.25

log = structlog.get_logger("jobs")


class Executor(Actor):
    """One of a queue's hands."""

    def __init__(
        self,
        producer: Ref,
        workers: Workers,
        database: Database,
        *,
        queue: str,
        timeout_s: float | None,
    ) -> None:
        self._producer = producer
        self._workers = workers
        self._database = database
        self._queue = queue
        self._timeout_s = timeout_s
        self._job: Claimed | None = None
        self._performed = 0
        self._report_from_s = 0.0

    async def handle_cast(self, message: object) -> object:
        """Perform a job."""
        match message:
            case Perform(job=job):
                self._job, self._report_from_s = job, 0.0
                outcome = await self._perform(job)
                self._job = None
                self._performed += 1
                return self._producer.cast(Performed(job.id, outcome, self.ref))
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`. Arguments stay out of it."""
        job = self._job
        facts: dict[str, object] = {"queue": self._queue, "performed": self._performed}
        if job is None:
            return facts
        return {**facts, "job": job.id, "worker": job.worker, "attempt": job.attempt}

    async def _perform(self, claimed: Claimed) -> Outcome:
        worker_type = self._workers.get(claimed.worker)
        assert worker_type is not None, "only jobs of known workers are claimed"
        try:
            args = msgspec.json.decode(claimed.args, type=worker_type.arguments)
        except msgspec.ValidationError as error:
            return Discard(f"bad argument: {error}")
        job = Job(
            args,
            claimed,
            queue=self._queue,
            clock=self.clock,
            database=self._database,
            report=self._report,
        )
        outcome = await self._run(worker_type, job)
        match outcome:
            case Retry(after_s=None):
                after_s = worker_type().backoff_s(job.attempt, job.max_attempts, self.random)
                return replace(outcome, after_s=after_s)
            case Done() | Snooze() | Retry() | Cancel() | Discard():
                return outcome
            case _:  # workers are other people's code, perhaps without types
                return Discard(f"perform returned {type(outcome).__name__}, which is no outcome")

    async def _run(self, worker_type: type[AnyWorker], job: Job[Any]) -> object:
        """The one place where whatever a job raises is caught: it is an outcome."""
        limit_s = self._timeout_s if worker_type.timeout_s is None else worker_type.timeout_s
        timeout: asyncio.Timeout | None = None
        try:
            if limit_s is None:
                return await worker_type().perform(job)
            async with asyncio.timeout(limit_s) as timeout:
                return await worker_type().perform(job)
        except Exception as error:  # noqa: BLE001 — the job executor: see STYLE.md
            if timeout is not None and timeout.expired():
                return Retry(f"not done within {limit_s:g} s")
            return self._failed(job, error)

    def _failed(self, job: Job[Any], error: Exception) -> Retry:
        name = type(error).__name__
        log.warning("job.failed", job=job.id, queue=job.queue, attempt=job.attempt, error=name)
        return Retry("".join(traceback.format_exception(error)).rstrip())

    def _report(self, done: int, total: int) -> None:
        """Pass a report on: four in a second at the most, and the last one always."""
        now_s = self.clock.monotonic()
        if self._job is not None and (now_s >= self._report_from_s or done >= total):
            self._report_from_s = now_s + _REPORT_EVERY_S
            self._producer.cast(ProgressMade(self._job.id, done, total))
