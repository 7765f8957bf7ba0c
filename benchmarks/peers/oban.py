"""Oban for Python: `enqueue_many`, psycopg, uvloop as its own command has it.

python -m benchmarks.peers.oban insert|drain|latency|commits URL [jobs=40000 …]
"""

import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import uvloop
from oban import Oban, worker
from oban.job import Job
from oban.schema import install
from psycopg_pool import AsyncConnectionPool

from benchmarks.queues.measure import main
from benchmarks.queues.subject import Started, Subject


@worker(queue="default")
class NoOp:
    """Says that it started."""

    started: Started = staticmethod(lambda _: None)

    async def process(self, job: Job) -> None:
        """Nothing else."""
        NoOp.started(job.args["number"])


class ObanForPython(Subject):
    """A limit of 500, which drained fastest; 10 where jobs are few."""

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """As `oban start`."""
        uvloop.run(work)

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncGenerator[None]:
        """A pool, and a client that only inserts."""
        async with AsyncConnectionPool(url, min_size=2, max_size=10) as self._pool:
            self._client = Oban(pool=self._pool, name="inserts", leadership=False)
            yield

    async def install(self) -> None:
        """Its tables."""
        await install(self._pool)

    async def insert(self, first: int, number: int) -> None:
        """One call."""
        await self._client.enqueue_many(
            [NoOp.new({"number": n}) for n in range(first, first + number)]
        )

    async def left(self) -> int:
        """Available or executing."""
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "SELECT count(*) FROM oban_jobs WHERE state IN ('available', 'executing')"
            )
            return (await found.fetchone())[0]

    @asynccontextmanager
    async def working(self, started: Started, *, bulk: bool) -> AsyncGenerator[None]:
        """An instance with one queue."""
        NoOp.started = staticmethod(started)
        limit = 500 if bulk else 10
        oban = Oban(
            pool=self._pool, queues={"default": limit}, node="bench", shutdown_grace_period=2.0
        )
        async with oban:
            yield


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(ObanForPython())
