"""Oban for Python as the other program on the table: it does what each line of its input says.

    python oban_peer.py URL

Runs in an environment of its own; each line in and each line out is a JSON object.
"""

import asyncio
import json
import sys
from typing import Any

from oban import Cancel, Oban, Snooze, worker
from oban.job import Job
from oban.schema import install
from psycopg_pool import AsyncConnectionPool


@worker(queue="theirs", max_attempts=3)
class Peer:
    """Performs what the daemon inserts."""

    async def process(self, job: Job) -> Any:
        match job.args.get("end"):
            case "crash":
                raise LookupError("nobody expected that")
            case "cancel":
                return Cancel("not wanted")
            case "snooze" if not job.meta.get("snoozed"):
                return Snooze(1)
            case _:
                return None

    def backoff(self, job: Job) -> int:
        return 0


def _row(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": str(job.state),
        "attempt": job.attempt,
        "errors": job.errors,
        "args": job.args,
        "queue": job.queue,
        "worker": job.worker,
        "tags": job.tags,
        "priority": job.priority,
        "attempted_by": job.attempted_by,
    }


async def _answer(oban: Oban, words: dict[str, Any]) -> dict[str, Any]:
    match words.pop("do"):
        case "insert":
            return {"id": (await oban.enqueue(Job(**words))).id}
        case "look":
            job = await oban.get_job(words["id"])
            return {"job": None if job is None else _row(job)}
        case "pause":
            await oban.pause_queue(words["queue"])
        case "resume":
            await oban.resume_queue(words["queue"])
        case "cancel":
            await oban.cancel_job(words["id"])
        case "retry":
            await oban.retry_job(words["id"])
        case "queue":
            found = oban.check_queue(words["queue"])
            return {"paused": found is not None and found.paused}
        case unknown:
            return {"error": f"cannot {unknown}"}
    return {}


async def _hears(oban: Oban) -> None:
    """Wait until it listens: its start does not, and what is said before is not heard."""
    await oban._notifier.listen("signal", lambda *_: None, wait=True)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def main(url: str) -> None:
    """Serve until the input ends."""
    async with AsyncConnectionPool(url, open=False) as pool:
        await install(pool)
        oban = Oban(
            pool=pool, node="peer", queues={"theirs": 5, "shared": 1}, stager={"interval": 0.1}
        )
        async with oban:
            await _hears(oban)
            _say({"worker": f"{Peer.__module__}.Peer"})
            while line := await asyncio.to_thread(sys.stdin.readline):
                _say(await _answer(oban, json.loads(line)))


asyncio.run(main(sys.argv[1]))
