"""What is said between supervisors and those who ask for children.

A supervisor is an actor and an actor may ask for children, so both speak through this module:
`actors/` never imports `supervisors/`. Terms and defaults are OTP's (supervisor(3)), intensity as
in Elixir: 3 restarts in 5 seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Literal

from runtime.messages import Call

if TYPE_CHECKING:
    from runtime.actor import Actor
    from runtime.exits import ExitReason
    from runtime.ref import Ref


class Restart(Enum):
    """When a child that ended is started again."""

    PERMANENT = "permanent"
    """Always."""
    TRANSIENT = "transient"
    """Only after an abnormal end: not after normal or shutdown."""
    TEMPORARY = "temporary"
    """Never; its specification is forgotten."""


class Patience(Enum):
    """How a child is stopped, where it is not a number of seconds."""

    BRUTAL_KILL = "brutal_kill"
    """Kill at once."""
    INFINITY = "infinity"
    """Wait for as long as it takes; right for supervisors."""


class AutoShutdown(Enum):
    """When a supervisor ends because its `significant` children have ended by themselves."""

    NEVER = "never"
    """Significant children are refused."""
    ANY_SIGNIFICANT = "any_significant"
    """With the first of them."""
    ALL_SIGNIFICANT = "all_significant"
    """With the last of them; one that is being restarted has not ended."""


BRUTAL_KILL = Patience.BRUTAL_KILL
INFINITY = Patience.INFINITY


@dataclass(frozen=True, slots=True)
class Backoff:
    """Restart again and again, ever slower, without spending the supervisor's intensity.

    For children that depend on what may be away for long. The first restart after a healthy life
    comes at once, the second after about `initial_s`, then times `factor`, at most `maximum_s`;
    each delay is multiplied by a random number within `1 ± jitter`. A life of `healthy_after_s`
    forgets the past.
    """

    initial_s: float = 0.1
    factor: float = 2.0
    maximum_s: float = 30.0
    jitter: float = 0.2
    healthy_after_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """How one child is started, restarted and stopped."""

    id: str
    """Unique within its supervisor; the last part of the child's path."""
    start: "Callable[[], Actor]"
    """Makes a fresh actor for each incarnation."""
    restart: Restart = Restart.PERMANENT
    shutdown: float | Patience | None = None
    """Seconds from the shutdown signal to the kill, or a `Patience`. None: 5 s for workers,
    infinity for supervisors."""
    backoff: Backoff | None = None
    start_timeout_s: float | None = None
    """None waits for `init` as long as it takes."""
    significant: bool = False
    """Its end, when it is not to be restarted, counts towards the supervisor's `AutoShutdown`.
    Not for permanent children. Being stopped through the supervisor is not such an end."""


ChildState = Literal["running", "restarting", "stopped", "ignored"]


@dataclass(frozen=True, slots=True)
class Child:
    """One row of `WhichChildren`."""

    id: str
    ref: "Ref | None"
    state: ChildState
    kind: Literal["supervisor", "worker"]
    behaviour: str


@dataclass(frozen=True, slots=True)
class ChildCounts:
    """The answer to `CountChildren`."""

    specs: int
    active: int
    supervisors: int
    workers: int


@dataclass(frozen=True, slots=True)
class Started:
    """The child runs."""

    ref: "Ref"


@dataclass(frozen=True, slots=True)
class Ignored:
    """The child's init chose not to start."""


@dataclass(frozen=True, slots=True)
class Terminated:
    """The child is stopped; its spec is kept unless it was temporary."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The spec is forgotten."""


@dataclass(frozen=True, slots=True)
class ChildRefused:
    """The request does not fit the child's state.

    `cause` is one of already_started (with the `ref` of who has the name), already_present,
    running, restarting, not_found, max_children, bad_spec and bad_size (with the fault as
    `detail`). Refusals with the same cause and id are equal.
    """

    cause: str
    id: str
    ref: "Ref | None" = field(default=None, compare=False)
    detail: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ChildFailed:
    """The child did not start."""

    id: str
    reason: "ExitReason"


@dataclass(frozen=True, slots=True)
class StartChild(Call[Started | Ignored | ChildRefused | ChildFailed]):
    """Add a child and start it; returns when its init is done."""

    spec: ChildSpec


@dataclass(frozen=True, slots=True)
class TerminateChild(Call[Terminated | ChildRefused]):
    """Stop a child; it is not restarted.

    With a dynamic supervisor, `id` may be the ref of an incarnation: the living one, or the last
    of a child that is being restarted.
    """

    id: "str | Ref"


@dataclass(frozen=True, slots=True)
class RestartChild(Call[Started | Ignored | ChildRefused | ChildFailed]):
    """Start a stopped child again."""

    id: str


@dataclass(frozen=True, slots=True)
class DeleteChild(Call[Deleted | ChildRefused]):
    """Forget a stopped child."""

    id: str


@dataclass(frozen=True, slots=True)
class GetChildSpec(Call[ChildSpec | ChildRefused]):
    """The spec of a child, its `shutdown` made explicit. `id` as in `TerminateChild`.

    A temporary child's factory is forgotten once it runs, and what it held with it.
    """

    id: "str | Ref"


@dataclass(frozen=True, slots=True)
class WhichChild(Call[Child | ChildRefused]):
    """One row of `WhichChildren`. `id` as in `TerminateChild`."""

    id: "str | Ref"


@dataclass(frozen=True, slots=True)
class WhichChildren(Call[tuple[Child, ...]]):
    """The children in start order."""


@dataclass(frozen=True, slots=True)
class CountChildren(Call[ChildCounts]):
    """How many specs, running children, supervisors and workers."""
