"""Old jobs are forgotten, each state after its own time, and dead ones last."""

import pytest

from store import Database, Query
from tests.support.epp_bench import eventually
from tests.support.job_workers import TEST_WORKERS
from tests.support.jobs_room import node, room

KEPT_S = {"completed": 100.0, "cancelled": 200.0, "discarded": 300.0}
ENDED = Query(
    "test/ended",
    """
    INSERT INTO oban_jobs (state, worker, queue, attempt, attempted_at,
                           completed_at, cancelled_at, discarded_at)
    SELECT state::oban_job_state, 'test.Teller', 'elsewhere', 1, at,
           CASE WHEN state = 'completed' THEN at END,
           CASE WHEN state = 'cancelled' THEN at END,
           CASE WHEN state = 'discarded' THEN at END
    FROM unnest($1::text[]) AS state, unnest($2::float8[]) AS age_s,
         LATERAL (SELECT timezone('UTC', now()) - make_interval(secs => age_s) AS at) AS moment,
         generate_series(1, $3)
    """,
)
LEFT = Query(
    "test/left",
    "SELECT state::text AS state, count(*) AS jobs FROM oban_jobs GROUP BY 1 ORDER BY 1",
)


async def left(database: Database) -> dict[str, int]:
    return {row["state"]: row["jobs"] for row in await database.fetch(LEFT)}


@pytest.mark.parametrize(
    ("age_s", "kept"),
    [
        (50.0, {"completed", "cancelled", "discarded"}),
        (150.0, {"cancelled", "discarded"}),
        (250.0, {"discarded"}),
        (350.0, set[str]()),
    ],
)
async def test_each_state_is_kept_for_its_own_time(
    database: Database, age_s: float, kept: set[str]
) -> None:
    ages = [10.0, age_s]
    await database.execute(ENDED, list(KEPT_S), ages, 1)
    settings = room(
        prune_every_s=0.0,
        lease_s=0.1,
        completed_kept_s=KEPT_S["completed"],
        cancelled_kept_s=KEPT_S["cancelled"],
        discarded_kept_s=KEPT_S["discarded"],
    )
    async with node(database, settings, TEST_WORKERS):
        expected = {state: 2 if state in kept else 1 for state in KEPT_S}
        await eventually(lambda: left(database), lambda found: found == expected)


async def test_many_are_forgotten_a_few_at_a_time(database: Database) -> None:
    await database.execute(ENDED, ["completed"], [500.0], 25)
    settings = room(prune_every_s=3_600.0, prune_at_once=10, lease_s=0.1, completed_kept_s=100.0)
    async with node(database, settings, TEST_WORKERS) as here:
        await eventually(lambda: left(database), lambda found: found == {})
        assert dict(here.system.lookup("jobs/pruner").snapshot().facts)["pruned"] == "25"


async def test_a_job_without_an_attempt_left_that_nobody_took_is_dead(database: Database) -> None:
    spent = Query(
        "test/spent",
        "INSERT INTO oban_jobs (worker, queue, state, attempt, max_attempts) "
        "VALUES ('test.Teller', 'default', 'available', 3, 3)",
    )
    await database.execute(spent)
    async with node(database, room(lease_s=0.1), TEST_WORKERS):
        await eventually(lambda: left(database), lambda found: found == {"discarded": 1})
