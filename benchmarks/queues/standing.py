"""What a long line and a long schedule cost: claims beside a million, memory of half of it.

python -m benchmarks.queues.standing URL NUMBER

schedules so many jobs from a query and prints one JSON document: memory has a process of its own.
"""

import asyncio
import json
import logging
import sys
from statistics import median
from time import perf_counter
from uuid import UUID

import asyncpg
import structlog

from actors.jobs import Jobs, JobsSettings, NewJob, Workers
from benchmarks.actors.measure import resident_bytes
from benchmarks.queues.figures import Figures
from benchmarks.queues.server import fresh_database
from runtime import System
from store import Database, EmbeddedServer, Query, migrate
from store.queries import jobs as queries

FEW, CLAIM, CLAIMS = 1_000, 10, 40
_LIFE = UUID(int=1)
_EVERY = 2_000
JOIN = Query(
    "benchmarks/join", "INSERT INTO job_node (id, node, host, pid) VALUES ($1, 'b', 'h', 1)"
)
SERIES = Query("benchmarks/series", "SELECT generate_series(1, $1::integer) AS number")


async def claims(server: EmbeddedServer, many: int, rounds: int) -> Figures:
    """The median of a claim of ten in either line, in turn."""
    async with fresh_database(server, "few") as few, fresh_database(server, "many") as much:
        lines = {"few": (few, FEW), "many": (much, many)}
        took_ms: dict[str, list[float]] = {"few": [], "many": []}
        databases = {name: Database(line.url) for name, (line, _) in lines.items()}
        for name, (line, number) in lines.items():
            await _prepare(databases[name], number)
            await line.settle()
        for number in range(rounds):
            if number:
                await _refill(databases["few"])
                await few.settle()
            for name, database in databases.items():
                took_ms[name] += await _claims(database)
        for database in databases.values():
            await database.close()
    return {f"claim_{name}_ms": median(each[1:]) for name, each in took_ms.items()}


async def _prepare(database: Database, number: int) -> None:
    await database.open()
    await migrate(database)
    await database.execute(queries.CREATE_UNIQUE_INDEX)
    await database.execute(JOIN, _LIFE)
    await _fill(database, number)


async def _refill(database: Database) -> None:
    await database.execute(Query("benchmarks/truncate", "TRUNCATE oban_jobs"))
    await _fill(database, FEW)


async def _fill(database: Database, number: int) -> None:
    columns = ("worker", "args")
    for first in range(0, number, 20_000):
        rows = [
            ("bench.NoOp", b'{"number": %d}' % n) for n in range(first, min(first + 20_000, number))
        ]
        async with database.transaction() as session:
            await session.copy_records("oban_jobs", rows, columns=columns)


async def _claims(database: Database) -> list[float]:
    took_ms: list[float] = []
    for _ in range(CLAIMS):
        began_s = perf_counter()
        await database.fetch_value(queries.NEXT_PRIORITY, "default", -1)
        rows = await database.fetch(
            queries.CLAIM,
            *("default", ["bench.NoOp"], CLAIM, 0, -1),
            *(str(_LIFE), "b", 3600.0, True),
        )
        took_ms.append((perf_counter() - began_s) * 1e3)
        assert len(rows) == CLAIM
    return took_ms


async def growth(url: str, number: int) -> Figures:
    """Resident memory at most, beyond what it was after the first chunk, and jobs a second."""
    database = Database(url)
    await database.open()
    await migrate(database)
    await database.execute(queries.CREATE_UNIQUE_INDEX)
    most, calls = 0, 0

    def make(row: asyncpg.Record) -> NewJob:
        nonlocal most, calls
        calls += 1
        if calls % _EVERY == 0:
            most = max(most, resident_bytes())
        return NewJob(worker="bench.NoOp", args=b'{"number": %d}' % row["number"])

    async with System() as system:
        jobs = Jobs(system, database, JobsSettings(queues={}), Workers())
        await jobs.insert_from(SERIES, _EVERY, make=make)
        before, began_s = resident_bytes(), perf_counter()
        count = await jobs.insert_from(SERIES, number, make=make)
        took_s = perf_counter() - began_s
    most = max(most, resident_bytes())
    await database.close()
    assert count.inserted == number
    return {"scheduled_per_s": number / took_s, "growth_mb": (most - before) / 1e6}


async def growth_in_a_process(server: EmbeddedServer, number: int) -> Figures:
    """`growth` in a fresh process, on a database of its own."""
    async with fresh_database(server, "growth") as database:
        words = (sys.executable, "-m", "benchmarks.queues.standing", database.url, str(number))
        process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        figures: Figures = json.loads(output)
    return figures


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(json.dumps(asyncio.run(growth(sys.argv[1], int(sys.argv[2])))))
