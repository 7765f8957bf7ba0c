"""The database is killed under a running room: nothing is lost, nothing is done twice for it."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actors.jobs import JobFilter, JobsHealth, QueueSettings
from store import Database, DatabaseUnreachable, EmbeddedServer, Query, migrate
from tests.support.epp_bench import eventually
from tests.support.job_workers import TEST_WORKERS, Book, Teller, Told, Waiter, open_book
from tests.support.jobs_room import Node, local, node, room
from tests.support.postgres import FAST_SETTINGS


@pytest.fixture
def book() -> Book:
    return open_book()


@pytest.fixture
async def server(data_dir: Path) -> AsyncIterator[EmbeddedServer]:
    """A server of the test's own, to be killed."""
    server = EmbeddedServer(data_dir, settings=FAST_SETTINGS)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def here(server: EmbeddedServer, book: Book) -> AsyncIterator[Node]:
    database = Database(server.url())
    await database.open()
    await migrate(database)
    settings = room(QueueSettings(name="default", limit=3), dead_after_s=60.0)
    async with node(database, settings, TEST_WORKERS) as here:
        yield here
    await database.close()


async def kill(server: EmbeddedServer) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await server.stop()


async def looks(here: Node, holds: str) -> JobsHealth:
    return await eventually(here.jobs.health, lambda health: local(health).state == holds)


async def test_what_ended_meanwhile_is_acknowledged_when_it_is_back_and_not_done_again(
    here: Node, server: EmbeddedServer, book: Book
) -> None:
    await here.jobs.insert_many([Waiter.new(Told(number=number)) for number in range(3)])
    waiting = (await here.jobs.insert(Teller.new(Told(number=3)))).id
    await eventually(here.jobs.health, lambda _: len(book.begun) == 3)
    await kill(server)
    book.gate.set()
    health = await looks(here, "degraded")
    health = await eventually(here.jobs.health, lambda health: local(health).unacknowledged == 3)
    assert health.state == "degraded"
    assert health.why is not None
    assert local(health).why is not None
    assert local(health).running_count == 0
    with pytest.raises(DatabaseUnreachable):
        await here.jobs.insert(Teller.new(Told()))

    await server.start()
    life = await eventually(
        lambda: _life(here, waiting), lambda life: life is not None and life == "completed"
    )
    assert life == "completed"
    rows = await here.jobs.find(JobFilter(), limit=10)
    assert [(row.state, row.attempt) for row in rows] == [("completed", 1)] * 4
    assert sorted(book.performed) == [0, 1, 2, 3]
    await looks(here, "running")
    assert here.system.telemetry.restarts == 0


async def _life(here: Node, job_id: int) -> str | None:
    """The state of a job, None while nobody can tell."""
    try:
        life = await here.jobs.life(job_id)
    except DatabaseUnreachable:
        return None
    return None if life is None else life.row.state


async def test_what_others_say_of_a_queue_is_heard_again_when_it_is_back(
    here: Node, server: EmbeddedServer, book: Book
) -> None:
    await looks(here, "running")
    await kill(server)
    await eventually(here.jobs.health, lambda health: health.state == "degraded")
    await server.start()

    async def pause() -> bool:
        try:
            await here.jobs.pause("default")
        except DatabaseUnreachable:
            return False
        return True

    await eventually(pause, bool)
    await looks(here, "paused")
    assert here.system.telemetry.restarts == 0


async def test_a_database_that_hangs_makes_nobody_wait_who_only_looks(
    database: Database, book: Book
) -> None:
    async with node(database, room(), TEST_WORKERS) as here:
        await eventually(here.jobs.health, lambda health: health.state == "up")
        async with database.transaction() as session:
            await session.execute(Query("test/hang", "LOCK TABLE job_node, job_queue"))
            health = await here.jobs.health()
            again = await here.jobs.health()
        assert [each.state for each in (health, again)] == ["degraded"] * 2
        assert health.why == "the database has not answered for 2 s"
        assert local(health).limit == 10
        await eventually(here.jobs.health, lambda health: health.state == "up")
