"""Which jobs are taken, and how many."""

import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.jobs import NewJob, QueueSettings
from actors.jobs.claims import Claims
from actors.jobs.insertion import insert_jobs
from actors.jobs.messages import Life
from actors.jobs.pace import SLOTS, Pace, slot_s
from store import Database, Query
from store.queries import jobs as queries

DONE = Query("test/done", "UPDATE oban_jobs SET state = 'completed' WHERE state = 'executing'")


async def claims_of(database: Database, **settings: object) -> Claims:
    life = Life(str(uuid.uuid4()), "node-1")
    await database.execute(queries.JOIN_NODES, life.id, life.node, "here", 1)
    queue = QueueSettings(name="default", **settings)  # type: ignore[arg-type]
    return Claims(database, queue, workers=["test.A", "test.B"], life=life, fresh_s=60.0)


async def insert(database: Database, *jobs: tuple[str, int, str]) -> None:
    async with database.transaction() as session:
        await insert_jobs(
            session,
            [
                NewJob(worker=worker, priority=priority, args=b'{"customer": "%s"}' % key.encode())
                for worker, priority, key in jobs
            ],
        )


async def test_the_most_urgent_are_taken_first_and_among_them_the_oldest(
    database: Database,
) -> None:
    claims = await claims_of(database)
    await insert(database, ("test.A", 5, ""), ("test.A", 0, ""), ("test.A", 5, ""))
    await insert(database, ("test.A", 0, ""))
    taken = (await claims.take(3)).jobs
    assert [(job.priority, job.id) for job in taken] == [(0, 2), (0, 4), (5, 1)]
    assert [job.attempt for job in taken] == [1, 1, 1]
    assert len((await claims.take(3)).jobs) == 1


async def test_lower_priorities_get_a_tenth_in_turn(database: Database) -> None:
    claims = await claims_of(database)
    for priority in (0, 3, 9):
        await insert(database, *[("test.A", priority, "")] * 200)
    seen: Counter[int] = Counter()
    for _ in range(15):
        seen.update(job.priority for job in (await claims.take(10)).jobs)
    assert seen[0] >= 130
    assert 6 <= seen[3] <= 9
    assert 6 <= seen[9] <= 9


async def test_one_at_a_time_every_tenth_is_a_lower_one(database: Database) -> None:
    claims = await claims_of(database)
    await insert(database, *[("test.A", 0, "")] * 40, *[("test.A", 7, "")] * 40)
    seen = [(await claims.take(1)).jobs[0].priority for _ in range(30)]
    assert seen.count(7) == 3


async def test_only_jobs_of_workers_that_are_here_are_taken(database: Database) -> None:
    claims = await claims_of(database)
    await insert(database, ("MyApp.Mailer", 0, ""), ("test.B", 9, ""))
    assert [job.worker for job in (await claims.take(5)).jobs] == ["test.B"]


async def test_a_limit_over_all_nodes_leaves_the_rest(database: Database) -> None:
    claims = await claims_of(database, global_limit=2)
    await insert(database, *[("test.A", 0, "")] * 5)
    first = await claims.take(5)
    assert (len(first.jobs), first.held_back) == (2, True)
    assert (await claims.take(5)).jobs == ()
    await database.execute(DONE)
    assert len((await claims.take(5)).jobs) == 2


async def test_a_rate_leaves_the_rest_for_the_next_period(database: Database) -> None:
    claims = await claims_of(database, rate=3, rate_period_s=3_600.0)
    await insert(database, *[("test.A", 0, "")] * 5)
    assert len((await claims.take(2)).jobs) == 2
    await database.execute(DONE)
    again = await claims.take(5)
    assert (len(again.jobs), again.held_back) == (1, True)
    assert (await claims.take(5)).jobs == ()
    await database.execute(Query("test/pass", "UPDATE job_pace SET slot = slot - 30"))
    assert len((await claims.take(5)).jobs) == 2


async def test_each_key_has_its_own_limit(database: Database) -> None:
    claims = await claims_of(database, key="customer", key_limit=1)
    await insert(database, *[("test.A", 0, key) for key in ("ann", "ann", "bob", "ann", "eve")])
    assert [job.id for job in (await claims.take(9)).jobs] == [1, 3, 5]
    assert (await claims.take(9)).jobs == ()
    await database.execute(DONE)
    assert [job.id for job in (await claims.take(9)).jobs] == [2]


async def test_a_worker_may_be_the_key_and_have_a_rate(database: Database) -> None:
    claims = await claims_of(database, key="worker", key_rate=2, rate_period_s=3_600.0)
    await insert(database, *[("test.A", 0, "")] * 3, ("test.B", 0, ""))
    assert Counter(job.worker for job in (await claims.take(9)).jobs) == {"test.A": 2, "test.B": 1}
    assert (await claims.take(9)).jobs == ()


async def test_a_job_without_an_attempt_left_is_not_taken(database: Database) -> None:
    claims = await claims_of(database)
    await insert(database, ("test.A", 0, ""))
    await database.execute(Query("test/spend", "UPDATE oban_jobs SET attempt = max_attempts"))
    assert (await claims.take(1)).jobs == ()
    assert await database.execute(queries.DISCARD_EXHAUSTED) == 1


@given(
    st.integers(1, 50),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), max_size=60),
)
def test_in_no_period_are_more_begun_than_the_rate(rate: int, steps: list[tuple[int, int]]) -> None:
    begun: list[tuple[int, int]] = []
    pace, slot = Pace(0), 0
    for passed, wanted in steps:
        slot += passed
        pace = pace.at(slot)
        jobs = min(wanted, pace.room(rate))
        pace = pace.begun(jobs)
        begun.append((slot, jobs))
    for first, _ in begun:
        # A stretch of one period touches at most SLOTS slots.
        assert sum(jobs for at, jobs in begun if first <= at < first + SLOTS) <= rate


@pytest.mark.parametrize("period_s", [1.0, 60.0])
def test_a_period_has_one_slot_less_than_count(period_s: float) -> None:
    assert slot_s(period_s) * (SLOTS - 1) == pytest.approx(period_s)
