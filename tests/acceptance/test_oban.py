"""Oban for Python on the same table: each inserts what the other runs, and reads how it ended."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.jobs import Done, Job, JobFilter, NewJob, Outcome, QueueSettings, Worker, Workers
from store import Database, Query
from tests.support.epp_bench import eventually
from tests.support.job_workers import Teller, Told, open_book
from tests.support.jobs_room import Node, local, node, room

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-oban" / "bin" / "python"
PEER = Path(__file__).with_name("oban_peer.py")
DROP = Query(
    "test/drop",
    "DROP TABLE oban_jobs, oban_peers CASCADE",
)
DROP_STATE = Query("test/drop_state", "DROP TYPE oban_job_state")


class Shared(Worker[dict[str, Any]]):
    """Is known to both by the name that Oban gives its own."""

    name = "__main__.Peer"

    async def perform(self, job: Job[dict[str, Any]]) -> Outcome:
        return Done()


class Oban:
    """The other program."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [str(PYTHON), str(PEER), url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.worker: str = json.loads(self._process.stdout.readline())["worker"]

    async def do(self, **words: object) -> dict[str, Any]:
        """Have it do something; what it says."""
        return await asyncio.to_thread(self._do, words)

    def _do(self, words: dict[str, object]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    async def look(self, job_id: int) -> dict[str, Any]:
        """A job as it reads it."""
        job: dict[str, Any] = (await self.do(do="look", id=job_id))["job"]
        return job

    def stop(self) -> None:
        """Let it end."""
        self._process.communicate(timeout=30)


@pytest.fixture(params=["made by us", "made by Oban for Python"])
async def table(request: pytest.FixtureRequest, database: Database) -> None:
    if request.param != "made by us":
        await database.execute(DROP)
        await database.execute(DROP_STATE)


@pytest.fixture
def oban(table: None, database_url: str) -> Iterator[Oban]:
    if not PYTHON.exists():
        pytest.skip("there is no environment with Oban for Python (it wants Python 3.12)")
    oban = Oban(database_url)
    yield oban
    oban.stop()


@pytest.fixture
async def here(oban: Oban, database: Database) -> AsyncIterator[Node]:
    open_book()
    queues = (QueueSettings(name="default", limit=3), QueueSettings(name="shared", limit=3))
    async with node(database, room(*queues), Workers((Teller, Shared))) as here:
        yield here


async def seen_by(oban: Oban, job_id: int, state: str) -> dict[str, Any]:
    return await eventually(lambda: oban.look(job_id), lambda job: job["state"] == state)


async def test_we_run_what_oban_inserts(oban: Oban, here: Node) -> None:
    told = {"worker": "test.Teller", "queue": "default", "tags": ["x"], "priority": 2}
    good = (await oban.do(do="insert", args={"number": 1}, **told))["id"]
    job = await seen_by(oban, good, "completed")
    assert (job["attempt"], job["errors"], job["attempted_by"][0]) == (1, [], "node-1")
    bad = (await oban.do(do="insert", args={"end": "crash"}, max_attempts=2, **told))["id"]
    job = await seen_by(oban, bad, "discarded")
    assert [error["attempt"] for error in job["errors"]] == [1, 2]
    assert "LookupError: nobody expected that" in job["errors"][1]["error"]
    cancelled = (await oban.do(do="insert", args={"end": "cancel"}, **told))["id"]
    assert (await seen_by(oban, cancelled, "cancelled"))["errors"][0]["error"] == "not wanted"


async def test_oban_runs_what_we_insert(oban: Oban, here: Node) -> None:
    async def run(end: str, state: str) -> int:
        job = NewJob(
            worker=oban.worker, queue="theirs", args=b'{"end": "%s"}' % end.encode(), max_attempts=2
        )
        job_id = (await here.jobs.insert(job)).id
        await eventually(
            lambda: here.jobs.life(job_id), lambda life: life and life.row.state == state
        )
        return job_id

    life = await here.jobs.life(await run("done", "completed"))
    assert life is not None
    assert life.attempted_by[0] == "peer"
    life = await here.jobs.life(await run("crash", "discarded"))
    assert life is not None
    assert [error.attempt for error in life.errors] == [1, 2]
    assert "nobody expected that" in life.errors[0].error
    await run("cancel", "cancelled")
    await run("snooze", "completed")


async def test_either_pauses_a_queue_for_both(oban: Oban, here: Node) -> None:
    async def theirs() -> bool:
        return bool((await oban.do(do="queue", queue="shared"))["paused"])

    async def ours() -> bool:
        health = await here.jobs.health()
        return next(each.paused for each in health.queues if each.name == "shared")

    await here.jobs.pause("shared")
    await eventually(theirs, bool)
    await here.jobs.resume("shared")
    await eventually(theirs, lambda paused: not paused)
    await oban.do(do="pause", queue="shared")
    await eventually(ours, bool)
    waiting = (await here.jobs.insert(Shared.new({}, queue="shared"))).id
    assert (await oban.look(waiting))["state"] == "available"
    await oban.do(do="resume", queue="shared")
    await seen_by(oban, waiting, "completed")
    await eventually(ours, lambda paused: not paused)


async def test_either_retries_and_deletes_what_the_other_left(oban: Oban, here: Node) -> None:
    job = Teller.new(Told(end="discard"))
    job_id = (await here.jobs.insert(job)).id
    await seen_by(oban, job_id, "discarded")
    await oban.do(do="retry", id=job_id)
    again = await eventually(lambda: oban.look(job_id), lambda job: len(job["errors"]) == 2)
    assert again["attempt"] == 2
    assert await here.jobs.delete(JobFilter(ids=(job_id,))) in {0, 1}
    assert local(await here.jobs.health()).state == "running"
