"""A supervisor: starts its children in order, restarts them by its strategy, stops them in reverse.

Theory of operation (supervisor.erl). A child's death comes as `Exited`, since a supervisor traps
exits. What follows is in `supervisors.recovery`; in short:

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

A supervisor with `auto_shutdown` ends, with `shutdown` too, when any or all of its `significant`
children have ended by themselves and are not to be restarted.
"""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from runtime import (
    ActorSnapshot,
    AlreadyStarted,
    AutoShutdown,
    Call,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    Crashed,
    DeleteChild,
    Deleted,
    Exited,
    ExitReason,
    GetChildSpec,
    Ignored,
    Mark,
    Ref,
    RestartChild,
    Sender,
    StartChild,
    Started,
    StartError,
    TerminateChild,
    Terminated,
    WhichChild,
    WhichChildren,
)
from supervisors import report
from supervisors.child import SupervisedChild, fault_of
from supervisors.intensity import Intensity
from supervisors.recovery import Recovering, TryRestart
from supervisors.strategy import Strategy
from supervisors.table import ChildTable

DEFAULT_INTENSITY = 3
DEFAULT_PERIOD_S = 5


class ChildStartFailed(StartError):
    """A child did not start while its supervisor did; those started before it were stopped."""

    def __init__(self, path: str, reason: ExitReason) -> None:
        super().__init__(f"failed to start child {path} ({reason})")
        self.path = path
        self.reason = reason


class Supervisor(Recovering):
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
        auto_shutdown: AutoShutdown = AutoShutdown.NEVER,
        names_children_bare: bool = False,
        extra_arguments: Mapping[str, object] | None = None,
    ) -> None:
        """`names_children_bare` is for the root: its children's paths carry no prefix.

        `extra_arguments` are given by name to every child's factory, at each start.
        Raises ValueError for an intensity or a period that makes no sense.
        """
        super().__init__(
            ChildTable(self, bare=names_children_bare, extra_arguments=extra_arguments),
            strategy=strategy,
            intensity=Intensity(intensity, period_s),
            auto_shutdown=auto_shutdown,
        )
        self._specs = tuple(children)

    async def init(self) -> Mark | None:
        """Start the children in order. On a failure, stop those started, last first, and raise.

        Raises ValueError for a bad spec, before any child is started; ChildStartFailed.
        """
        for spec in self._specs:
            fault = fault_of(spec, self.auto_shutdown)
            if fault is not None:
                raise ValueError(f"child {spec.id!r} of {self.path}: {fault}")
            if spec.id in self._table:
                raise ValueError(f"two children of {self.path} are called {spec.id!r}")
            self._table.add(spec)
        for child in self._table:
            match await self._table.start(child):
                case ChildFailed(reason=reason):
                    report.start_failed(child.path, reason=reason, attempt=0)
                    await self._stop_all()
                    raise ChildStartFailed(child.path, reason)
                case Ignored():
                    self._forget_temporary(child)
                case Started():
                    continue
                case _ as never:
                    assert_never(never)
        return None

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Answer the requests of `runtime.children`."""
        match request:
            case StartChild(spec=spec):
                return await self.add_child(spec)
            case TerminateChild(id=key):
                return await self._terminate_child(key)
            case RestartChild(id=child_id):
                return await self._restart_child(child_id)
            case DeleteChild(id=child_id):
                return self._delete_child(child_id)
            case GetChildSpec(id=key):
                child = self._find(key)
                return _not_found(key) if child is None else child.full_spec()
            case WhichChild(id=key):
                child = self._find(key)
                return _not_found(key) if child is None else child.row()
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
            case TryRestart():
                return await self._retry(message)
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Stop the children, last first."""
        await self._stop_all()

    async def _stop_all(self) -> None:
        for child in reversed(tuple(self._table)):
            await self._table.stop((child,))

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

    # Admin requests.

    async def add_child(self, spec: ChildSpec) -> Started | Ignored | ChildRefused | ChildFailed:
        """Start one child more; on failure its spec is not kept."""
        fault = fault_of(spec, self.auto_shutdown)
        if fault is not None:
            report.refused(self.path, spec.id, fault=fault)
            return ChildRefused("bad_spec", spec.id, detail=fault)
        present = self._table.get(spec.id)
        if present is not None:
            cause = "already_present" if present.ref is None else "already_started"
            return ChildRefused(cause, spec.id, ref=present.ref)
        child = self._table.add(spec)
        outcome = await self._table.start(child)
        match outcome:
            case ChildFailed(reason=Crashed(error=AlreadyStarted(path=path))) if path == child.path:
                self._table.forget(child)
                return ChildRefused("already_started", spec.id, ref=self.system.whereis(path))
            case ChildFailed():
                self._table.forget(child)
            case Ignored():
                self._leave_stopped(child)
            case Started():
                return outcome
            case _ as never:
                assert_never(never)
        return outcome

    async def _terminate_child(self, key: str | Ref) -> Terminated | ChildRefused:
        child = self._find(key)
        if child is None:
            return _not_found(key)
        awaited = child.due
        await self._table.stop((child,))
        child.attempt = 0
        if awaited:
            self._hand_on(child)
        self._leave_stopped(child)
        return Terminated()

    async def _restart_child(self, child_id: str) -> Started | Ignored | ChildRefused | ChildFailed:
        child = self._down(child_id)
        return child if isinstance(child, ChildRefused) else await self._table.start(child)

    def _delete_child(self, child_id: str) -> Deleted | ChildRefused:
        child = self._down(child_id)
        if isinstance(child, ChildRefused):
            return child
        self._table.forget(child)
        return Deleted()

    def _find(self, key: str | Ref) -> SupervisedChild | None:
        """The child a request speaks of; here children are known by their ids alone."""
        return self._table.get(key) if isinstance(key, str) else None

    def _down(self, child_id: str) -> SupervisedChild | ChildRefused:
        """The child of that id if it is down and stays so, or why not."""
        child = self._table.get(child_id)
        if child is None:
            return _not_found(child_id)
        match child.state:
            case "running" | "restarting":
                return ChildRefused(child.state, child_id, ref=child.ref)
            case "stopped" | "ignored":
                return child
            case _ as never:
                assert_never(never)


def _not_found(key: str | Ref) -> ChildRefused:
    return ChildRefused("not_found", key if isinstance(key, str) else key.path)
