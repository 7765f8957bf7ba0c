"""The children of one supervisor, in start order: starting and stopping them, nothing of why."""

from collections.abc import Iterator, Sequence

import structlog

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
from supervisors.child import SupervisedChild

log = structlog.get_logger("supervisor")


class ChildTable:
    """What a supervisor knows of its children. `bare`: their paths carry no prefix."""

    def __init__(self, supervisor: Actor, *, bare: bool = False) -> None:
        self._supervisor = supervisor
        self._bare = bare
        self._rows: dict[str, SupervisedChild] = {}
        self._living: dict[Ref, SupervisedChild] = {}

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

    def add(self, spec: ChildSpec) -> SupervisedChild:
        """A new last row, not started."""
        path = spec.id if self._bare else f"{self._supervisor.path}/{spec.id}"
        child = self._rows[spec.id] = SupervisedChild(spec, path)
        return child

    def forget(self, child: SupervisedChild) -> None:
        """Remove the row of a child that is down."""
        self._rows.pop(child.spec.id, None)

    def claim(self, ref: Ref) -> SupervisedChild | None:
        """Whose incarnation has just died; None for a stranger, or one that was stopped."""
        return self._living.pop(ref, None)

    def rows(self) -> tuple[Child, ...]:
        """The answer to `WhichChildren`."""
        return tuple(child.row() for child in self._rows.values())

    def count(self) -> ChildCounts:
        """The answer to `CountChildren`."""
        supervisors = sum(child.kind == "supervisor" for child in self._rows.values())
        specs = len(self._rows)
        return ChildCounts(specs, len(self._living), supervisors, specs - supervisors)

    async def start(self, child: SupervisedChild) -> Started | Ignored | ChildFailed:
        """Start a child that is down and wait for its init."""
        supervisor = self._supervisor
        try:
            ref = await supervisor.system.start(
                child.spec.start,
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
        child.started(ref, supervisor.clock.monotonic())
        self._living[ref] = child
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
            del self._living[ref]
            going.append((child, ref))
            if child.shutdown is BRUTAL_KILL:
                ref.kill()
            else:
                ref.exit(SHUTDOWN, source=supervisor.ref)
        for child, ref in sorted(going, key=lambda pair: pair[0].patience_s):
            reason = await self._farewell(ref, child, told_s)
            child.ended(reason, supervisor.clock.monotonic())
            if not child.expects(reason):
                log.warning("child.shutdown_failed", actor=child.path, reason=str(reason))

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
