"""The room on a real PostgreSQL: what becomes of a job, and what may be done to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from actors.jobs import (
    JobFilter,
    JobLife,
    NewJob,
    Progress,
    QueueSettings,
    Rehearsal,
    RehearsalArgs,
    UnknownQueue,
    Worker,
    Workers,
)
from store import Database, Query
from tests.support.epp_bench import eventually
from tests.support.job_workers import (
    TEST_WORKERS,
    Book,
    Cancelled,
    Hasty,
    Teller,
    Told,
    Waiter,
    open_book,
)
from tests.support.jobs_room import Node, local, node, room

COUNT = Query("test/count", "SELECT count(*) FROM oban_jobs")


@pytest.fixture
def book() -> Book:
    return open_book()


@pytest.fixture
async def here(database: Database, book: Book) -> AsyncIterator[Node]:
    workers = Workers((*TEST_WORKERS, Rehearsal))
    async with node(database, room(QueueSettings(name="default", limit=3)), workers) as here:
        yield here


async def insert(here: Node, worker: type[Worker[Told]], **told: object) -> int:
    return (await here.jobs.insert(worker.new(Told(**told)))).id  # type: ignore[arg-type]


def life_of(here: Node, job_id: int) -> Callable[[], Awaitable[JobLife | None]]:
    return lambda: here.jobs.life(job_id)


async def in_state(here: Node, job_id: int, state: str) -> JobLife:
    life = await eventually(
        life_of(here, job_id), lambda life: life is not None and life.row.state == state
    )
    assert life is not None
    return life


async def test_what_is_done_is_completed(here: Node, book: Book) -> None:
    life = await in_state(here, await insert(here, Teller, number=7), "completed")
    assert book.performed == [7]
    assert (life.row.attempt, life.errors) == (1, ())
    assert life.attempted_by[0] == "node-1"
    assert life.completed_at is not None


async def test_a_crash_is_tried_again_with_its_trace_kept(here: Node, book: Book) -> None:
    job = Teller.new(Told(end="crash"), max_attempts=2)
    life = await in_state(here, (await here.jobs.insert(job)).id, "discarded")
    assert [error.attempt for error in life.errors] == [1, 2]
    assert "LookupError: nobody expected that" in life.errors[0].error
    assert life.errors[0].error.startswith("Traceback")
    assert life.row.last_error == "LookupError: nobody expected that"


async def test_a_retry_says_why_and_comes_again(here: Node, book: Book) -> None:
    job = Teller.new(Told(end="retry"), max_attempts=3)
    life = await in_state(here, (await here.jobs.insert(job)).id, "discarded")
    assert len(book.performed) == 3
    assert [error.error for error in life.errors] == ["not yet"] * 3


async def test_a_snooze_costs_no_attempt(here: Node, book: Book) -> None:
    life = await in_state(here, await insert(here, Teller, end="snooze"), "completed")
    assert len(book.performed) == 3
    assert life.row.attempt == 1
    assert '"snoozed": 2' in life.meta


@pytest.mark.parametrize(("end", "state"), [("cancel", "cancelled"), ("discard", "discarded")])
async def test_what_ends_for_good_keeps_its_reason(here: Node, end: str, state: str) -> None:
    life = await in_state(here, await insert(here, Teller, end=end), state)
    assert [error.error for error in life.errors] == [
        "not wanted" if end == "cancel" else "hopeless"
    ]


async def test_what_is_no_outcome_is_discarded(here: Node) -> None:
    life = await in_state(here, await insert(here, Teller, end="nonsense"), "discarded")
    assert "NoneType" in life.errors[0].error


async def test_a_bad_argument_discards_with_the_field_named(here: Node, book: Book) -> None:
    job = NewJob(worker="test.Teller", args=b'{"number": "seven"}')
    life = await in_state(here, (await here.jobs.insert(job)).id, "discarded")
    assert "$.number" in life.errors[0].error
    assert book.performed == []


async def test_one_that_takes_too_long_has_failed(here: Node) -> None:
    life = await in_state(here, await insert(here, Hasty), "discarded")
    assert life.errors[0].error == "not done within 0.01 s"


async def test_one_cancelled_by_its_own_library_has_failed(here: Node) -> None:
    life = await in_state(here, await insert(here, Cancelled), "discarded")
    assert "CancelledError" in life.errors[0].error
    await in_state(here, await insert(here, Teller), "completed")


async def test_an_unknown_worker_s_job_stays_where_it_is_and_is_shown(here: Node) -> None:
    stranger = (await here.jobs.insert(NewJob(worker="MyApp.Mailer"))).id
    await in_state(here, await insert(here, Teller), "completed")
    life = await here.jobs.life(stranger)
    assert life is not None
    assert (life.row.state, life.row.attempt) == ("available", 0)
    health = await here.jobs.health()
    assert [(each.worker, each.jobs) for each in health.unknown_workers] == [("MyApp.Mailer", 1)]


async def test_a_scheduled_job_waits_for_its_time(here: Node) -> None:
    now = here.system.clock.now()
    later = Teller.new(Told(), scheduled_at=now + timedelta(hours=1))
    soon = Teller.new(Told(), scheduled_at=now + timedelta(seconds=0.1))
    waiting = (await here.jobs.insert(later)).id
    await in_state(here, (await here.jobs.insert(soon)).id, "completed")
    await in_state(here, waiting, "scheduled")


async def test_a_long_job_shows_how_far_it_is(here: Node, book: Book) -> None:
    job_id = await insert(here, Waiter)
    life = await eventually(
        life_of(here, job_id), lambda life: life is not None and life.row.progress
    )
    assert life is not None
    assert life.row.progress is not None
    assert (life.row.progress.done, life.row.progress.total) == (1, 4)
    book.gate.set()
    await in_state(here, job_id, "completed")


@pytest.mark.parametrize(
    ("end", "state"), [("done", "completed"), ("crash", "retryable"), ("snooze", "scheduled")]
)
async def test_the_last_report_of_a_short_job_is_kept(here: Node, end: str, state: str) -> None:
    args = RehearsalArgs(steps=3, outcome=end)  # type: ignore[arg-type]
    life = await in_state(here, (await here.jobs.insert(Rehearsal.new(args))).id, state)
    assert life.row.progress == Progress(3, 3)


async def test_never_more_than_the_limit_run_at_once(here: Node, book: Book) -> None:
    await here.jobs.insert_many([Waiter.new(Told(number=number)) for number in range(5)])
    await eventually(here.jobs.health, lambda health: local(health).running_count == 3)
    await here.jobs.scale("default", 4)
    await eventually(here.jobs.health, lambda health: local(health).running_count == 4)
    book.gate.set()
    await eventually(here.jobs.health, lambda health: local(health).finished == 5)
    assert sorted(book.performed) == [0, 1, 2, 3, 4]


async def test_a_paused_queue_begins_nothing_until_it_is_resumed(here: Node, book: Book) -> None:
    await here.jobs.pause("default")
    await eventually(here.jobs.health, lambda health: local(health).state == "paused")
    job_id = await insert(here, Teller)
    assert (await here.jobs.health()).queues[0].paused
    await in_state(here, job_id, "available")
    await here.jobs.resume("default")
    await in_state(here, job_id, "completed")


async def test_an_unknown_queue_is_said_to_be_unknown(here: Node) -> None:
    with pytest.raises(UnknownQueue) as caught:
        await here.jobs.pause("defualt")
    assert caught.value.known == ("default",)


async def test_a_running_job_that_is_cancelled_is_stopped(here: Node, book: Book) -> None:
    job_id = await insert(here, Waiter)
    await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id])
    assert await here.jobs.cancel(JobFilter(ids=(job_id,))) == 1
    await in_state(here, job_id, "cancelled")
    await eventually(here.jobs.health, lambda health: local(health).running_count == 0)
    assert book.performed == []
    await in_state(here, await insert(here, Teller), "completed")


async def test_retry_cancel_and_delete_take_what_fits(here: Node, book: Book) -> None:
    dead = [await insert(here, Teller, end="discard", number=each) for each in range(3)]
    for job_id in dead:
        await in_state(here, job_id, "discarded")
    assert [row.id for row in await here.jobs.find(JobFilter(state="discarded"))] == dead[::-1]
    assert await here.jobs.delete(JobFilter(ids=(dead[0],), state="discarded")) == 1
    assert await here.jobs.life(dead[0]) is None
    assert await here.jobs.retry(JobFilter(worker="test.Teller", state="discarded")) == 2
    for job_id in dead[1:]:
        await in_state(here, job_id, "discarded")
    assert len(book.performed) == 5
    await here.jobs.pause("default")
    await eventually(here.jobs.health, lambda health: local(health).state == "paused")
    waiting = await insert(here, Teller)
    assert await here.jobs.cancel(JobFilter(queue="default")) == 1
    await in_state(here, waiting, "cancelled")


async def test_draining_gives_running_jobs_their_time(here: Node, book: Book) -> None:
    job_id = await insert(here, Waiter)
    await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id])
    book.gate.set()
    assert await here.jobs.drain() == 0
    await in_state(here, job_id, "completed")
    untouched = await insert(here, Teller)
    await in_state(here, untouched, "available")


async def test_what_does_not_end_in_time_goes_back(database: Database, book: Book) -> None:
    settings = room(drain_s=0.1)
    async with node(database, settings, TEST_WORKERS) as here:
        job_id = await insert(here, Waiter)
        await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id])
        assert await here.jobs.drain() == 1
        life = await in_state(here, job_id, "available")
        assert (life.row.attempt, life.errors) == (0, ())


async def test_a_killed_executor_costs_its_job_one_attempt(here: Node, book: Book) -> None:
    job = Waiter.new(Told(), max_attempts=1)
    job_id = (await here.jobs.insert(job)).id
    health = await eventually(here.jobs.health, lambda health: local(health).running_count == 1)
    here.system.lookup(local(health).running[0].executor).kill()
    life = await in_state(here, job_id, "discarded")
    assert "executor ended" in life.errors[0].error


async def test_a_crashed_producer_s_jobs_wait_again_and_run_once_more(
    here: Node, book: Book
) -> None:
    job_id = await insert(here, Waiter)
    await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id])
    here.system.lookup("jobs/queues/default/producer").kill()
    await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id, job_id])
    book.gate.set()
    life = await in_state(here, job_id, "completed")
    assert life.row.attempt == 2
    assert "producer" in life.errors[0].error


async def test_a_claim_that_a_crashed_database_forgot_is_made_again_and_the_job_goes_on(
    here: Node, database: Database, book: Book
) -> None:
    job_id = await insert(here, Waiter)
    await eventually(life_of(here, job_id), lambda _: book.begun == [job_id])
    forget = Query(
        "test/forget",
        "UPDATE oban_jobs SET state = 'available', attempt = 0, attempted_by = NULL, "
        "attempted_at = NULL WHERE id = $1",
    )
    await database.execute(forget, job_id)
    other = await insert(here, Teller, number=2)
    await in_state(here, other, "completed")
    await in_state(here, job_id, "executing")
    book.gate.set()
    life = await in_state(here, job_id, "completed")
    assert life.row.attempt == 1
    assert book.begun == [job_id]


async def test_a_job_is_committed_with_its_data_or_not_at_all(
    here: Node, database: Database
) -> None:
    class GaveUp(Exception):
        pass

    async def give_up() -> None:
        async with database.transaction() as session:
            await here.jobs.insert(Teller.new(Told()), session=session)
            assert await session.fetch_value(COUNT) == 1
            raise GaveUp

    with pytest.raises(GaveUp):
        await give_up()
    assert await database.fetch_value(COUNT) == 0
    async with database.transaction() as session:
        inserted = await here.jobs.insert(Teller.new(Told()), session=session)
    await in_state(here, inserted.id, "completed")


async def test_the_leaving_node_leaves_nothing_behind(database: Database, book: Book) -> None:
    async with node(database, room(), TEST_WORKERS) as here:
        job_id = await insert(here, Waiter)
        await eventually(lambda: here.jobs.life(job_id), lambda _: book.begun == [job_id])
        await here.root.stop()
        assert not await database.fetch(Query("test/nodes", "SELECT * FROM job_node"))
        life = await here.jobs.life(job_id)
        assert life is not None
        assert life.row.state == "available"
