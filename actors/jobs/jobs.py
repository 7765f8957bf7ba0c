"""The way into the room: insert jobs, look at them, act on them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

import asyncpg
import structlog

from actors.jobs.administration import Administration
from actors.jobs.census import Census
from actors.jobs.health import JobFilter, JobLife, JobRow, JobsHealth
from actors.jobs.insertion import InsertCount, Inserted, insert_from, insert_jobs, insert_one
from actors.jobs.messages import DrainQueue
from actors.jobs.new_job import NewJob
from actors.jobs.settings import JobsSettings
from actors.jobs.worker import Workers
from runtime import CallError, System
from store import Database, Query, Session

_DRAIN_PATIENCE_S = 5.0

log = structlog.get_logger("jobs")


class Jobs:
    """Every verb of the room. Whatever it asks of PostgreSQL may raise DatabaseUnreachable.

    Inserting takes the caller's `session` where there is one: the job is committed with the data
    that it belongs to, or not at all.
    """

    def __init__(
        self, system: System, database: Database, settings: JobsSettings, workers: Workers
    ) -> None:
        self.settings = settings
        self.workers = workers
        self._system = system
        self._database = database
        self._administration = Administration(database, settings)
        self._census = Census(system, settings, workers)

    # Inserting.

    async def insert(self, job: NewJob, *, session: Session | None = None) -> Inserted:
        """Insert one job; `duplicate` when a unique one is there already, with that one's id."""
        if session is None and job.unique is None:
            return await insert_one(self._database, job)
        async with self._session(session) as ours:
            return await insert_one(ours, job)

    async def insert_many(
        self, jobs: Sequence[NewJob], *, session: Session | None = None
    ) -> InsertCount:
        """Insert all of them, or none; those of a unique key that is taken are left out."""
        async with self._session(session) as ours:
            return await insert_jobs(ours, jobs)

    async def insert_from(
        self,
        query: Query,
        *args: object,
        make: Callable[[asyncpg.Record], NewJob],
        chunk: int = 2_000,
        session: Session | None = None,
    ) -> InsertCount:
        """Insert one job for each row of `query`, with one chunk of rows in memory."""
        async with self._session(session) as ours:
            return await insert_from(ours, query, *args, make=make, chunk=chunk)

    # Looking.

    async def health(self) -> JobsHealth:
        """The room as it stands; while the database is away, what this node knows by itself."""
        return await self._census.health()

    async def find(self, wanted: JobFilter, *, limit: int = 50) -> tuple[JobRow, ...]:
        """Jobs that fit, the newest first."""
        return await self._administration.find(wanted, limit=limit)

    async def life(self, job_id: int) -> JobLife | None:
        """Everything about one job; None when there is none."""
        return await self._administration.life(job_id)

    # Acting.

    async def retry(self, wanted: JobFilter) -> int:
        """Make jobs that wait or have ended available now; returns how many."""
        return await self._administration.retry(wanted)

    async def cancel(self, wanted: JobFilter) -> int:
        """Cancel jobs that have not ended; running ones are stopped. Returns how many."""
        return await self._administration.cancel(wanted)

    async def delete(self, wanted: JobFilter) -> int:
        """Forget jobs that do not run; returns how many."""
        return await self._administration.delete(wanted)

    async def pause(self, queue: str) -> None:
        """Begin no more jobs of it, on all nodes. Raises UnknownQueue."""
        await self._administration.pause(queue, paused=True)

    async def resume(self, queue: str) -> None:
        """Undo `pause`. Raises UnknownQueue."""
        await self._administration.pause(queue, paused=False)

    async def scale(self, queue: str, limit: int | None) -> None:
        """So many jobs at once on each node; None: what its configuration says.

        Raises UnknownQueue.
        """
        await self._administration.scale(queue, limit)

    # The end.

    async def drain(self) -> int:
        """Begin no more jobs on this node and give those that run their time; the rest go back.

        Returns how many went back.
        """
        paths = [f"{queue.path}/producer" for queue in self.settings.queues.values()]
        return sum(await asyncio.gather(*map(self._drain, paths)))

    async def _drain(self, producer: str) -> int:
        within_s = self.settings.drain_s
        try:
            return await self._system.call(
                producer, DrainQueue(within_s), timeout_s=within_s + _DRAIN_PATIENCE_S
            )
        except CallError as error:
            log.warning("queue.not_drained", actor=producer, reason=str(error))
            return 0

    @asynccontextmanager
    async def _session(self, given: Session | None) -> AsyncGenerator[Session]:
        if given is not None:
            yield given
            return
        async with self._database.transaction() as session:
            yield session
