"""What may be seen of an actor from outside: frozen values, cheap to take, safe to keep.

Pages and control commands read these and nothing else; looking never slows the work (DESIGN.md,
rule 5). All durations are monotonic seconds; `_at` values are aware UTC datetimes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ActorKind = Literal["supervisor", "worker"]
ActorState = Literal[
    "starting", "idle", "ready", "running", "waiting", "suspended", "backing_off", "stopped", "dead"
]


@dataclass(frozen=True, slots=True)
class RestartRecord:
    """One restart, or one failed attempt at it, and why the predecessor ended."""

    path: str
    at: datetime
    reason: str
    """One line: the exit reason as people read it, e.g. `link_lost: peer closed`."""
    attempt: int
    """1 for the first restart after a healthy life; grows while attempts keep failing."""
    recovered_after_s: float | None
    """From the death to the successor's finished init; None while it is not back."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """How often the actors of one path held the loop longer than 50 ms."""

    times: int
    total_s: float
    longest_s: float
    function: str | None
    """Where the latest was seen, `module:function:line`; None where it could not be."""


@dataclass(frozen=True, slots=True)
class ActorSnapshot:
    """One actor as it stood when the snapshot was taken."""

    path: str
    """The registered name, `epp/verisign/pool`; unnamed actors get `<parent>/#<serial>`."""
    name: str
    """The last part of the path."""
    kind: ActorKind
    behaviour: str
    """The class, `actors.epp.connection.Connection`."""
    state: ActorState
    mailbox: int
    oldest_s: float | None
    """Seconds that the oldest message has waited, at most; None where nothing waits."""
    mailbox_peak: int
    mailbox_capacity: int
    messages: int
    """Messages handled since this incarnation started."""
    unhandled: int
    dropped: int
    restarts: int
    """Restarts since the parent started."""
    last_exit: str | None
    """Why the predecessor ended; None for a first incarnation."""
    started_at: datetime
    uptime_s: float
    strategy: str | None
    """For supervisors: one_for_one, one_for_all, rest_for_one or dynamic."""
    intensity: str | None
    """For supervisors: restarts in the window against the allowance, `1/3 in 5 s`."""
    facts: tuple[tuple[str, str], ...]
    """What the actor itself says of its state, secrets hidden: ordered key and value."""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """An actor and, for supervisors, its children in start order."""

    actor: ActorSnapshot
    children: tuple["TreeNode", ...] = ()
