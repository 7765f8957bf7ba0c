"""What the actors of the room say to each other, and what may be said to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from actors.jobs.health import LocalQueue, RoomState, UnknownWorker
from actors.jobs.job import Claimed
from actors.jobs.outcomes import Outcome
from runtime import Call, Ref

LIFELINE = "jobs/lifeline"
SURVEYOR = "jobs/surveyor"


@dataclass(frozen=True, slots=True)
class Life:
    """One life of this node, as the table knows it: the second and first part of attempted_by."""

    id: str
    node: str


@dataclass(frozen=True, slots=True)
class RoomStanding:
    """How the room as a whole is."""

    life: Life
    state: RoomState
    why: str | None
    table: str


@dataclass(frozen=True, slots=True)
class Standing(Call[RoomStanding]):
    """Asks the lifeline how the room is, and who we are."""


@dataclass(frozen=True, slots=True)
class Wake:
    """There may be something to do: look now."""


@dataclass(frozen=True, slots=True)
class PauseQueue:
    """Begin no more jobs, or begin them again; from the table's own word."""

    paused: bool


@dataclass(frozen=True, slots=True)
class ScaleQueue:
    """So many jobs at once on this node; None: what the configuration says."""

    limit: int | None


@dataclass(frozen=True, slots=True)
class StopJob:
    """A job was cancelled in the table; who performs it stops."""

    id: int


@dataclass(frozen=True, slots=True)
class Perform:
    """Perform a job."""

    job: Claimed


@dataclass(frozen=True, slots=True)
class Performed:
    """An executor is through with a job, and free."""

    id: int
    outcome: Outcome
    executor: Ref


@dataclass(frozen=True, slots=True)
class ProgressMade:
    """A running job says how far it is."""

    id: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class LookAtQueue(Call[LocalQueue]):
    """Asks a producer for its figures."""


@dataclass(frozen=True, slots=True)
class DrainQueue(Call[int]):
    """Begin no more jobs and wait for those that run; the rest go back. How many went back."""

    within_s: float


@dataclass(frozen=True, slots=True)
class TableSeen:
    """What the table said when it was last read."""

    at: datetime | None = None
    """When jobs were counted."""
    why: str | None = None
    """Why this is old: the table cannot be read now."""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """Jobs by queue and state."""
    unknown: tuple[UnknownWorker, ...] = ()
    paused: Mapping[str, bool] = field(default_factory=dict[str, bool])
    """What was said of queues at run time."""
    oldest: Mapping[str, float | None] = field(default_factory=dict[str, float | None])
    """By queue, how long its oldest available job has been due, in seconds."""
    nodes: tuple[asyncpg.Record, ...] = ()
    clock: Mapping[str, asyncpg.Record] = field(default_factory=dict[str, asyncpg.Record])
    """How far each entry of the clock has come."""


@dataclass(frozen=True, slots=True)
class LookAtTable(Call[TableSeen]):
    """Read the table; when it does not answer soon, say what was seen before and why it is old."""
