"""Tasks under a supervisor: what a task supervisor does for those who bring it work.

    senders = Tasks(self.system, "newsletter/senders")
    task = await senders.async_nolink(partial(send, mail))
    await senders.start_child(sweep)

A task under a supervisor is seen in its tree, counted against its `max_children`, and stopped with
it. The supervisor is `supervisors.TaskSupervisor`, or any other that takes `StartChild`; a path or
a `Via` finds it again after its own restart.
"""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from runtime.children import (
    ChildCounts,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    Ignored,
    Patience,
    Restart,
    StartChild,
    Started,
    TerminateChild,
    Terminated,
    WhichChildren,
)
from runtime.errand import Errand, TaskActor, Value, Work
from runtime.exits import StartError, StartFailed, StartIgnored
from runtime.owner import current_owner
from runtime.ref import Ref
from runtime.task import Task
from runtime.task_stream import StreamOptions, TaskStream
from runtime.via import Address, Via

if TYPE_CHECKING:
    from runtime.system import System

Item = TypeVar("Item")


class TaskRefused(StartError):
    """The supervisor takes no more tasks: `cause` is `max_children`, or as in `ChildRefused`."""

    def __init__(self, supervisor: str, cause: str) -> None:
        super().__init__(f"{supervisor} refused a task ({cause})")
        self.supervisor = supervisor
        self.cause = cause


class Tasks:
    """The face of one task supervisor. `shutdown` as in `ChildSpec`: 5 s unless given.

    What starts a task raises TaskRefused, StartFailed, and NotRunning or CallTimeout when the
    supervisor does not answer; nothing runs then, or is killed as soon as it starts.
    """

    def __init__(self, system: "System", supervisor: Address | str) -> None:
        self._system = system
        self._supervisor = (
            Via.path(system, supervisor) if isinstance(supervisor, str) else supervisor
        )

    @property
    def label(self) -> str:
        """The supervisor's path, or what else it is found by."""
        found = self._supervisor
        return found.label if isinstance(found, Via) else found.path

    async def async_task(
        self, work: Work[Value], *, shutdown: float | Patience | None = None
    ) -> Task[Value]:
        """Start a task that is linked to who asks: see `runtime.async_task`."""
        return await self._start_task(work, shutdown, linked=True)

    async def async_nolink(
        self, work: Work[Value], *, shutdown: float | Patience | None = None
    ) -> Task[Value]:
        """Start a task whose death does not take its owner along, nor the other way round."""
        return await self._start_task(work, shutdown, linked=False)

    async def start_child(
        self,
        work: Work[object],
        *,
        restart: Restart = Restart.TEMPORARY,
        shutdown: float | Patience | None = None,
    ) -> Ref:
        """Start work whose value nobody waits for; `restart` says when it is done anew."""
        number = self._system.next_serial()
        actor = partial(TaskActor, work, current_owner().callers())
        return await self._start(
            ChildSpec(id=str(number), start=actor, restart=restart, shutdown=shutdown)
        )

    def async_stream(
        self,
        items: Iterable[Item] | AsyncIterable[Item],
        function: Callable[[Item], Awaitable[Value]],
        **options: Unpack[StreamOptions],
    ) -> TaskStream[Item, Value]:
        """`runtime.async_stream` with its tasks under this supervisor."""
        start = self._start_errand
        return TaskStream(self._system, start, items, function, linked=True, options=options)

    def async_stream_nolink(
        self,
        items: Iterable[Item] | AsyncIterable[Item],
        function: Callable[[Item], Awaitable[Value]],
        **options: Unpack[StreamOptions],
    ) -> TaskStream[Item, Value]:
        """The same; a task that dies is `Died` to every kind of consumer and harms none."""
        start = self._start_errand
        return TaskStream(self._system, start, items, function, linked=False, options=options)

    async def terminate_child(self, task: Ref) -> Terminated | ChildRefused:
        """Stop a task of this supervisor and wait for its end, whatever its restart type."""
        for child in await self._supervisor.call(WhichChildren()):
            if child.ref is task:
                return await self._supervisor.call(TerminateChild(child.id))
        return ChildRefused("not_found", task.path)

    async def children(self) -> tuple[Ref, ...]:
        """The tasks that run, in the order of their start."""
        rows = await self._supervisor.call(WhichChildren())
        return tuple(child.ref for child in rows if child.ref is not None)

    async def count(self) -> ChildCounts:
        """How many there are."""
        return await self._supervisor.call(CountChildren())

    async def _start_task(
        self, work: Work[Value], shutdown: float | Patience | None, *, linked: bool
    ) -> Task[Value]:
        task = Task[Value](self._system, current_owner(), linked=linked)
        await task.begin(self._start_errand(task, work, shutdown))
        return task

    async def _start_errand(
        self, errand: Errand[Any], work: Work[Any], shutdown: float | Patience | None = None
    ) -> None:
        await self._start(
            ChildSpec(
                id=str(errand.number),
                start=errand.factory(work),
                restart=Restart.TEMPORARY,
                shutdown=shutdown,
            )
        )

    async def _start(self, spec: ChildSpec) -> Ref:
        match await self._supervisor.call(StartChild(spec)):
            case Started(ref=ref):
                return ref
            case ChildRefused(cause=cause):
                raise TaskRefused(self.label, cause)
            case ChildFailed(reason=reason):
                raise StartFailed(f"{self.label}/{spec.id}", reason)
            case Ignored():
                raise StartIgnored(f"{self.label}/{spec.id}")
