"""Two daemons on one table, of which one is killed again and again while they work.

What each job did is written into a file, and which jobs a daemon had in hand is read from the table
when it has been killed. Every second kill waits until the other daemon has taken over what the dead
one held; the rest start the dead one again at once, which takes over from its former life.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from actors.jobs import Jobs, JobsSettings, QueueSettings, Workers
from runtime import System
from runtime.testing import turns
from store import Database, EmbeddedServer, Query, migrate
from tests.support.chaos_workers import Step, StepArgs
from tests.support.daemon import RunningDaemon, fresh_daemon
from tests.support.postgres import FAST_SETTINGS, open_folder

LIMIT = 20
"""Jobs at once on each daemon."""
RESCUED_WITHIN_S = 10.0
TAKEN_OVER_WITHIN_S = 5.0
_PATIENCE_S = 90.0

HELD = Query(
    "test/held",
    "SELECT id FROM oban_jobs WHERE state = 'executing' AND attempted_by[2] = $1",
)
LEASES = Query("test/leases", "SELECT name FROM job_lease WHERE owner = $1")
LIFE = Query("test/life", "SELECT id::text FROM job_node WHERE pid = $1")
ENDED = Query("test/ended", "SELECT count(*) FROM oban_jobs WHERE state = 'completed'")
NUMBERS = Query("test/numbers", "SELECT id, (args->>'number')::int AS number FROM oban_jobs")
OTHERS = Query(
    "test/others", "SELECT state::text AS state, id FROM oban_jobs WHERE state <> 'completed'"
)
Found = TypeVar("Found")


@dataclass(slots=True)
class Report:
    """What the kills came to."""

    jobs: int
    kills: int = 0
    rescued_s: list[float] = field(default_factory=list[float])
    """From a kill until nothing was held by the dead any more."""
    taken_over_s: list[float] = field(default_factory=list[float])
    """From a kill until the other daemon held every lease of the dead."""
    held: Counter[int] = field(default_factory=Counter[int])
    """By number: how many kills found it in hand."""
    begun: Counter[int] = field(default_factory=Counter[int])
    ended: Counter[int] = field(default_factory=Counter[int])
    left: dict[int, str] = field(default_factory=dict[int, str])
    """Jobs that are not completed, with their states."""

    def check(self) -> None:
        """Raises AssertionError unless nothing was lost and nothing was done without need."""
        assert self.left == {}
        lost = [number for number in range(self.jobs) if not self.ended[number]]
        assert lost == []
        too_often = {
            number: (times, self.held[number])
            for number, times in self.begun.items()
            if times > 1 + self.held[number]
        }
        assert too_often == {}
        assert self.held, "nothing ran at any kill: the test was too kind"
        assert max(self.rescued_s) <= RESCUED_WITHIN_S
        assert max(self.taken_over_s, default=0.0) <= TAKEN_OVER_WITHIN_S


async def chaos(*, jobs: int, kills: int, takes_s: float) -> Report:
    """Have `jobs` jobs done under `kills` kills, evenly over the work."""
    report = Report(jobs)
    with open_folder() as folder, ExitStack() as stack:
        book = folder / "book"
        async with _server(folder) as server:
            database = Database(server.url())
            await database.open()
            await migrate(database)
            daemons = [stack.enter_context(_daemon(server.url())) for _ in range(2)]
            await asyncio.gather(*(asyncio.to_thread(each.start) for each in daemons))
            await _insert(database, jobs, book, takes_s)
            for kill in range(kills):
                await _ended(database, (kill + 1) * jobs // (kills + 2))
                await _kill(database, daemons[kill % 2], report, wait=kill % 2 == 1)
            await _ended(database, jobs)
            rows = await database.fetch(OTHERS)
            report.left = {row["id"]: row["state"] for row in rows}
            _read(book, report)
            for daemon in daemons:
                await asyncio.to_thread(daemon.close)
            await database.close()
    return report


@asynccontextmanager
async def _server(folder: Path) -> AsyncGenerator[EmbeddedServer]:
    server = EmbeddedServer(folder, settings=FAST_SETTINGS)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def _daemon(url: str) -> AbstractContextManager[RunningDaemon]:
    return fresh_daemon(
        settings=(
            f"store.url={url}",
            f"jobs.workers={Step.__module__}",
            f"queue.chaos.limit={LIMIT}",
            "sandbox.registry=false",
        )
    )


async def _insert(database: Database, jobs: int, book: Path, takes_s: float) -> None:
    async with System() as system:
        settings = JobsSettings(queues={"chaos": QueueSettings(name="chaos")})
        room = Jobs(system, database, settings, Workers((Step,)))
        new = [Step.new(StepArgs(number, str(book), takes_s)) for number in range(jobs)]
        await room.insert_many(new)


async def _kill(database: Database, daemon: RunningDaemon, report: Report, *, wait: bool) -> None:
    life = str(await database.fetch_value(LIFE, daemon.pid))
    await asyncio.to_thread(daemon.kill)
    killed_s = time.monotonic()
    report.kills += 1
    held = {row["id"] for row in await database.fetch(HELD, life)}
    for row in await database.fetch(NUMBERS):
        if row["id"] in held:
            report.held[row["number"]] += 1
    if not wait:
        await asyncio.to_thread(daemon.start)
    elif await database.fetch(LEASES, life):
        await _until(lambda: database.fetch(LEASES, life), lambda rows: not rows)
        report.taken_over_s.append(time.monotonic() - killed_s)
    await _until(lambda: database.fetch(HELD, life), lambda rows: not rows)
    report.rescued_s.append(time.monotonic() - killed_s)
    if wait:
        await asyncio.to_thread(daemon.start)


async def _ended(database: Database, count: int) -> None:
    await _until(lambda: database.fetch_value(ENDED), lambda ended: int(str(ended)) >= count)


async def _until(look: Callable[[], Awaitable[Found]], holds: Callable[[Found], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not holds(await look()):
            await turns()


def _read(book: Path, report: Report) -> None:
    for line in book.read_text().splitlines():
        what, number = line.split()
        (report.begun if what == "begun" else report.ended)[int(number)] += 1
