"""Several nodes on one table: whose jobs are whose, and what becomes of a dead node's."""

import uuid
from collections.abc import AsyncIterator

import pytest

from actors.jobs import JobState, QueueSettings, Worker
from actors.jobs.lease import Lease
from actors.jobs.messages import Standing
from actors.jobs.results import Result, write_results
from runtime import Actor
from runtime.testing import behind
from store import Database, Query
from store.queries import jobs as queries
from tests.support.epp_bench import eventually
from tests.support.job_workers import TEST_WORKERS, Book, Teller, Told, Waiter, open_book
from tests.support.jobs_room import Node, node, room

STATE = Query(
    "test/state", "SELECT state::text, attempt, attempted_by FROM oban_jobs WHERE id = $1"
)
SILENCE = Query(
    "test/silence", "UPDATE job_node SET seen_at = now() - interval '1 hour' WHERE id = $1"
)
NODES = Query("test/nodes", "SELECT id::text AS id, node FROM job_node ORDER BY node")


@pytest.fixture
def book() -> Book:
    return open_book()


@pytest.fixture
async def here(database: Database, book: Book) -> AsyncIterator[Node]:
    async with node(database, room(QueueSettings(name="default", limit=3)), TEST_WORKERS) as here:
        yield here


async def a_dead_node(database: Database, *, holding: int, attempt: int = 1) -> str:
    """A node that was killed with a job in hand."""
    life = str(uuid.uuid4())
    await database.execute(queries.JOIN_NODES, life, "node-2", "elsewhere", 1)
    await database.execute(SILENCE, life)
    took = Query(
        "test/took",
        "UPDATE oban_jobs SET state = 'executing', attempt = $2, attempted_by = $3 WHERE id = $1",
    )
    await database.execute(took, holding, attempt, ["node-2", life])
    return life


async def waiting(database: Database, worker: type[Worker[Told]], *, max_attempts: int = 20) -> int:
    """A job in a queue that nobody runs."""
    job = worker.new(Told(), queue="elsewhere", max_attempts=max_attempts)
    arrays = ([job.worker], [job.args], [job.queue], [0], [max_attempts], [b"[]"], [b"{}"], [None])
    found = await database.fetch_value(queries.INSERT_JOBS, *arrays)
    assert isinstance(found, int)
    return found


async def test_a_dead_node_s_jobs_wait_again(here: Node, database: Database) -> None:
    job_id = await waiting(database, Teller)
    await a_dead_node(database, holding=job_id)
    life = await eventually(
        lambda: here.jobs.life(job_id), lambda life: life and life.row.state == "available"
    )
    assert life is not None
    assert (life.row.attempt, life.errors[0].error) == (1, "its node was killed or lost")
    assert '"rescued": 1' in life.meta
    assert [row["node"] for row in await database.fetch(NODES)] == ["node-1"]


async def test_a_job_on_its_last_attempt_is_discarded_with_its_node(
    here: Node, database: Database
) -> None:
    job_id = await waiting(database, Teller, max_attempts=2)
    await a_dead_node(database, holding=job_id, attempt=2)
    life = await eventually(
        lambda: here.jobs.life(job_id), lambda life: life and life.row.state == "discarded"
    )
    assert life is not None
    assert life.discarded_at is not None


async def test_an_earlier_life_of_this_node_is_over_at_once(database: Database, book: Book) -> None:
    job_id = await waiting(database, Teller)
    former = await a_dead_node(database, holding=job_id)
    fresh = Query("test/fresh", "UPDATE job_node SET seen_at = now(), node = 'node-1'")
    await database.execute(fresh)
    settings = room(dead_after_s=3_600.0)
    async with node(database, settings, TEST_WORKERS) as here:
        await eventually(
            lambda: here.jobs.life(job_id), lambda life: life and life.row.state == "available"
        )
        rows = await database.fetch(NODES)
        assert [row["id"] == former for row in rows] == [False]


async def test_a_node_that_was_declared_dead_gives_up_what_it_has_and_begins_anew(
    here: Node, database: Database, book: Book
) -> None:
    job_id = (await here.jobs.insert(Waiter.new(Told()))).id
    await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id])
    before = [row["id"] for row in await database.fetch(NODES)]
    async with database.transaction() as session:  # as another node does it
        await session.fetch(queries.LOCK_DEAD_NODES, -1.0)
        await session.fetch(queries.RESCUE, before, None, "its node was killed or lost")
        await session.execute(queries.DELETE_NODES, before)
    await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id, job_id])
    after = [row["id"] for row in await database.fetch(NODES)]
    assert len(after) == 1
    assert after != before
    book.gate.set()
    life = await eventually(
        lambda: here.jobs.life(job_id), lambda life: life and life.row.state == "completed"
    )
    assert life is not None
    assert life.row.attempt == 2
    assert book.performed == [0]  # the first performance was stopped


async def test_a_node_that_is_not_fresh_claims_nothing(database: Database) -> None:
    job_id = await waiting(database, Teller)
    life = str(uuid.uuid4())

    async def claim() -> list[int]:
        rows = await database.fetch(
            queries.CLAIM, "elsewhere", ["test.Teller"], 5, 0, -1, life, "node-2", 60.0, True
        )
        return [row["id"] for row in rows]

    assert await claim() == []
    await database.execute(queries.JOIN_NODES, life, "node-2", "elsewhere", 1)
    await database.execute(SILENCE, life)
    assert await claim() == []
    await database.execute(queries.BEAT, life)
    assert await claim() == [job_id]


async def test_results_of_a_job_that_was_taken_over_are_left_out(database: Database) -> None:
    job_id = await waiting(database, Teller)
    life = await a_dead_node(database, holding=job_id, attempt=2)
    stale = (Result(job_id, 1, "completed"), Result(job_id, 1, "discarded", b'{"error":""}'))
    for result in stale:
        assert (await write_results(database, [result], life=life)).taken_over == (job_id,)
    ours = Result(job_id, 2, "completed")
    assert (await write_results(database, [ours], life=str(uuid.uuid4()))).settled == 0
    assert (await write_results(database, [ours], life=life)).settled == 1
    assert (await write_results(database, [ours], life=life)).settled == 0
    row = await database.fetch_row(STATE, job_id)
    assert row is not None
    assert row["state"] == "completed"


@pytest.mark.parametrize(("state", "error"), [("completed", None), ("retryable", b'{"error":"x"}')])
async def test_a_result_counts_whose_claim_a_crash_forgot_and_not_one_whose_job_was_rescued(
    database: Database, state: JobState, error: bytes | None
) -> None:
    life = str(uuid.uuid4())
    forgotten, rescued = await waiting(database, Teller), await waiting(database, Teller)
    await database.execute(
        Query("test/rescued", "UPDATE oban_jobs SET attempt = 1 WHERE id = $1"), rescued
    )
    results = [Result(each, 1, state, error) for each in (forgotten, rescued)]
    written = await write_results(database, results, life=life)
    assert (written.settled, written.taken_over) == (1, (rescued,))
    rows = [await database.fetch_row(STATE, each) for each in (forgotten, rescued)]
    assert [row and (row["state"], row["attempt"]) for row in rows] == [
        (state, 1),
        ("available", 1),
    ]
    assert (await write_results(database, results, life=life)).settled == 0


class Owner(Actor):
    """Somebody who holds a lease."""


async def test_a_lease_is_held_by_one_and_taken_over_when_it_runs_out(
    database: Database, book: Book
) -> None:
    async with (
        node(database, room(), TEST_WORKERS, name="node-1") as one,
        node(database, room(), TEST_WORKERS, name="node-2") as two,
    ):
        first, second = (
            Lease(_actor(each), database, name="test", hold_s=3_600.0) for each in (one, two)
        )
        await eventually(first.hold, bool)
        assert not await second.hold()
        assert await first.hold()
        await database.execute(
            Query("test/expire", "UPDATE job_lease SET held_until = now() WHERE name = 'test'")
        )
        assert await second.hold()
        assert not await first.hold()
        await second.drop()
        assert await first.hold()


def _actor(node: Node) -> Actor:
    ref = node.system.spawn(Owner)
    return behind(ref, Owner)


async def test_two_nodes_share_a_queue_and_no_job_is_done_twice(
    database: Database, book: Book
) -> None:
    settings = room(QueueSettings(name="default", limit=5))
    async with (
        node(database, settings, TEST_WORKERS, name="node-1") as one,
        node(database, settings, TEST_WORKERS, name="node-2"),
    ):
        jobs = [Teller.new(Told(number=number)) for number in range(300)]
        await one.jobs.insert_many(jobs)
        left = Query("test/left", "SELECT count(*) FROM oban_jobs WHERE state <> 'completed'")
        await eventually(lambda: database.fetch_value(left), lambda count: count == 0)
        assert sorted(book.performed) == list(range(300))


async def test_a_limit_over_all_nodes_holds_on_all_nodes(database: Database, book: Book) -> None:
    settings = room(QueueSettings(name="default", limit=5, global_limit=3))
    async with (
        node(database, settings, TEST_WORKERS, name="node-1") as one,
        node(database, settings, TEST_WORKERS, name="node-2") as two,
    ):
        await one.jobs.insert_many([Waiter.new(Told(number=number)) for number in range(8)])
        await eventually(one.jobs.health, lambda _: len(book.begun) == 3)
        for each in (one, two, one, two):
            await each.system.call("jobs/lifeline", Standing())
            health = await each.jobs.health()
            assert health.queues[0].here is not None
        assert len(book.begun) == 3
        book.gate.set()
        await eventually(one.jobs.health, lambda _: len(book.performed) == 8)
