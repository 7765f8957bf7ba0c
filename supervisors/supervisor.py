"""A supervisor: starts its children in order, restarts them by its strategy, stops them in reverse.

Theory of operation (supervisor.erl). A child's death comes as `Exited`, since a supervisor traps
exits. What follows:

    restart type     after an abnormal end   after normal or shutdown
    permanent        restart                 restart
    transient        restart                 leave stopped, keep the spec
    temporary        forget                  forget

    strategy         who is stopped (last first) and started again (in order)
    one_for_one      the child
    rest_for_one     the child and those started after it
    one_for_all      all

Each restart spends the intensity; a failed attempt is tried again by a message to itself, so that
stop and other requests get in between, and spends it again. Spent: the supervisor stops its
children and exits with `shutdown`, and its own supervisor decides. A child with a `Backoff` waits
between attempts instead, and never spends the intensity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, assert_never

import structlog

from runtime import (
    SHUTDOWN,
    Actor,
    ActorSnapshot,
    Call,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    DeleteChild,
    Deleted,
    Exited,
    ExitReason,
    Ignored,
    Ref,
    Restart,
    RestartChild,
    RestartRecord,
    Sender,
    StartChild,
    Started,
    StartError,
    TerminateChild,
    Terminated,
    WhichChildren,
)
from supervisors.child import SupervisedChild, backoff_delay_s, fault_of
from supervisors.intensity import Intensity
from supervisors.table import ChildTable

log = structlog.get_logger("supervisor")

DEFAULT_INTENSITY = 3
DEFAULT_PERIOD_S = 5


class Strategy(Enum):
    """Who is restarted with a child that ended."""

    ONE_FOR_ONE = "one_for_one"
    ONE_FOR_ALL = "one_for_all"
    REST_FOR_ONE = "rest_for_one"


@dataclass(frozen=True, slots=True)
class TryRestart:
    """A note to itself: the restart of this child is due."""

    id: str
    cause: str
    attempt: int
    """Of the child; a note from an earlier attempt is stale."""


class ChildStartFailed(StartError):
    """A child did not start while its supervisor did; those started before it were stopped."""

    def __init__(self, path: str, reason: ExitReason) -> None:
        super().__init__(f"failed to start child {path} ({reason})")
        self.path = path
        self.reason = reason


class Supervisor(Actor):
    """Supervises the children of a table."""

    kind = "supervisor"
    trap_exit = True

    def __init__(
        self,
        children: Sequence[ChildSpec] = (),
        *,
        strategy: Strategy = Strategy.ONE_FOR_ONE,
        intensity: int = DEFAULT_INTENSITY,
        period_s: int = DEFAULT_PERIOD_S,
        names_children_bare: bool = False,
    ) -> None:
        """`names_children_bare` is for the root: its children's paths carry no prefix."""
        self.strategy = strategy
        self.intensity = Intensity(intensity, period_s)
        self._specs = tuple(children)
        self._table = ChildTable(self, bare=names_children_bare)

    async def init(self) -> None:
        """Start the children in order. On a failure, stop those started, last first, and raise."""
        for spec in self._specs:
            if spec.id in self._table:
                raise ValueError(f"two children of {self.path} are called {spec.id!r}")
            fault = fault_of(spec)
            if fault is not None:
                raise ValueError(f"child {spec.id!r} of {self.path}: {fault}")
            self._table.add(spec)
        for child in self._table:
            match await self._table.start(child):
                case ChildFailed(reason=reason):
                    await self._stop_all()
                    raise ChildStartFailed(child.path, reason)
                case Ignored():
                    self._forget_temporary(child)
                case Started():
                    continue
                case _ as never:
                    assert_never(never)

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Answer the requests of `runtime.children`."""
        match request:
            case StartChild(spec=spec):
                return await self.add_child(spec)
            case TerminateChild(id=child_id):
                return await self._terminate_child(child_id)
            case RestartChild(id=child_id):
                return await self._restart_child(child_id)
            case DeleteChild(id=child_id):
                return self._delete_child(child_id)
            case WhichChildren():
                return self._table.rows()
            case CountChildren():
                return self._table.count()
            case _:
                return self.unhandled(request)

    async def handle_info(self, message: object) -> object:
        """Take a child's exit, or the note that a restart is due."""
        match message:
            case Exited(ref=ref, reason=reason):
                child = self._table.claim(ref)
                if child is not None:
                    await self._ended(child, reason)
                return None
            case TryRestart(id=child_id, cause=cause, attempt=attempt):
                child = self._table.get(child_id)
                if child is not None and child.awaits(attempt):
                    child.call_off()
                    await self._restart(child, cause)
                return None
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Stop the children, last first."""
        await self._stop_all()

    # What others see.

    def children(self) -> Sequence[Ref | ActorSnapshot]:
        """See `Actor.children`."""
        return tuple(
            child.ref if child.ref is not None and child.ref.alive else child.absence()
            for child in self._table
        )

    def strategy_label(self) -> str:
        """See `Actor.strategy_label`."""
        return self.strategy.value

    def intensity_label(self) -> str:
        """See `Actor.intensity_label`."""
        spent = self.intensity.spent(self.clock.monotonic())
        return f"{spent}/{self.intensity.allowed} in {self.intensity.period_s} s"

    def _forget_temporary(self, child: SupervisedChild) -> None:
        if child.spec.restart is Restart.TEMPORARY:
            self._table.forget(child)

    def _leave_stopped(self, child: SupervisedChild) -> None:
        """A child that is down and not to be restarted keeps its spec unless it was temporary."""
        self._forget_temporary(child)

    # Admin requests.

    async def add_child(self, spec: ChildSpec) -> Started | Ignored | ChildRefused | ChildFailed:
        """Start one child more; on failure its spec is not kept."""
        present = self._table.get(spec.id)
        if present is not None:
            cause = "already_present" if present.ref is None else "already_started"
            return ChildRefused(cause, spec.id)
        fault = fault_of(spec)
        if fault is not None:
            log.warning("child.refused", actor=self.path, child=spec.id, reason=fault)
            return ChildRefused("bad_spec", spec.id)
        child = self._table.add(spec)
        outcome = await self._table.start(child)
        match outcome:
            case ChildFailed():
                self._table.forget(child)
            case Ignored():
                self._leave_stopped(child)
            case Started():
                return outcome
            case _ as never:
                assert_never(never)
        return outcome

    async def _terminate_child(self, child_id: str) -> Terminated | ChildRefused:
        child = self._table.get(child_id)
        if child is None:
            return ChildRefused("not_found", child_id)
        awaited = child.due
        await self._table.stop((child,))
        child.attempt = 0
        if awaited:
            self._hand_on(child)
        self._leave_stopped(child)
        return Terminated()

    async def _restart_child(self, child_id: str) -> Started | Ignored | ChildRefused | ChildFailed:
        child = self._table.get(child_id)
        if child is None:
            return ChildRefused("not_found", child_id)
        match child.state:
            case "running" | "restarting":
                return ChildRefused(child.state, child_id)
            case "stopped" | "ignored":
                return await self._table.start(child)
            case _ as never:
                assert_never(never)

    def _delete_child(self, child_id: str) -> Deleted | ChildRefused:
        child = self._table.get(child_id)
        if child is None:
            return ChildRefused("not_found", child_id)
        match child.state:
            case "running" | "restarting":
                return ChildRefused(child.state, child_id)
            case "stopped" | "ignored":
                self._table.forget(child)
                return Deleted()
            case _ as never:
                assert_never(never)

    # Stopping and restarting.

    async def _stop_all(self) -> None:
        for child in reversed(tuple(self._table)):
            await self._table.stop((child,))

    async def _ended(self, child: SupervisedChild, reason: ExitReason) -> None:
        child.ended(reason, self.clock.monotonic())
        if child.wants_restart(reason):
            child.attempt += 1
            await self._schedule(child, str(reason))
        else:
            child.state = "stopped"
            self._leave_stopped(child)

    async def _schedule(self, child: SupervisedChild, cause: str) -> None:
        """Restart a child now, or later if its back-off says so; give up if it is too much."""
        child.state = "restarting"
        backoff = child.spec.backoff
        note = TryRestart(child.spec.id, cause, child.attempt)
        if backoff is None and not self.intensity.spend(self.clock.monotonic()):
            self._give_up(child, cause)
        elif child.attempt == 1:
            await self._restart(child, cause)
        elif backoff is None:
            child.due = True
            self.ref.send(note)
        else:
            await self._stop_bystanders(child)
            delay_s = backoff_delay_s(backoff, child.attempt, self.random)
            child.due = True
            child.timer = self.send_after(delay_s, note)

    def _give_up(self, child: SupervisedChild, cause: str) -> None:
        log.error(
            "supervisor.gave_up",
            actor=self.path,
            child=child.spec.id,
            reason=cause,
            intensity=self.intensity_label(),
        )
        child.state = "stopped"
        self.stop(SHUTDOWN)

    def _hand_on(self, child: SupervisedChild) -> None:
        """`child` will not come back: restart those who waited for it, from the first on."""
        for other in self._with_bystanders(child):
            if other.state == "restarting":
                other.due = True
                other.attempt = max(1, other.attempt)
                cause = f"{child.spec.id} was terminated"
                self.ref.send(TryRestart(other.spec.id, cause, other.attempt))
                return

    def _with_bystanders(self, child: SupervisedChild) -> list[SupervisedChild]:
        """The child and those its strategy restarts with it, in start order."""
        if self.strategy is Strategy.ONE_FOR_ONE:
            return [child]
        rows = list(self._table)
        return rows if self.strategy is Strategy.ONE_FOR_ALL else rows[rows.index(child) :]

    async def _stop_bystanders(self, child: SupervisedChild) -> list[SupervisedChild]:
        """Stop those that go down with `child`, last first; returns who is to be started.

        A child that was stopped or ignored before stays so, other than in OTP: what an
        administrator stopped is not brought back by a neighbour's crash.
        """
        affected = self._with_bystanders(child)
        for other in reversed(affected):
            if other is child or other.state in {"stopped", "ignored"}:
                continue
            await self._table.stop((other,))
            other.state = "restarting"
            self._forget_temporary(other)
        return [
            other
            for other in affected
            if other.state == "restarting" and other.spec.restart is not Restart.TEMPORARY
        ]

    async def _restart(self, child: SupervisedChild, cause: str) -> None:
        """Stop the strategy's siblings, then start them and the child again, in order.

        If one does not start, it becomes the one to retry, and those after it wait for it.
        """
        for other in await self._stop_bystanders(child):
            why = cause if other is child else f"restarted with {child.spec.id} ({cause})"
            other.restarts += 1
            outcome = await self._table.start(other)
            failed = isinstance(outcome, ChildFailed)
            self._record(other, why, recovered=not failed)
            if isinstance(outcome, ChildFailed):
                other.last_exit = str(outcome.reason)
                other.attempt = max(1, other.attempt) + 1
                await self._schedule(other, f"start failed ({outcome.reason})")
                return
            if other.spec.backoff is None:
                other.attempt = 0
            if isinstance(outcome, Ignored):
                self._leave_stopped(other)

    def _record(self, child: SupervisedChild, cause: str, *, recovered: bool) -> None:
        now_s = self.clock.monotonic()
        self.system.telemetry.restarted(
            RestartRecord(
                path=child.path,
                at=self.clock.now(),
                reason=cause,
                attempt=max(1, child.attempt),
                recovered_after_s=now_s - child.died_s if recovered else None,
            )
        )
