"""What the commands `queue …` and `job …` say; see `actors.control.events`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec

from actors.control.refusal import ExitCode
from actors.jobs import JobLife, JobRow, JobsHealth, JobState, Progress, QueueHealth


@dataclass(frozen=True, slots=True)
class QueuesShown:
    """The queues, and how the room stands."""

    health: JobsHealth
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        health = self.health
        return {
            "state": health.state,
            "why": health.why,
            "node": health.node,
            "table": health.table,
            "counted_at": msgspec.to_builtins(health.counted_at),
            "queues": [queue_document(queue) for queue in health.queues],
        }


def queue_document(queue: QueueHealth) -> dict[str, object]:
    """One queue in one line's worth of facts."""
    here = queue.here
    return {
        "queue": queue.name,
        "state": queue_state(queue),
        "why": None if here is None else here.why,
        "running": None if here is None else here.running_count,
        "limit": None if here is None else here.limit,
        "waiting": queue.count("available"),
        "oldest_s": queue.oldest_s,
        "rate": None if here is None else here.finished_per_s,
        "finished": None if here is None else here.finished,
        "failed": None if here is None else here.failed,
        "paused": queue.paused,
        "counts": {each.state: each.jobs for each in queue.counts},
    }


def queue_state(queue: QueueHealth) -> str:
    """What this node does with it; `not_here` when it does not run it."""
    return "not_here" if queue.here is None else queue.here.state


@dataclass(frozen=True, slots=True)
class QueueShown:
    """Everything about one queue."""

    queue: QueueHealth
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        queue = self.queue
        limits = {"global_limit": queue.global_limit, "rate_limit": queue.rate, "key": queue.key}
        return {
            **queue_document(queue),
            **limits,
            "here": None if queue.here is None else msgspec.to_builtins(queue.here),
        }


@dataclass(frozen=True, slots=True)
class JobsListed:
    """Jobs, the newest first."""

    rows: tuple[JobRow, ...]
    more: bool = False
    """Whether others fit that are older than these."""
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"jobs": msgspec.to_builtins(self.rows), "more": self.more}


@dataclass(frozen=True, slots=True)
class JobShown:
    """The whole life of one job. Its arguments are said here and nowhere else."""

    life: JobLife
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        document = cast("dict[str, object]", msgspec.to_builtins(self.life))
        row = cast("dict[str, object]", document.pop("row"))
        values = {"args": _decoded(self.life.args), "meta": _decoded(self.life.meta)}
        return {**row, **document, **values}


def _decoded(text: str) -> Any:
    """The value of a JSON text; the text itself where a number in it is too large for us."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


@dataclass(frozen=True, slots=True)
class JobProgressed:
    """How far a job has come; the last of them tells how it ended."""

    at: datetime
    id: int
    state: JobState
    attempt: int
    max_attempts: int
    progress: Progress | None
    last_error: str | None
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        document = cast("dict[str, object]", msgspec.to_builtins(self))
        del document["exit_code"]
        return document


@dataclass(frozen=True, slots=True)
class JobOutOfSight:
    """A watched job cannot be seen now; it is looked for again."""

    at: datetime
    id: int
    why: str
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"at": msgspec.to_builtins(self.at), "id": self.id, "waits_for": self.why}
