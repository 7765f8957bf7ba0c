"""The kept Task of an actor with `async def` handlers, and how a handler gets into it.

A coroutine's first step is taken at once, on the run queue's time or in the turn of an inline
caller, but *as* the actor's own Task: `current_task`, `asyncio.timeout` and task groups see the
Task they would see inside it (a coroutine stepped without one breaks all three; guide:
runtime.md 1b). A handler that never has to wait is done by then, without a turn of the loop. One
that has to wait is handed to the Task, which awaits the rest of it. This is what Python 3.12's
eager tasks do at their start, done for each message of one kept Task.

    a coroutine    has no need to wait → its value, at once
                   has to wait         → PARKED; the Task awaits the rest and tells the process

A kill cancels the handler that is being awaited and waits for it to end, so that a successor never
runs beside its predecessor's `finally`. A handler that swallows the cancellation gets
`KILL_GRACE_S`; then the actor is dead without it.
"""

import asyncio
from asyncio import current_task
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Coroutine, Generator
from enum import Enum
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, Literal

from runtime.clock import Cancellable
from runtime.exits import ExitReason, StartError
from runtime.mailbox import Info, Mailbox, Resume, Sender, Stop
from runtime.state import DYING, RUNNING

if TYPE_CHECKING:
    from runtime.process import Process

KILL_GRACE_S = 5.0
"""How long a cancelled handler may take to end."""


class Parking(Enum):
    """Whether a coroutine has been handed to the Task."""

    PARKED = "parked"


PARKED: Final[Literal[Parking.PARKED]] = Parking.PARKED


class Ending:
    """Stands for `terminate`; the actor dies of `reason` after it."""

    __slots__ = ("reason",)

    def __init__(self, reason: ExitReason) -> None:
        self.reason = reason


class Rest:
    """What is left of a coroutine after its first step, to be awaited by the Task."""

    __slots__ = ("_interruption", "_yielded", "coroutine")

    def __init__(self, coroutine: Coroutine[Any, Any, object], yielded: Any) -> None:
        self.coroutine = coroutine
        self._yielded = yielded
        self._interruption: BaseException | None = None

    def interrupt(self, error: asyncio.CancelledError) -> None:
        """The Task was cancelled before it came to await this: pass that on, as a Task does.

        What the coroutine waits for is cancelled; what cannot be any more is interrupted itself.
        """
        if self._yielded is None or not self._yielded.cancel():
            self._interruption = error

    def __await__(self) -> Generator[Any, Any, object]:
        error = self._interruption
        while True:
            if error is not None:
                try:
                    self._yielded = self.coroutine.throw(error)
                except StopIteration as stop:
                    return stop.value
                error = None
            try:
                yield self._yielded
            except BaseException as thrown:  # noqa: BLE001 - the Task's, for the coroutine
                error = thrown
            else:
                return (yield from self.coroutine.__await__())


class Service:
    """One process's Task, and what it is doing."""

    __slots__ = (
        "_begun",
        "_doomed",
        "_entry",
        "_grace",
        "_parked",
        "_process",
        "_rest",
        "_retired",
        "_started",
        "_wakeup",
        "task",
    )

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._begun = self._doomed = self._retired = False
        self._entry: Sender | None = None
        """Whose call is being answered, if any; one that was answered already does no harm."""
        self._parked: object = None
        self._rest: Rest | None = None
        self._grace: Cancellable | None = None
        self._wakeup: asyncio.Future[None] | None = None
        self._started: asyncio.Future[None] | None = None
        self.task = process.system.loop.create_task(
            self._live(), name=process.path, context=process.own_context()
        )
        self.task.add_done_callback(self._ended)

    def step(self, coroutine: Coroutine[Any, Any, object], entry: object) -> object:
        """Take the first step of a handler of `entry`: its value, or PARKED.

        To be called in the process's own context. Raises what the coroutine raises.
        """
        task = self.task
        loop = self._process.system.loop
        visitor = current_task(loop)
        if visitor is not task:
            if visitor is not None:
                _leave_task(loop, visitor)
            _enter_task(loop, task)
        try:
            yielded = coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        finally:
            if visitor is not task:
                _leave_task(loop, task)
                if visitor is not None:
                    _enter_task(loop, visitor)
        self._rest = Rest(coroutine, yielded)
        self._parked = entry
        if isinstance(entry, Sender):
            self._entry = entry
        if self._wakeup is not None and not self._wakeup.done():
            self._wakeup.set_result(None)
        if self._process._state == DYING:
            self._interrupt()
        return PARKED

    async def started(self) -> None:
        """Wait for a parked `init`. Raises StartFailed or StartIgnored; the name is free then."""
        self._started = self._process.system.loop.create_future()
        await self._started

    def settle_start(self, error: StartError | None) -> None:
        """`init` is done, or there will be no life after it."""
        started = self._started
        if started is None or started.done():
            return
        if error is None:
            started.set_result(None)
        else:
            started.set_exception(error)
            started.exception()  # a starter that was cancelled never asks

    def cancel(self) -> None:
        """Cancel the handler that runs; the process is DYING until it has ended."""
        self._grace = self._process.system.clock.call_later(KILL_GRACE_S, self._abandon)
        if self._rest is not None:
            self._interrupt()

    def close(self, refusal: StartError, reason: ExitReason) -> None:
        """The process is dead: fail who waits for this Task, and end it if it goes on."""
        if self._grace is not None:
            self._grace.cancel()
        if self._entry is not None:
            self._entry.exited(reason)
        self.settle_start(refusal)
        self.retire()

    def retire(self) -> None:
        """End the Task: it is not needed any more."""
        self._retired = True
        if self.task is not current_task():
            self.task.cancel()

    def _interrupt(self) -> None:
        if self._begun:
            self.task.cancel()
        else:
            self._doomed = True  # a Task cancelled before it began would never await the rest

    def _abandon(self) -> None:
        process = self._process
        process.system.telemetry.ignored_cancellation(process)
        process.die_as_told()

    async def handle_batch(
        self, mailbox: Mailbox, batch: int
    ) -> tuple[BaseException, object] | None:
        """Handle up to `batch` messages, one after the other.

        Returns what a handler raised, and on which entry. Ends early when the state changes.
        """
        process = self._process
        actor = process.actor
        entry: Any = None  # of the kinds told apart below; a cast() a message would cost a tenth
        result: Any
        try:
            for _ in range(batch):
                entry = mailbox.popleft()
                process._handled += 1
                kind: object = type(entry)  # pyright: ignore[reportUnknownVariableType]
                if kind is Sender:
                    self._entry = entry
                    result = actor.handle_call(entry.request, entry)
                    kind = type(result)  # pyright: ignore[reportUnknownVariableType]
                    if kind is CoroutineType:
                        result = await result
                    if process._state < DYING:
                        entry.finish(result)
                    else:
                        process.finish(entry, result)
                else:
                    if kind is Info:
                        process._signals -= 1
                        result = actor.handle_info(entry.message)
                    elif kind is Resume:
                        process._signals -= 1
                        result = actor.handle_continue(entry.message)
                    elif kind is Stop:
                        process.stop_after_handler(entry.reason)
                        break
                    else:
                        result = actor.handle_cast(entry)
                    kind = type(result)  # pyright: ignore[reportUnknownVariableType]
                    if kind is CoroutineType:
                        await result
                if process._state != RUNNING or not mailbox:
                    break
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            return error, entry
        finally:
            self._entry = None
        return None

    # Inside the Task.

    async def _live(self) -> None:
        """Await one parked handler after the other, until the process is dead."""
        self._begun = True
        process = self._process
        while not self._retired:
            rest = self._rest
            if rest is None:
                await self._sleep()
                continue
            if self._doomed:
                rest.interrupt(asyncio.CancelledError())
            result: object = None
            crash: BaseException | None = None
            try:
                result = await rest
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
                crash = error
            self._rest = self._entry = None
            if not self._retired:
                process.go_on(self._parked, result, crash)

    async def _sleep(self) -> None:
        """Wait for a parked handler. Somebody may cancel the Task meanwhile."""
        self._wakeup = self._process.system.loop.create_future()
        try:
            await self._wakeup
        except asyncio.CancelledError as error:
            if self._rest is None:
                raise
            self._rest.interrupt(error)

    def _ended(self, _: "asyncio.Task[None]") -> None:
        """The Task is done. If we did not end it, somebody cancelled it, and that is a crash."""
        if not self._retired:
            self._process.lose_service()
