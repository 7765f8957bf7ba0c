"""One child as its supervisor keeps it: the spec, the incarnation, and the past."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Literal

from runtime import (
    BRUTAL_KILL,
    INFINITY,
    Actor,
    ActorFactory,
    ActorSnapshot,
    AutoShutdown,
    Backoff,
    Child,
    ChildSpec,
    ExitReason,
    Killed,
    Patience,
    Ref,
    Restart,
    Shutdown,
    Timer,
    is_orderly,
)
from runtime.children import ChildState

DEFAULT_SHUTDOWN_S = 5.0

_PERMANENT, _TRANSIENT, _TEMPORARY = Restart


def backoff_delay_s(backoff: Backoff, attempt: int, random: Random) -> float:
    """Seconds to wait before restart number `attempt` in a row; the first comes at once."""
    if attempt <= 1:
        return 0.0
    delay_s = min(backoff.maximum_s, backoff.initial_s * backoff.factor ** min(attempt - 2, 64))
    return delay_s * random.uniform(1.0 - backoff.jitter, 1.0 + backoff.jitter)


def fault_of(spec: ChildSpec, auto_shutdown: AutoShutdown = AutoShutdown.NEVER) -> str | None:
    """What is wrong with a spec, as far as it can be seen before the child is started.

    Source: supervisor.erl, check_childspec/2.
    """
    fault = _type_fault(spec.id, spec.start, spec.restart, spec.shutdown, spec.start_timeout_s)
    if fault is not None:
        return fault
    if not spec.id:
        return "the id is empty"
    if isinstance(spec.shutdown, int | float) and not spec.shutdown >= 0.0:
        return f"shutdown of {spec.shutdown:g} s"
    if spec.start_timeout_s is not None and not spec.start_timeout_s > 0.0:
        return f"start_timeout_s of {spec.start_timeout_s:g}"
    if spec.significant and auto_shutdown is AutoShutdown.NEVER:
        return "it is significant, and auto_shutdown is never"
    if spec.significant and spec.restart is _PERMANENT:
        return "it is significant and permanent"
    return None


def _type_fault(
    child_id: object, start: object, restart: object, shutdown: object, start_timeout_s: object
) -> str | None:
    """A spec may come from code that no type checker has seen, and must not end a supervisor."""
    if not isinstance(child_id, str):
        return f"id {child_id!r} is no text"
    if not callable(start):
        return f"start {start!r} is no factory"
    if not isinstance(restart, Restart):
        return f"restart {restart!r} is no Restart"
    if not isinstance(shutdown, Patience | int | float | None):
        return f"shutdown {shutdown!r} is no time"
    if not isinstance(start_timeout_s, int | float | None):
        return f"start_timeout_s {start_timeout_s!r} is no time"
    return None


def _behaviour_class(start: object) -> type:
    """The class a factory makes, as far as the factory tells before it ran."""
    while isinstance(start, partial):
        start = start.func  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
    return start if isinstance(start, type) else type(start)


def _forgotten() -> Actor:
    """In place of a temporary child's factory, which may hold much and is not needed again."""
    raise LookupError("a temporary child is started only once")


class SupervisedChild:
    """A row in a supervisor's table."""

    def __init__(
        self, spec: ChildSpec, path: str, extra_arguments: Mapping[str, object] | None = None
    ) -> None:
        self.path = path
        self.start: ActorFactory = (
            partial(spec.start, **extra_arguments) if extra_arguments else spec.start
        )
        self.ref: Ref | None = None
        """The living incarnation."""
        self.last_ref: Ref | None = None
        """The living incarnation, or the one before."""
        self.state: ChildState = "stopped"
        self.restarts = 0
        self.last_exit: str | None = None
        self.attempt = 0
        """Restarts in a row without a healthy life between them."""
        self.born_s = 0.0
        self.died_s = 0.0
        self.timer: Timer | None = None
        self.due = False
        """A restart of its own is on the way; others restarting wait for such a one."""
        behaviour = _behaviour_class(spec.start)
        self.kind: Literal["supervisor", "worker"] = getattr(behaviour, "kind", "worker")
        self.behaviour = f"{behaviour.__module__}.{behaviour.__qualname__}"
        self.spec = replace(spec, start=_forgotten) if spec.restart is _TEMPORARY else spec

    @property
    def shutdown(self) -> float | Patience:
        """The spec's patience, or OTP's default for the kind of child."""
        if self.spec.shutdown is not None:
            return self.spec.shutdown
        return INFINITY if self.kind == "supervisor" else DEFAULT_SHUTDOWN_S

    @property
    def patience_s(self) -> float:
        """Seconds from the shutdown signal to the kill."""
        match self.shutdown:
            case Patience.BRUTAL_KILL:
                return 0.0
            case Patience.INFINITY:
                return math.inf
            case seconds:
                return seconds

    def expects(self, reason: ExitReason) -> bool:
        """Whether a child that was stopped should have ended so (supervisor.erl, shutdown/1)."""
        match reason:
            case Shutdown(detail=None):
                return self.shutdown is not BRUTAL_KILL or self.spec.restart is not _PERMANENT
            case Killed():
                return self.shutdown is BRUTAL_KILL
            case _:
                return is_orderly(reason) and self.spec.restart is not _PERMANENT

    def started(self, ref: Ref, now_s: float) -> None:
        """A new incarnation lives."""
        self.ref = self.last_ref = ref
        self.state = "running"
        self.born_s = now_s
        if self.spec.restart is _TEMPORARY:
            self.start = _forgotten

    def ended(self, reason: ExitReason, now_s: float) -> str:
        """The incarnation died of `reason`. Returns it as people read it."""
        self.ref = None
        self.last_exit = cause = str(reason)
        self.died_s = now_s
        backoff = self.spec.backoff
        if backoff is not None and now_s - self.born_s >= backoff.healthy_after_s:
            self.attempt = 0
        return cause

    def wants_restart(self, reason: ExitReason) -> bool:
        """Whether the restart type asks for a successor."""
        restart = self.spec.restart
        return restart is _PERMANENT or (restart is _TRANSIENT and not is_orderly(reason))

    def awaits(self, attempt: int) -> bool:
        """Whether that restart is the one this child waits for."""
        return self.state == "restarting" and self.attempt == attempt

    def call_off(self) -> None:
        """Forget a restart that is still to come."""
        self.due = False
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def full_spec(self) -> ChildSpec:
        """What `GetChildSpec` answers: the spec with its default made explicit."""
        return replace(self.spec, shutdown=self.shutdown)

    def row(self) -> Child:
        """What `WhichChildren` shows."""
        return Child(self.spec.id, self.ref, self.state, self.kind, self.behaviour)

    def absence(self) -> ActorSnapshot:
        """The place in the tree of a child that does not run."""
        return ActorSnapshot(
            path=self.path,
            name=self.spec.id,
            kind=self.kind,
            behaviour=self.behaviour,
            state="backing_off" if self.state == "restarting" else "stopped",
            mailbox=0,
            oldest_s=None,
            mailbox_peak=0,
            mailbox_capacity=0,
            messages=0,
            unhandled=0,
            dropped=0,
            restarts=self.restarts,
            last_exit=self.last_exit,
            started_at=datetime.min.replace(tzinfo=UTC),
            uptime_s=0.0,
            strategy=None,
            intensity=None,
            facts=(),
        )
