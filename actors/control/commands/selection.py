"""Which jobs a command is about: filters, and what to say when nothing fits them."""

import difflib
from dataclasses import dataclass

from actors.control.commands.queues import no_queue
from actors.control.context import Context
from actors.control.refusal import ExitCode, Refusal
from actors.control.slots import option, whole
from actors.jobs import JOB_STATES, JobFilter, JobState

_MOST_ID = 2**63 - 1
"""What a `bigint` holds."""


def job_number(word: str) -> int:
    """Reads the number of a job."""
    try:
        return whole(1, _MOST_ID)(word)
    except ValueError:
        raise ValueError("must be the number of a job") from None


@dataclass(frozen=True, slots=True)
class Selected:
    """The filters that commands of many jobs take."""

    queue: str | None = option("of this queue", default=None, completes="queues")
    worker: str | None = option("of this worker", default=None, completes="workers")
    state: JobState | None = option(
        f"in this state: {', '.join(JOB_STATES)}", default=None, placeholder="STATE"
    )
    tag: str | None = option("with this tag", default=None)

    def filter(self, ids: tuple[int, ...] = ()) -> JobFilter:
        """What the room of jobs is asked for."""
        return JobFilter(
            ids=ids, queue=self.queue, worker=self.worker, state=self.state, tag=self.tag
        )


def no_job(*ids: int) -> Refusal:
    """What to say of numbers that no job has."""
    said = " and no ".join(f"job {each}" for each in ids)
    return Refusal("not_found", f"no {said}", exit_code=ExitCode.NOT_FOUND)


def no_worker(name: str, known: tuple[str, ...], said: str = "") -> Refusal:
    """What to say of a name that no worker has."""
    return Refusal(
        "not_found",
        f"no worker {name!r}{said}",
        exit_code=ExitCode.NOT_FOUND,
        nearest=tuple(difflib.get_close_matches(name, known, n=3, cutoff=0.4)),
        known=known,
    )


async def refuse_unknown_names(context: Context, wanted: JobFilter) -> None:
    """When nothing fits: say so if a name is the reason. Raises Refusal."""
    health = await context.ports.jobs.health()
    queues = tuple(queue.name for queue in health.queues)
    if wanted.queue is not None and wanted.queue not in queues:
        raise no_queue(wanted.queue, queues)
    workers = (*health.workers, *(each.worker for each in health.unknown_workers))
    if wanted.worker is not None and wanted.worker not in workers:
        raise no_worker(wanted.worker, workers)
