"""The room `jobs` as the daemon runs it.

python -m benchmarks.queues.ours insert|drain|latency|commits URL [jobs=40000 …]
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import ClassVar

import structlog

from actors.jobs import Done, Job, Jobs, JobsSettings, Outcome, QueueSettings, Worker, Workers
from benchmarks.queues.measure import main
from benchmarks.queues.subject import Started, Subject
from runtime import System
from store import Database, Query, migrate
from store.queries import jobs as queries
from supervisors import Supervisor
from supervisors.jobs import jobs_tree

BULK_LIMIT = 2_000
LEFT = Query(
    "benchmarks/left",
    "SELECT count(*) FROM oban_jobs WHERE state IN ('available', 'executing')",
)


@dataclass(frozen=True, slots=True)
class Number:
    """The arguments."""

    number: int


def _unheard(_: int) -> None:
    """Nobody measures."""


class NoOp(Worker[Number]):
    """Says that it started."""

    name = "bench.NoOp"
    started: ClassVar[Started] = staticmethod(_unheard)

    async def perform(self, job: Job[Number]) -> Outcome:
        """Nothing else."""
        NoOp.started(job.args.number)
        return Done()


class Ours(Subject):
    """Inserted by `insert_many`, the NewJobs being made each time."""

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncGenerator[None]:
        """A pool, and the front door."""
        self._database = Database(url)
        await self._database.open()
        async with System() as system:
            settings = JobsSettings(queues={})
            self._jobs = Jobs(system, self._database, settings, Workers((NoOp,)))
            yield
        await self._database.close()

    async def install(self) -> None:
        """As at the daemon's start."""
        await migrate(self._database)
        await self._database.execute(queries.CREATE_UNIQUE_INDEX)

    async def insert(self, first: int, number: int) -> None:
        """See `Subject.insert`."""
        await self._jobs.insert_many([NoOp.new(Number(n)) for n in range(first, first + number)])

    async def insert_one(self, number: int) -> float:
        """See `Subject.insert_one`."""
        async with self._database.transaction() as session:
            await self._jobs.insert(NoOp.new(Number(number)), session=session)
            return monotonic()

    async def left(self) -> int:
        """See `Subject.left`."""
        found = await self._database.fetch_value(LEFT)
        assert isinstance(found, int)
        return found

    @asynccontextmanager
    async def working(self, started: Started, *, bulk: bool) -> AsyncGenerator[None]:
        """The tree of the room; all but the limit is as configured by default."""
        NoOp.started = staticmethod(started)
        queue = QueueSettings(name="default", limit=BULK_LIMIT if bulk else 10)
        settings = JobsSettings(queues={"default": queue})
        tree = jobs_tree(self._database, settings, Workers((NoOp,)), node="bench")
        async with System() as system:
            root = await system.start(
                partial(Supervisor, [tree], names_children_bare=True), name="engset"
            )
            yield
            await root.stop()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    main(Ours())
