"""procrastinate: `batch_defer_async`, psycopg, its worker with a concurrency of 30.

python -m benchmarks.peers.procrastinate insert|drain|latency|commits URL [jobs=40000 …]
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from procrastinate import App, PsycopgConnector

from benchmarks.queues.measure import main
from benchmarks.queues.subject import Started, Subject


class Procrastinate(Subject):
    """It fetches one job with each query, so more at once does not help much."""

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncGenerator[None]:
        """Its pool."""
        self._started: Started = lambda _: None
        self._app = App(connector=PsycopgConnector(conninfo=url, min_size=2, max_size=20))

        @self._app.task(name="noop")
        async def noop(number: int) -> None:
            self._started(number)

        self._noop = noop
        async with self._app.open_async():
            yield

    async def install(self) -> None:
        """Its schema."""
        await self._app.schema_manager.apply_schema_async()

    async def insert(self, first: int, number: int) -> None:
        """One statement."""
        await self._noop.batch_defer_async(*({"number": n} for n in range(first, first + number)))

    async def left(self) -> int:
        """Todo or doing."""
        row = await self._app.connector.execute_query_one_async(
            "SELECT count(*) AS jobs FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        )
        return row["jobs"]

    @asynccontextmanager
    async def working(self, started: Started, *, bulk: bool) -> AsyncGenerator[None]:
        """Its worker in a task, which ends when it is cancelled."""
        self._started = started
        worker = self._app.run_worker_async(
            concurrency=30 if bulk else 10,
            install_signal_handlers=False,
            shutdown_graceful_timeout=2.0,
        )
        running = asyncio.create_task(worker)  # noqa: TID251 - it has no runtime of ours
        yield
        running.cancel()
        await asyncio.wait([running], timeout=5.0)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(Procrastinate())
