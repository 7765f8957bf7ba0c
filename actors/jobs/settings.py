"""What the configuration says of the room: queues, the clock, the nodes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Missed = Literal["run", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """One queue as this node runs it."""

    name: str
    limit: int = 10
    """Jobs at once on this node."""
    global_limit: int | None = None
    """Jobs at once on all nodes together."""
    rate: int | None = None
    """Jobs begun in `rate_period_s`, on all nodes together: a token bucket of that size."""
    rate_period_s: float = 60.0
    key: str | None = None
    """`worker`, or a key of the arguments: the limits below count for each of its values."""
    key_limit: int | None = None
    key_rate: int | None = None
    """In `rate_period_s`, like `rate`."""
    timeout_s: float | None = None
    """How long a job may take whose worker does not say; None: as long as it wants."""
    paused: bool = False
    """Whether it starts paused when nobody has said otherwise at run time."""

    @property
    def path(self) -> str:
        """Of the queue's supervisor."""
        return f"jobs/queues/{self.name}"

    @property
    def limited(self) -> bool:
        """Whether claims have to look at what other nodes do."""
        return any((self.global_limit, self.rate, self.key_limit, self.key_rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSettings:
    """One entry of the clock (cron)."""

    name: str
    expression: str
    """`0 3 * * mon-fri`, or `@daily`."""
    zone: str = "UTC"
    """An IANA name."""
    worker: str
    args: bytes = b"{}"
    queue: str | None = None
    """None: the worker's."""
    missed: Missed = "run"
    """A firing that came while nobody ran: once, when somebody does, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsSettings:
    """The room."""

    queues: Mapping[str, QueueSettings]
    clock: tuple[ClockSettings, ...] = ()
    poll_s: float = 5.0
    """How often a queue looks without being told to."""
    stage_s: float = 1.0
    """How often jobs that have become due are made available, at the least."""
    heartbeat_s: float = 1.0
    dead_after_s: float = 5.0
    """A node that was not heard of for so long is dead: its jobs are taken over."""
    lease_s: float = 3.0
    """How long a singleton's lease holds without being renewed."""
    ack_every_s: float = 0.05
    ack_batch: int = 500
    claim_at_most: int = 500
    completed_kept_s: float = 86_400.0
    cancelled_kept_s: float = 7 * 86_400.0
    discarded_kept_s: float = 30 * 86_400.0
    """Dead jobs are kept longest: somebody has to look at them."""
    prune_every_s: float = 30.0
    prune_at_once: int = 2_000
    drain_s: float = 15.0
    """How long running jobs may take when the daemon stops."""
