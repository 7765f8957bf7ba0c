"""What other programs say of queues and jobs, in Oban's own words."""

import base64
import gzip
import json
from collections.abc import AsyncIterator

import pytest

from store import Database, Query
from tests.support.epp_bench import eventually
from tests.support.job_workers import TEST_WORKERS, Book, Told, Waiter, open_book
from tests.support.jobs_room import Node, local, node, room

SAY = Query("test/say", "SELECT pg_notify('public.oban_signal', $1)")
PAUSED = Query("test/paused", "SELECT paused FROM job_queue WHERE name = 'default'")


@pytest.fixture
def book() -> Book:
    return open_book()


@pytest.fixture
async def here(database: Database, book: Book) -> AsyncIterator[Node]:
    async with node(database, room(), TEST_WORKERS) as here:
        await eventually(
            here.jobs.health, lambda _: here.system.lookup("jobs/notifier").snapshot().messages
        )
        yield here


async def say(database: Database, *, packed: bool = False, **words: object) -> None:
    text = json.dumps(words)
    if packed:
        text = base64.b64encode(gzip.compress(text.encode())).decode()
    await database.fetch(SAY, text)


async def state(here: Node, wanted: str) -> None:
    await eventually(here.jobs.health, lambda health: local(health).state == wanted)


@pytest.mark.parametrize("packed", [False, True])
async def test_a_pause_said_by_oban_holds_here_and_is_remembered(
    here: Node, database: Database, packed: bool
) -> None:
    await say(database, packed=packed, action="pause", queue="default", ident="any")
    await state(here, "paused")
    await eventually(lambda: database.fetch_value(PAUSED), bool)
    await say(database, packed=packed, action="resume", queue="*", ident="any")
    await state(here, "running")


async def test_what_is_said_to_another_node_is_not_for_us(here: Node, database: Database) -> None:
    await say(database, action="pause", queue="default", ident="Oban.somebody")
    await say(database, action="pause", queue="other", ident="any")
    await say(database, action="pause", queue="default", ident="Oban.node-1")
    await state(here, "paused")
    assert await database.fetch_value(PAUSED) is None  # it was said to this node alone


async def test_a_job_that_oban_cancelled_is_stopped(
    here: Node, database: Database, book: Book
) -> None:
    job_id = (await here.jobs.insert(Waiter.new(Told()))).id
    await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id])
    await say(database, packed=True, action="pkill", job_id=job_id, ident="any")
    life = await eventually(
        lambda: here.jobs.life(job_id), lambda life: life and life.row.state == "cancelled"
    )
    assert life is not None
    assert life.errors[0].error == "stopped while it ran"


async def test_nonsense_is_counted_and_harms_nobody(here: Node, database: Database) -> None:
    await database.fetch(SAY, "nonsense")
    await say(database, action="dance")
    await say(database, action="pause", queue="default", ident="any")
    await state(here, "paused")
