"""Tasks: work beside the one that asks for it, awaited when its value is needed.

Elixir's `Task`, for handlers that are `async def` and for coroutines outside actors:

    task = await async_task(self.system, partial(fetch, url))
    ...
    page = await task.result(timeout_s=2.0)

`async_task` links the task to its owner: who dies takes the other along. A coroutine outside actors
has no exit signals; there the owner hears of the task's death by awaiting it, and its own end, of
whatever kind, stops the task. `Tasks` starts tasks under a supervisor, linked or not.

Plain actors, which cannot await, have `Actor.start_task` and hear `TaskDone` or `TaskFailed`.
"""

import asyncio
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Generic

from runtime.children import Patience
from runtime.errand import Died, Done, Errand, Value, Work
from runtime.exits import KILLED, SHUTDOWN, ActorError, CallError, Crashed, ExitReason
from runtime.owner import Owner, current_owner
from runtime.process import Process
from runtime.ref import DEFAULT_TIMEOUT_S, Ref

if TYPE_CHECKING:
    from runtime.system import System


class TaskTimeout(CallError):
    """No value in time. The task goes on if nobody stops it; its late value is dropped."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__(path, f"task {path} has not ended within {timeout_s:g} s")
        self.timeout_s = timeout_s


class TaskDied(CallError):
    """The task ended without a value. What it raised, if it did, is the cause."""

    def __init__(self, path: str, reason: ExitReason) -> None:
        super().__init__(path, f"task {path} died ({reason})")
        self.reason = reason
        self.__cause__ = reason.error if isinstance(reason, Crashed) else None


class NotOwner(ActorError):
    """Only who started a task may await it, look at it or end it."""

    def __init__(self, path: str, owner: str) -> None:
        super().__init__(f"task {path} belongs to {owner}")
        self.path = path
        self.owner = owner


class TaskSpent(ActorError):
    """The task's outcome was taken, or given up by a timeout, before."""

    def __init__(self, path: str) -> None:
        super().__init__(f"the outcome of task {path} was taken or given up")
        self.path = path


class Task(Errand[Value], Generic[Value]):
    """A task as its owner sees it. One outcome, taken once.

    `callers` says on whose behalf it runs, nearest first; `number` is unique in its system.
    """

    __slots__ = ("_linked", "_outcome", "_spent", "_waits", "owner")

    def __init__(self, system: "System", owner: Owner, *, linked: bool) -> None:
        super().__init__(system, owner)
        self.owner = owner
        self._linked = linked
        self._outcome: Done[Value] | Died[None] | None = None
        self._spent = False
        self._waits: list[_Wait] = []

    @property
    def path(self) -> str:
        """The path of the task's actor."""
        return f"#{self.number}" if self.ref is None else self.ref.path

    # For the owner.

    async def result(self, *, timeout_s: float | None = DEFAULT_TIMEOUT_S) -> Value:
        """Wait for the value. `await task` is the same with the default timeout.

        Raises TaskDied, and TaskTimeout after `timeout_s` (None: never), which gives the outcome
        up: a late value is dropped, and waiting again raises TaskSpent. A cancelled wait gives
        nothing up. Raises NotOwner for anybody else.
        """
        match await self._wait(timeout_s):
            case Done(value=value):
                return value
            case Died(reason=reason):
                raise TaskDied(self.path, reason)
            case None:
                self._spent = True
                raise TaskTimeout(self.path, timeout_s or 0.0)

    def __await__(self) -> Generator[Any, None, Value]:
        return self.result().__await__()

    async def yield_for(
        self, timeout_s: float | None = DEFAULT_TIMEOUT_S
    ) -> Done[Value] | Died[None] | None:
        """Wait for the outcome; None if there is none within `timeout_s`, and one may ask again.

        0 looks without waiting. Raises NotOwner, and TaskSpent once an outcome was taken.
        """
        return await self._wait(timeout_s)

    async def shutdown(
        self, patience: float | Patience = DEFAULT_TIMEOUT_S
    ) -> Done[Value] | Died[None] | None:
        """End the task and wait until it has ended; its outcome if it had one by then.

        None when it ended as it was told to. It is unlinked, then sent `shutdown`, and killed after
        so many seconds; BRUTAL_KILL kills at once. As everywhere, a kill waits for the `finally`
        of what it cancels, for 5 s at most. Raises NotOwner and TaskSpent.
        """
        self._check()
        expected: ExitReason | None = None
        if self._outcome is None:
            self._unlink()
            expected = await self._end(patience)
        outcome, self._spent = self._outcome, True
        return None if isinstance(outcome, Died) and outcome.reason == expected else outcome

    def ignore(self) -> Done[Value] | Died[None] | None:
        """Unlink the task and let it go on; its outcome if it has one already.

        Raises NotOwner and TaskSpent.
        """
        self._check()
        self._unlink()
        self._spent = True
        return self._outcome

    # For the task's actor.

    def attach(self, ref: Ref) -> bool:
        """See `Errand.attach`. The link is there before the work begins."""
        wanted = super().attach(ref)
        if wanted and self._linked:
            other = self.owner.ref
            if other is None:
                self.owner.watch(self._owner_ended)
            else:
                assert isinstance(ref, Process)
                ref.link(other)
        return wanted

    def deliver(self, value: Value) -> None:
        """See `Errand.deliver`. Unlinks, so that an owner that traps exits gets no news of it."""
        super().deliver(value)
        self._unlink()

    def ended(self, outcome: Done[Value] | Died[None]) -> None:
        """See `Errand.ended`."""
        if self.owner.ref is None:
            self.owner.unwatch(self._owner_ended)
        if not self._spent:
            self._outcome = outcome
        for wait in self._waits:
            wait.end()

    # Private.

    def _check(self) -> None:
        if not self.owner.is_current():
            raise NotOwner(self.path, self.owner.path)
        if self._spent:
            raise TaskSpent(self.path)

    async def _wait(self, timeout_s: float | None) -> Done[Value] | Died[None] | None:
        self._check()
        if self._outcome is None and (timeout_s is None or timeout_s > 0.0):
            wait = _Wait(self.system.loop)
            self._waits.append(wait)
            if timeout_s is not None:
                self.system.deadlines.watch(wait, timeout_s)
            try:
                await wait.future
            finally:
                self._waits.remove(wait)
            self._check()  # another coroutine of the owner's may have been faster
        self._spent = self._outcome is not None
        return self._outcome

    async def _end(self, patience: float | Patience) -> ExitReason:
        """Returns the reason of a task that obeyed."""
        ref = self.ref
        assert ref is not None
        match patience:
            case Patience.BRUTAL_KILL:
                ref.kill()
                await ref.join()
                return KILLED
            case Patience.INFINITY:
                ref.exit(SHUTDOWN)
                await ref.join()
            case seconds:
                ref.exit(SHUTDOWN)
                try:
                    await ref.join(timeout_s=seconds)
                except TimeoutError:
                    ref.kill()
                    await ref.join()
        return SHUTDOWN

    def _unlink(self) -> None:
        if self._linked and isinstance(self.ref, Process):
            self._linked = False
            if self.owner.ref is None:
                self.owner.unwatch(self._owner_ended)
            else:
                self.ref.unlink(self.owner.ref)

    def _owner_ended(self, _: object) -> None:
        assert self.ref is not None
        self.ref.exit(SHUTDOWN)


class _Wait:
    """One wait for an outcome, as `Deadlines` sees it too."""

    __slots__ = ("future",)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.future: asyncio.Future[None] = loop.create_future()

    @property
    def settled(self) -> bool:
        """Whether the wait is over."""
        return self.future.done()

    def expire(self, timeout_s: float) -> None:
        """Time is up."""
        self.end()

    def end(self) -> None:
        """Wake who waits."""
        if not self.future.done():
            self.future.set_result(None)


async def async_task(system: "System", work: Work[Value]) -> Task[Value]:
    """Start a task that is linked to who asks. Returns when it exists; it runs from then on.

    Raises StartFailed when the system is closing, NotRunning when the asking actor is ending.
    """
    task = Task[Value](system, current_owner(), linked=True)
    await task.begin(system.start(task.factory(work), parent=task.owner.ref))
    return task
