"""What PostgreSQL allows on the same table: COPY of ready bytes, and bare claims and completions.

python -m benchmarks.queues.floor insert|drain URL [jobs=40000 …]
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from io import BytesIO

from benchmarks.queues.measure import main
from benchmarks.queues.ours import LEFT
from benchmarks.queues.subject import Started, Subject
from store import Database, Query, migrate
from store.queries import jobs as queries

BATCH = 500
LANES = 2
_COLUMNS = ("worker", "args", "queue", "priority", "max_attempts", "tags", "meta")
_LIFE = "00000000-0000-0000-0000-000000000001"
JOIN = Query(
    "benchmarks/join",
    "INSERT INTO job_node (id, node, host, pid) VALUES ($1, 'bench', 'here', 1)",
)


class Floor(Subject):
    """No jobs, no actors: statements."""

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncGenerator[None]:
        """A pool."""
        self._database = Database(url)
        self._rows: dict[tuple[int, int], bytes] = {}
        await self._database.open()
        yield
        await self._database.close()

    async def install(self) -> None:
        """The same table with the same indexes."""
        await migrate(self._database)
        await self._database.execute(queries.CREATE_UNIQUE_INDEX)

    async def insert(self, first: int, number: int) -> None:
        """COPY of text that was made at the first call."""
        key = (0, number)
        if key not in self._rows:
            lines = [
                f'bench.NoOp\t{{"number": {n}}}\tdefault\t0\t20\t{{}}\t{{}}\n'
                for n in range(number)
            ]
            self._rows[key] = "".join(lines).encode()
        async with self._database.transaction() as session:
            await session.raw.copy_to_table(
                "oban_jobs", source=BytesIO(self._rows[key]), columns=_COLUMNS
            )

    async def left(self) -> int:
        """See `Subject.left`."""
        found = await self._database.fetch_value(LEFT)
        assert isinstance(found, int)
        return found

    @asynccontextmanager
    async def working(self, started: Started, *, bulk: bool) -> AsyncGenerator[None]:
        """Two lanes, each claims and completes in turn."""
        await self._database.execute(JOIN, _LIFE)
        async with asyncio.TaskGroup() as lanes:
            tasks = [lanes.create_task(partial(self._lane, started)()) for _ in range(LANES)]
            yield
            for task in tasks:
                task.cancel()

    async def _lane(self, started: Started) -> None:
        while True:
            rows = await self._database.fetch(
                queries.CLAIM, "default", ["bench.NoOp"], BATCH, 0, -1, _LIFE, "bench", 3600.0, True
            )
            for row in rows:
                started(row["id"])
            if not rows:
                return
            ids, attempts = [row["id"] for row in rows], [row["attempt"] for row in rows]
            await self._database.fetch(queries.COMPLETE, ids, attempts, _LIFE)


if __name__ == "__main__":
    main(Floor())
