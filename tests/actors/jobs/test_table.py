"""Whose table it is, and whether we know its version."""

import pytest

from actors.jobs import JobFilter, Rehearsal, RehearsalArgs, Workers
from actors.jobs.messages import LIFELINE, Standing
from store import Database, Query
from tests.support.epp_bench import eventually
from tests.support.jobs_room import node, room

WORKERS = Workers((Rehearsal,))

COMMENT = "COMMENT ON TABLE oban_jobs IS '{}'"

AS_OBAN_FOR_PYTHON = """
DROP INDEX oban_jobs_args_index, oban_jobs_meta_index, oban_jobs_state_cancelled_at_index,
    oban_jobs_state_discarded_at_index;
ALTER TABLE oban_jobs ALTER errors DROP DEFAULT;
ALTER TABLE oban_jobs ALTER errors TYPE jsonb USING to_jsonb(errors);
ALTER TABLE oban_jobs ALTER errors SET DEFAULT '[]';
ALTER TABLE oban_jobs ALTER attempt TYPE smallint, ALTER max_attempts TYPE smallint,
    ALTER priority TYPE smallint;
COMMENT ON TABLE oban_jobs IS NULL;
"""
"""What matters of how its release 0.7 makes the table; the whole is what `make acceptance` runs."""


async def change(database: Database, text: str) -> None:
    for statement in filter(str.strip, text.split(";")):
        await database.execute(Query("test/change", statement))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (COMMENT.format(11), "version 11; this release knows 12 to 15"),
        (COMMENT.format(16), "version 16; this release knows 12 to 15"),
        (COMMENT.format("mine"), "has the comment 'mine'"),
        ("ALTER TABLE oban_jobs DROP COLUMN meta", "no column meta jsonb"),
        ("DROP TABLE oban_jobs", "no table oban_jobs"),
    ],
)
async def test_an_unknown_table_is_refused_with_its_number(
    database: Database, text: str, reason: str
) -> None:
    await change(database, text)
    async with node(database, room(), WORKERS) as here:
        standing = await eventually(
            lambda: here.system.call(LIFELINE, Standing()),
            lambda standing: standing.state == "refused",
        )
        assert reason in (standing.why or "")
        assert not await database.fetch(Query("test/nodes", "SELECT * FROM job_node"))


@pytest.mark.parametrize("version", [12, 13, 14, 15])
async def test_a_known_version_is_used_as_it_is(database: Database, version: int) -> None:
    await change(database, COMMENT.format(version))
    async with node(database, room(), WORKERS) as here:
        job = await here.jobs.insert(Rehearsal.new(RehearsalArgs(outcome="discard")))
        life = await eventually(
            lambda: here.jobs.life(job.id), lambda life: life and life.row.state == "discarded"
        )
        assert life is not None
        assert (await here.jobs.health()).table == f"Oban {version}"


async def test_a_table_without_the_newest_state_is_looked_at_and_acted_on_all_the_same(
    database: Database,
) -> None:
    await change(database, COMMENT.format(13))
    await change(database, "ALTER TYPE oban_job_state RENAME VALUE 'suspended' TO 'unheard'")
    async with node(database, room(), WORKERS) as here:
        job = await here.jobs.insert(Rehearsal.new(RehearsalArgs(), queue="elsewhere"))
        suspended = JobFilter(state="suspended")
        assert await here.jobs.find(suspended) == ()
        assert await here.jobs.retry(suspended) == 0
        assert await here.jobs.delete(suspended) == 0
        assert await here.jobs.cancel(suspended) == 0
        assert await here.jobs.cancel(JobFilter(ids=(job.id,), state="available")) == 1
        assert await here.jobs.retry(JobFilter(state="cancelled")) == 1
        assert await here.jobs.delete(JobFilter(state="available")) == 1


async def test_the_table_of_oban_for_python_is_used_as_it_is(database: Database) -> None:
    await change(database, AS_OBAN_FOR_PYTHON)
    async with node(database, room(), WORKERS) as here:
        failing = Rehearsal.new(RehearsalArgs(outcome="crash"), max_attempts=1)
        job = await here.jobs.insert(failing)
        life = await eventually(
            lambda: here.jobs.life(job.id), lambda life: life and life.row.state == "discarded"
        )
        assert life is not None
        assert life.errors[0].error.endswith("RehearsalFailed: it was told to crash")
        assert (await here.jobs.health()).table == "Oban for Python"
        assert await here.jobs.delete(JobFilter(state="discarded")) == 1
