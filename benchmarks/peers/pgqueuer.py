"""pgqueuer: lists to `enqueue`, asyncpg, uvloop as its own command has it.

python -m benchmarks.peers.pgqueuer insert|drain|latency|commits URL [jobs=40000 …]
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries

from benchmarks.queues.measure import main
from benchmarks.queues.subject import Started, Subject

BATCH, TASKS = 500, 2_000


class Pgqueuer(Subject):
    """A batch of 500 and 2,000 tasks, the fastest that was found; 10 where jobs are few."""

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """As `pgq run`."""
        uvloop.run(work)

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncGenerator[None]:
        """A pool."""
        self._url = url
        async with asyncpg.create_pool(url, min_size=2, max_size=10) as self._pool:
            self._queries = Queries(AsyncpgPoolDriver(self._pool))
            yield

    async def install(self) -> None:
        """Its tables, logged, and the autovacuum settings it recommends."""
        await self._queries.install()
        await self._queries.optimize_autovacuum()

    async def insert(self, first: int, number: int) -> None:
        """One statement."""
        payloads = [b'{"number": %d}' % n for n in range(first, first + number)]
        await self._queries.enqueue(["noop"] * number, payloads, [0] * number)

    async def left(self) -> int:
        """Done jobs leave the table."""
        return await self._pool.fetchval("SELECT count(*) FROM pgqueuer")

    @asynccontextmanager
    async def working(self, started: Started, *, bulk: bool) -> AsyncGenerator[None]:
        """Its manager in a task."""
        async with asyncpg.create_pool(self._url, min_size=2, max_size=10) as pool:
            queuer = PgQueuer.from_asyncpg_pool(pool)

            @queuer.entrypoint("noop")
            async def noop(job: Job) -> None:
                started(int(job.id))

            running = asyncio.create_task(  # noqa: TID251 - it has no runtime of ours
                queuer.qm.run(batch_size=BATCH, max_concurrent_tasks=TASKS)
                if bulk
                else queuer.qm.run(batch_size=10)
            )
            yield
            queuer.shutdown.set()
            await asyncio.wait([running], timeout=5.0)
            running.cancel()


if __name__ == "__main__":
    main(Pgqueuer())
