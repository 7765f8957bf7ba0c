"""Putting jobs into the table: many at once, unique ones, with constant memory."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from actors.jobs import (
    InsertCount,
    JobFilter,
    JobRefused,
    Jobs,
    JobsSettings,
    NewJob,
    Unique,
    Workers,
)
from runtime import System
from store import Database, Query
from store.queries import jobs as queries

AGE = Query("test/age", "UPDATE oban_jobs SET inserted_at = inserted_at - interval '2 minutes'")
END = Query("test/end", "UPDATE oban_jobs SET state = 'completed' WHERE id = $1")
EVERYTHING = Query(
    "test/everything",
    "SELECT worker, queue, priority, tags, args, meta,"
    " CASE state WHEN 'scheduled' THEN scheduled_at END AS due FROM oban_jobs",
)
NASTY = (
    "\\",
    "\\N",
    "\\.",
    "\n",
    "\t",
    "\r",
    '"',
    "'",
    "{",
    "}",
    ",",
    "a",
    " ",
    "é",
    "\U0001f600",
    "NULL",
)
SERIES = Query("test/series", "SELECT generate_series(1, $1::integer) AS number")


@pytest.fixture
async def jobs(database: Database) -> AsyncIterator[Jobs]:
    await database.execute(queries.CREATE_UNIQUE_INDEX)
    async with System() as system:
        yield Jobs(system, database, JobsSettings(queues={}), Workers())


def job(number: int = 0, **changes: Any) -> NewJob:
    return NewJob(worker="test.Teller", args=b'{"number": %d}' % number, **changes)


async def test_what_is_inserted_is_what_was_asked_for(jobs: Jobs) -> None:
    at = datetime(2030, 1, 1, 12, tzinfo=UTC)
    new = job(queue="mail", priority=3, max_attempts=5, tags=("a", "b"), scheduled_at=at)
    inserted = await jobs.insert(new)
    life = await jobs.life(inserted.id)
    assert life is not None
    row = life.row
    assert (row.state, row.queue, row.worker, row.priority) == (
        "scheduled",
        "mail",
        "test.Teller",
        3,
    )
    assert (row.max_attempts, row.tags, row.scheduled_at) == (5, ("a", "b"), at)
    assert life.args == '{\n  "number": 0\n}'
    assert await jobs.find(JobFilter(tag="a")) == (row,)


async def test_many_go_in_at_once_those_of_later_and_unique_ones_too(jobs: Jobs) -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    batch = [job(1, tags=("x",)), job(2, scheduled_at=later), job(3, unique=Unique())]
    assert await jobs.insert_many([*batch, job(3, unique=Unique())]) == InsertCount(3, 1)
    rows = await jobs.find(JobFilter())
    assert sorted(row.state for row in rows) == ["available", "available", "scheduled"]
    assert await jobs.insert_many([]) == InsertCount(0)


async def test_whatever_its_texts_hold_a_job_comes_out_as_it_went_in(
    jobs: Jobs, database: Database
) -> None:
    random = Random(20_261_126)

    def text() -> str:
        return "".join(random.choices(NASTY, k=random.randrange(1, 9)))

    def odd() -> NewJob:
        args = msgspec.json.encode({text(): text(), "n": [text()]})
        return NewJob(
            worker=text(),
            queue=text(),
            args=msgspec.json.format(args, indent=random.choice((0, 2))),
            meta=msgspec.json.encode({text(): text()}) if random.random() < 0.5 else b"{}",
            tags=tuple(text() for _ in range(random.randrange(3))),
            priority=random.randrange(10),
            scheduled_at=random.choice((None, datetime(2030, 1, 1, 0, 0, 0, 123_456, tzinfo=UTC))),
        )

    batch = [odd() for _ in range(600)]
    assert await jobs.insert_many(batch) == InsertCount(600)
    assert await _stored(database) == Counter(map(_told, batch))


def _told(job: NewJob) -> tuple[object, ...]:
    due = None if job.scheduled_at is None else job.scheduled_at.replace(tzinfo=None)
    return (
        job.worker,
        job.queue,
        job.priority,
        job.tags,
        _canonical(job.args),
        _canonical(job.meta),
        due,
    )


async def _stored(database: Database) -> Counter[tuple[object, ...]]:
    rows = await database.fetch(EVERYTHING)
    return Counter(
        (
            row["worker"],
            row["queue"],
            row["priority"],
            tuple(row["tags"]),
            _canonical(row["args"]),
            _canonical(row["meta"]),
            row["due"],
        )
        for row in rows
    )


def _canonical(text: bytes) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(text), order="deterministic")


async def test_a_query_is_turned_into_jobs_chunk_by_chunk(jobs: Jobs) -> None:
    count = await jobs.insert_from(SERIES, 2_500, make=lambda row: job(row["number"]), chunk=1_000)
    assert count == InsertCount(2_500)


async def test_a_second_unique_job_is_the_first(jobs: Jobs) -> None:
    first = await jobs.insert(job(1, unique=Unique()))
    again = await jobs.insert(job(1, unique=Unique()))
    assert (again.id, again.duplicate) == (first.id, True)
    assert not (await jobs.insert(job(2, unique=Unique()))).duplicate
    assert not (await jobs.insert(job(1, queue="other", unique=Unique()))).duplicate
    assert not (await jobs.insert(job(1))).duplicate


async def test_only_the_named_keys_of_the_arguments_count(jobs: Jobs) -> None:
    def order(customer: int, note: str) -> NewJob:
        args = b'{"customer": %d, "note": "%s"}' % (customer, note.encode())
        return NewJob(worker="test.Order", args=args, unique=Unique(keys=("customer",)))

    await jobs.insert(order(1, "first"))
    assert (await jobs.insert(order(1, "second"))).duplicate
    assert not (await jobs.insert(order(2, "first"))).duplicate


async def test_an_ended_job_counts_only_where_it_was_asked_for(
    jobs: Jobs, database: Database
) -> None:
    once = Unique(ended=frozenset({"completed"}))
    for unique, duplicate in ((Unique(), False), (once, True)):
        first = await jobs.insert(job(unique=unique, queue=str(duplicate)))
        await database.execute(END, first.id)
        again = await jobs.insert(job(unique=unique, queue=str(duplicate)))
        assert again.duplicate is duplicate


async def test_after_its_period_a_job_does_not_count(jobs: Jobs, database: Database) -> None:
    unique = Unique(period_s=60.0)
    first = await jobs.insert(job(unique=unique))
    assert (await jobs.insert(job(unique=unique))).duplicate
    await database.execute(AGE)
    second = await jobs.insert(job(unique=unique))
    assert (second.duplicate, second.id > first.id) == (False, True)


async def test_however_many_insert_at_once_there_is_one(jobs: Jobs) -> None:
    found = await asyncio.gather(*(jobs.insert(job(unique=Unique())) for _ in range(8)))
    assert len({each.id for each in found}) == 1
    assert [each.duplicate for each in found].count(False) == 1


async def test_a_retry_whose_key_another_holds_is_left_as_it_is(
    jobs: Jobs, database: Database
) -> None:
    first = await jobs.insert(job(unique=Unique()))
    await database.execute(END, first.id)
    await jobs.insert(job(unique=Unique()))
    assert await jobs.retry(JobFilter(ids=(first.id,))) == 0


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("worker", {"worker": ""}),
        ("worker", {"worker": "w" * 128}),
        ("queue", {"queue": ""}),
        ("priority", {"priority": 10}),
        ("max_attempts", {"max_attempts": 0}),
        ("max_attempts", {"max_attempts": 32_768}),
        ("args", {"args": b"[]"}),
        ("args", {"args": rb'{"name": "\u0000"}'}),
        ("args", {"args": rb'{"name": "\\\u0000"}'}),
        ("meta", {"meta": b"1"}),
        ("meta", {"meta": rb'{"name": "\u0000"}'}),
        ("worker", {"worker": "a\0b"}),
        ("queue", {"queue": "a\0b"}),
        ("tags", {"tags": ("fine", "a\0b")}),
        ("scheduled_at", {"scheduled_at": datetime(2030, 1, 1)}),  # noqa: DTZ001 — that is it
    ],
)
def test_what_the_table_would_not_take_is_refused_with_its_key(
    key: str, changes: dict[str, Any]
) -> None:
    given: dict[str, Any] = {"worker": "test.Teller"}
    with pytest.raises(JobRefused) as caught:
        NewJob(**given | changes)
    assert caught.value.key == key


def test_what_only_looks_like_the_character_nul_is_fine() -> None:
    assert NewJob(worker="test.Teller", args=rb'{"path": "C:\\u0000"}').priority == 0


async def test_times_of_any_zone_are_kept_as_the_moment_they_are(jobs: Jobs) -> None:
    at = datetime(2030, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    inserted = await jobs.insert(job(scheduled_at=at))
    life = await jobs.life(inserted.id)
    assert life is not None
    assert life.row.scheduled_at == at
    assert life.row.scheduled_at.utcoffset() == timedelta(0)
