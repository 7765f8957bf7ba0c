"""Putting jobs into the table, one or many, inside the caller's transaction.

Jobs that are not unique go in by COPY. Unique ones need ON CONFLICT, which COPY has not; they go in
by one statement for each chunk. Other nodes are told once for each queue and chunk.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import asyncpg
import msgspec

from actors.jobs.copying import copies
from actors.jobs.moments import naive
from actors.jobs.new_job import NewJob
from store import Database, Query, Session
from store.queries import jobs as queries

_TABLE = "oban_jobs"


@dataclass(frozen=True, slots=True)
class Inserted:
    """One job is in the table."""

    id: int
    duplicate: bool = False
    """It was there before: `id` is the one that holds the unique key."""


@dataclass(frozen=True, slots=True)
class InsertCount:
    """Many jobs."""

    inserted: int
    duplicates: int = 0

    def __add__(self, other: "InsertCount") -> "InsertCount":
        return InsertCount(self.inserted + other.inserted, self.duplicates + other.duplicates)


async def insert_one(place: Database | Session, job: NewJob) -> Inserted:
    """See `Jobs.insert`. One statement; one with a unique key needs a transaction around it."""
    if job.unique is not None:
        assert isinstance(place, Session), "what is unique is looked at before and after"
        await _release_expired(place, [job])
    due = None if job.scheduled_at is None else naive(job.scheduled_at)
    tags, meta = list(job.tags), job.stored_meta
    job_id = await place.fetch_value(
        queries.INSERT_ONE,
        *(job.worker, job.args, job.queue, job.priority, job.max_attempts, tags, meta, due),
    )
    duplicate = job_id is None
    if duplicate:
        job_id = await place.fetch_value(queries.FIND_UNIQUE_HOLDER, meta)
    assert isinstance(job_id, int), "what was in the way of an insert is there"
    return Inserted(job_id, duplicate=duplicate)


async def insert_jobs(session: Session, jobs: Sequence[NewJob]) -> InsertCount:
    """See `Jobs.insert_many`."""
    if not jobs:
        return InsertCount(0)
    unique = [job for job in jobs if job.unique is not None]
    plain = [job for job in jobs if job.unique is None]
    count = InsertCount(0)
    if plain:
        count += await _copy(session, plain)
    if unique:
        await _release_expired(session, unique)
        rows = await session.fetch(queries.INSERT_JOBS, *_arrays(unique))
        count += InsertCount(len(rows), len(unique) - len(rows))
    await _tell(session, jobs)
    return count


async def insert_from(
    session: Session,
    query: Query,
    *args: object,
    make: Callable[[asyncpg.Record], NewJob],
    chunk: int,
) -> InsertCount:
    """See `Jobs.insert_from`. Needs a transaction around it."""
    count = InsertCount(0)
    async for rows in session.iterate(query, *args, chunk=chunk):
        count += await insert_jobs(session, [make(row) for row in rows])
    return count


async def _copy(session: Session, jobs: list[NewJob]) -> InsertCount:
    inserted = 0
    for each in copies(jobs):
        inserted += await session.copy_text(_TABLE, each.lines, columns=each.columns)
    return InsertCount(inserted)


def _arrays(jobs: Sequence[NewJob]) -> tuple[list[object], ...]:
    """One array for each column. Tags, which PostgreSQL cannot unnest by rows, go as JSON."""
    return (
        [job.worker for job in jobs],
        [job.args for job in jobs],
        [job.queue for job in jobs],
        [job.priority for job in jobs],
        [job.max_attempts for job in jobs],
        [_json_array(job.tags) for job in jobs],
        [job.stored_meta for job in jobs],
        [None if job.scheduled_at is None else naive(job.scheduled_at) for job in jobs],
    )


def _json_array(tags: tuple[str, ...]) -> bytes:
    return msgspec.json.encode(tags)


async def _release_expired(session: Session, jobs: Iterable[NewJob]) -> None:
    """Let go of keys whose holders are older than the new jobs' own periods."""
    periods: dict[float, list[bytes]] = defaultdict(list)
    for job in jobs:
        if job.unique is not None and job.unique.period_s is not None:
            periods[job.unique.period_s].append(job.stored_meta)
    for period_s, metas in periods.items():
        await session.execute(queries.RELEASE_EXPIRED_KEYS, metas, period_s)


async def _tell(session: Session, jobs: Iterable[NewJob]) -> None:
    """Wake those who run these queues, once each; heard when the transaction commits."""
    due = sorted({job.queue for job in jobs if job.scheduled_at is None})
    if due:
        await session.fetch(queries.NOTIFY_INSERTED, due)
