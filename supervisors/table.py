"""The children of one supervisor, in start order: starting and stopping them, nothing of why."""

from collections.abc import Iterator, Mapping, Sequence

from runtime import (
    BRUTAL_KILL,
    SHUTDOWN,
    Actor,
    Child,
    ChildCounts,
    ChildFailed,
    ChildSpec,
    Crashed,
    ExitReason,
    Ignored,
    Patience,
    Ref,
    Started,
    StartError,
    StartFailed,
    StartIgnored,
)
from supervisors import report
from supervisors.child import SupervisedChild


class ChildTable:
    """What a supervisor knows of its children.

    `bare`: their paths carry no prefix. `extra_arguments` go to every factory.
    """

    def __init__(
        self,
        supervisor: Actor,
        *,
        bare: bool = False,
        extra_arguments: Mapping[str, object] | None = None,
    ) -> None:
        self._supervisor = supervisor
        self._bare = bare
        self._extra_arguments = extra_arguments
        self._rows: dict[str, SupervisedChild] = {}
        self._by_ref: dict[Ref, SupervisedChild] = {}
        """By each child's `last_ref`, so that a child being restarted can be found by it."""

    def __iter__(self) -> Iterator[SupervisedChild]:
        """The children in start order."""
        return iter(tuple(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, child_id: str) -> bool:
        return child_id in self._rows

    def get(self, child_id: str) -> SupervisedChild | None:
        """The child of that id."""
        return self._rows.get(child_id)

    def by_ref(self, ref: Ref) -> SupervisedChild | None:
        """The child of that incarnation, if it runs or is being restarted."""
        child = self._by_ref.get(ref)
        return child if child is not None and child.state in {"running", "restarting"} else None

    def add(self, spec: ChildSpec) -> SupervisedChild:
        """A new last row, not started."""
        path = spec.id if self._bare else f"{self._supervisor.path}/{spec.id}"
        child = self._rows[spec.id] = SupervisedChild(spec, path, self._extra_arguments)
        return child

    def forget(self, child: SupervisedChild) -> None:
        """Remove the row of a child that is down."""
        self._rows.pop(child.spec.id, None)
        if child.last_ref is not None:
            self._by_ref.pop(child.last_ref, None)

    def claim(self, ref: Ref) -> SupervisedChild | None:
        """Whose incarnation has just died; None for a stranger, or one that was stopped."""
        child = self._by_ref.get(ref)
        if child is None or child.ref is not ref:
            return None
        child.ref = None
        return child

    def rows(self) -> tuple[Child, ...]:
        """The answer to `WhichChildren`."""
        return tuple(child.row() for child in self._rows.values())

    def count(self) -> ChildCounts:
        """The answer to `CountChildren`."""
        children = self._rows.values()
        supervisors = sum(child.kind == "supervisor" for child in children)
        active = sum(child.ref is not None and child.ref.alive for child in children)
        return ChildCounts(len(children), active, supervisors, len(children) - supervisors)

    async def start(self, child: SupervisedChild) -> Started | Ignored | ChildFailed:
        """Start a child that is down and wait for its init."""
        supervisor = self._supervisor
        try:
            ref = await supervisor.system.start(
                child.start,
                name=child.path,
                parent=supervisor.ref,
                restarts=child.restarts,
                last_exit=child.last_exit,
                timeout_s=child.spec.start_timeout_s,
            )
        except StartIgnored:
            child.state = "ignored"
            return Ignored()
        except StartFailed as error:
            child.state = "stopped"
            return ChildFailed(child.spec.id, error.reason)
        except StartError as error:
            child.state = "stopped"
            return ChildFailed(child.spec.id, Crashed(error))
        if child.last_ref is not None:
            self._by_ref.pop(child.last_ref, None)
        self._by_ref[ref] = child
        child.started(ref, supervisor.clock.monotonic())
        return Started(ref)

    async def stop(self, children: Sequence[SupervisedChild]) -> None:
        """Tell all of `children` to stop, then wait for each for as long as its patience lasts.

        The links stay until the children are dead, so that killing the supervisor kills them too;
        the waiting is by `join`, so that a child which unlinked cannot hang it.
        """
        supervisor = self._supervisor
        told_s = supervisor.clock.monotonic()
        going: list[tuple[SupervisedChild, Ref]] = []
        for child in children:
            child.call_off()
            child.state = "stopped"
            ref, child.ref = child.ref, None
            if ref is None:
                continue
            going.append((child, ref))
            if child.shutdown is BRUTAL_KILL:
                ref.kill()
            else:
                ref.exit(SHUTDOWN, source=supervisor.ref)
        for child, ref in sorted(going, key=lambda pair: pair[0].patience_s):
            reason = await self._farewell(ref, child, told_s)
            child.ended(reason, supervisor.clock.monotonic())
            if not child.expects(reason):
                report.shutdown_failed(child.path, reason=reason)

    async def _farewell(self, ref: Ref, child: SupervisedChild, told_s: float) -> ExitReason:
        match child.shutdown:
            case Patience.BRUTAL_KILL | Patience.INFINITY:
                return await ref.join()
            case seconds:
                left_s = told_s + seconds - self._supervisor.clock.monotonic()
        try:
            return await ref.join(timeout_s=left_s)
        except TimeoutError:
            ref.kill()
            return await ref.join()
