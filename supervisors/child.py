"""One child as its supervisor keeps it: the spec, the incarnation, and the past."""

import math
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Literal, assert_never

from runtime import (
    BRUTAL_KILL,
    INFINITY,
    ActorSnapshot,
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

_PERMANENT = Restart.PERMANENT


def backoff_delay_s(backoff: Backoff, attempt: int, random: Random) -> float:
    """Seconds to wait before restart number `attempt` in a row; the first comes at once."""
    if attempt <= 1:
        return 0.0
    delay_s = min(backoff.maximum_s, backoff.initial_s * backoff.factor ** min(attempt - 2, 64))
    return delay_s * random.uniform(1.0 - backoff.jitter, 1.0 + backoff.jitter)


def fault_of(spec: ChildSpec) -> str | None:
    """What is wrong with a spec, as far as it can be seen before the child is started."""
    if not spec.id:
        return "the id is empty"
    if isinstance(spec.shutdown, float | int) and spec.shutdown < 0.0:
        return f"shutdown of {spec.shutdown:g} s"
    if spec.start_timeout_s is not None and spec.start_timeout_s <= 0.0:
        return f"start_timeout_s of {spec.start_timeout_s:g}"
    return None


class SupervisedChild:
    """A row in a supervisor's table."""

    def __init__(self, spec: ChildSpec, path: str) -> None:
        self.spec = spec
        self.path = path
        self.ref: Ref | None = None
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
        behaviour = self._behaviour_class()
        self.kind: Literal["supervisor", "worker"] = getattr(behaviour, "kind", "worker")
        self.behaviour = f"{behaviour.__module__}.{behaviour.__qualname__}"

    def _behaviour_class(self) -> type:
        """The class the factory makes, as far as the factory tells before it ran."""
        start: object = self.spec.start
        while isinstance(start, partial):
            start = start.func  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        return start if isinstance(start, type) else type(start)

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
        self.ref = ref
        self.state = "running"
        self.born_s = now_s

    def ended(self, reason: ExitReason, now_s: float) -> None:
        """The incarnation died of `reason`."""
        self.ref = None
        self.last_exit = str(reason)
        self.died_s = now_s
        backoff = self.spec.backoff
        if backoff is not None and now_s - self.born_s >= backoff.healthy_after_s:
            self.attempt = 0

    def wants_restart(self, reason: ExitReason) -> bool:
        """Whether the restart type asks for a successor."""
        match self.spec.restart:
            case Restart.PERMANENT:
                return True
            case Restart.TRANSIENT:
                return not is_orderly(reason)
            case Restart.TEMPORARY:
                return False
            case _ as never:
                assert_never(never)

    def awaits(self, attempt: int) -> bool:
        """Whether that restart is the one this child waits for."""
        return self.state == "restarting" and self.attempt == attempt

    def call_off(self) -> None:
        """Forget a restart that is still to come."""
        self.due = False
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

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
