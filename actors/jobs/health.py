"""The room as pages and commands read it: frozen, plain, complete."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RoomState = Literal["starting", "up", "degraded", "refused"]
QueueState = Literal["running", "paused", "degraded", "draining"]
JobState = Literal[
    "available",
    "suspended",
    "scheduled",
    "executing",
    "retryable",
    "completed",
    "discarded",
    "cancelled",
]
JOB_STATES: tuple[JobState, ...] = (
    "available",
    "suspended",
    "scheduled",
    "executing",
    "retryable",
    "completed",
    "discarded",
    "cancelled",
)
"""In the order of Oban's enumeration."""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many jobs of a queue are in one state, on all nodes."""

    state: JobState
    jobs: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Percentiles since this node started the queue."""

    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that this node performs now."""

    id: int
    worker: str
    attempt: int
    running_s: float
    executor: str
    """The path of the actor that performs it."""


@dataclass(frozen=True, slots=True)
class LocalQueue:
    """A queue as this node's producer sees it, from memory alone."""

    state: QueueState
    why: str | None
    """When degraded: why, and what happens next."""
    limit: int
    """Jobs at once on this node."""
    running: tuple[RunningJob, ...]
    """At most 100, the longest first."""
    running_count: int
    unacknowledged: int
    """Results that wait to be written."""
    finished: int
    """Jobs that ended here since the start, whatever their outcome."""
    failed: int
    """Of these: retried or discarded."""
    finished_per_s: float
    """Mean over the last 5 s."""
    failed_per_s: float
    wait: Timing
    """From due to begun."""
    run: Timing
    rate_history: tuple[float, ...]
    """Finished per second, one value per 5 s, oldest first, at most 60."""


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """One queue: what the table holds, and what this node does."""

    name: str
    paused: bool
    """On all nodes."""
    counts: tuple[StateCount, ...]
    """Of all states, in their order; as old as `JobsHealth.counted_at`."""
    oldest_s: float | None
    """How long the oldest available job has been due."""
    global_limit: int | None
    rate: str | None
    """`100 in 60 s`."""
    key: str | None
    """`worker: 2 at once`."""
    here: LocalQueue | None
    """None: this node does not run it."""

    def count(self, state: JobState) -> int:
        """Jobs in one state."""
        return next((each.jobs for each in self.counts if each.state == state), 0)


@dataclass(frozen=True, slots=True)
class NodeHealth:
    """A daemon that runs jobs of this table."""

    id: str
    node: str
    host: str
    pid: int
    started_at: datetime
    seen_s: float
    """Since its last heartbeat."""
    executing: int
    here: bool
    """Whether it is this one."""
    leases: tuple[str, ...]
    """What only it does now: `scheduler`, `pruner`."""


@dataclass(frozen=True, slots=True)
class ClockHealth:
    """One entry of the clock."""

    name: str
    expression: str
    zone: str
    worker: str
    queue: str
    missed_policy: Literal["run", "skip"]
    next_at: datetime | None
    """None: never again."""
    fired_at: datetime | None
    job_id: int | None
    """The last firing's."""
    missed: int
    missed_at: datetime | None
    why: str | None
    """What is wrong with it: its worker is not known here."""


@dataclass(frozen=True, slots=True)
class UnknownWorker:
    """Available jobs that nobody here can perform."""

    worker: str
    queue: str
    jobs: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class JobsHealth:
    """The whole room at one moment."""

    taken_at: datetime
    state: RoomState
    why: str | None
    node: str
    table: str
    """`Oban 15`, `Oban for Python`; empty while it is not known."""
    counted_at: datetime | None
    queues: tuple[QueueHealth, ...]
    nodes: tuple[NodeHealth, ...]
    clock: tuple[ClockHealth, ...]
    unknown_workers: tuple[UnknownWorker, ...]
    workers: tuple[str, ...]
    """Names of the workers that this node has."""
    dead_after_s: float
    """A node that was silent for longer is taken for dead."""


@dataclass(frozen=True, slots=True)
class JobError:
    """One failed attempt."""

    attempt: int
    at: str
    """As Oban writes it, ISO 8601."""
    error: str
    """The reason, or a trace of many lines."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in a list."""

    id: int
    state: JobState
    queue: str
    worker: str
    attempt: int
    max_attempts: int
    priority: int
    tags: tuple[str, ...]
    inserted_at: datetime
    scheduled_at: datetime
    ended_at: datetime | None
    """Completed, cancelled or discarded."""
    progress: Progress | None
    last_error: str | None
    """The last line of the last error."""


@dataclass(frozen=True, slots=True)
class JobLife:
    """Everything about one job."""

    row: JobRow
    args: str
    """JSON, indented."""
    meta: str
    """JSON, indented."""
    errors: tuple[JobError, ...]
    attempted_by: tuple[str, ...]
    """Node, and the life of it."""
    attempted_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    discarded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs: those that all of the given criteria fit."""

    ids: tuple[int, ...] = ()
    queue: str | None = None
    worker: str | None = None
    state: JobState | None = None
    tag: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it fits every job of the table."""
        return not (self.ids or self.queue or self.worker or self.state or self.tag)
