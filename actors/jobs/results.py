"""Results that wait to be written, and how a batch of them is written in one statement or two.

| outcome | new state | attempt | error kept | comes again |
|---|---|---|---|---|
| Done | completed | | | |
| Snooze | scheduled | given back | | after its seconds |
| Retry, attempts left | retryable | | yes | after its back-off |
| Retry, the last attempt | discarded | | yes | |
| Cancel | cancelled | | yes | |
| Discard | discarded | | yes | |

Every statement is fenced: it touches only jobs that still run in this life of the node and in this
attempt, or wait as they did before it, since a crash of PostgreSQL forgot the claim. So writing a
batch twice, after a commit that may have been lost, does nothing twice; and a node that was taken
for dead cannot settle what others have taken over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import msgspec

from actors.jobs.health import JobState, Progress
from actors.jobs.job import Claimed
from actors.jobs.outcomes import Cancel, Discard, Done, Outcome, Retry, Snooze
from runtime import Clock
from store import Database, Session
from store.queries import jobs as queries


@dataclass(frozen=True, slots=True)
class Result:
    """What one attempt at a job came to."""

    id: int
    attempt: int
    state: JobState
    error: bytes | None = None
    """A JSON object, as Oban keeps errors."""
    again_s: float | None = None
    given_back: int = 0
    progress: Progress | None = None
    """The last report, when it is not in the table yet."""

    @property
    def failed(self) -> bool:
        """Whether it counts as a failure."""
        return self.state in {"retryable", "discarded"}


def result_of(job: Claimed, outcome: Outcome, clock: Clock) -> Result:
    """See the table above."""
    match outcome:
        case Done():
            return Result(job.id, job.attempt, "completed")
        case Snooze(seconds=seconds):
            return Result(job.id, job.attempt, "scheduled", again_s=seconds, given_back=1)
        case Retry(reason=reason, after_s=after_s):
            error = _error(job, reason, clock)
            if job.attempt >= job.max_attempts:
                return Result(job.id, job.attempt, "discarded", error)
            return Result(job.id, job.attempt, "retryable", error, after_s)
        case Cancel(reason=reason):
            return Result(job.id, job.attempt, "cancelled", _error(job, reason, clock))
        case Discard(reason=reason):
            return Result(job.id, job.attempt, "discarded", _error(job, reason, clock))
        case _ as never:
            assert_never(never)


def _error(job: Claimed, reason: str, clock: Clock) -> bytes:
    text = reason.replace("\x00", "�")  # which PostgreSQL does not take
    return msgspec.json.encode(
        {"attempt": job.attempt, "at": clock.now().isoformat(), "error": text}
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    settled: int
    taken_over: tuple[int, ...]
    """Jobs that were not ours any more."""


async def write_results(database: Database, results: Sequence[Result], *, life: str) -> Written:
    """Write a batch, whole or not at all. Raises DatabaseUnreachable."""
    done = [result for result in results if result.state == "completed"]
    others = [result for result in results if result.state != "completed"]
    reports = [result for result in results if result.progress is not None]
    if not (others or reports):
        ids = await _complete(database, done, life)
    else:
        async with database.transaction() as session:
            await _report(session, reports, life)
            ids = await _complete(session, done, life) | await _settle(session, others, life)
    lost = tuple(result.id for result in results if result.id not in ids)
    return Written(len(ids), lost)


async def _report(session: Session, results: list[Result], life: str) -> None:
    known = [(each.id, each.attempt, each.progress) for each in results]
    told = [(job_id, attempt, each) for job_id, attempt, each in known if each is not None]
    if told:
        await session.execute(
            queries.REPORT_PROGRESS,
            [job_id for job_id, _, _ in told],
            [attempt for _, attempt, _ in told],
            [each.done for _, _, each in told],
            [each.total for _, _, each in told],
            life,
        )


async def _complete(place: Database | Session, results: list[Result], life: str) -> set[int]:
    if not results:
        return set()
    ids = [result.id for result in results]
    attempts = [result.attempt for result in results]
    return {row["id"] for row in await place.fetch(queries.COMPLETE, ids, attempts, life)}


async def _settle(session: Session, results: list[Result], life: str) -> set[int]:
    rows = await session.fetch(
        queries.SETTLE,
        [result.id for result in results],
        [result.attempt for result in results],
        [result.state for result in results],
        [result.error for result in results],
        [result.again_s for result in results],
        [result.given_back for result in results],
        life,
    )
    return {row["id"] for row in rows}
