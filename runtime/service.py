"""The kept Task of an async actor: it awaits `init`, then handles one message at a time.

A real Task, so that `current_task`, `asyncio.timeout` and cancellation work as library code
expects; a coroutine stepped by hand is faster and breaks all three (guide: runtime.md 1b). It is
made at the first message and sleeps on a future between messages.

A kill cancels the handler that is being awaited and waits for it to end, so that a successor never
runs beside its predecessor's `finally`. A handler that swallows the cancellation gets
`KILL_GRACE_S`; then the actor is dead without it.
"""

import asyncio
import inspect
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, cast

from runtime.clock import Cancellable
from runtime.exits import NORMAL, ActorError, Crashed, ExitReason, StartFailed, StartIgnored
from runtime.mailbox import Info, Resume, Sender, Stop
from runtime.messages import IGNORE, Call
from runtime.run_queue import BATCH
from runtime.state import DEAD, DYING, RUNNING, STARTING, SUSPENDED, WAITING

if TYPE_CHECKING:
    from runtime.process import Process

KILL_GRACE_S = 5.0
"""How long a cancelled handler may take to end."""


class Service:
    """One process's Task and what it is doing."""

    __slots__ = ("_begun", "_entry", "_grace", "_process", "_started", "_wakeup", "task")

    def __init__(self, process: "Process", init: "Awaitable[Any] | None" = None) -> None:
        loop = process.system.loop
        self._process = process
        self._begun = False
        self._entry: object = None
        self._grace: Cancellable | None = None
        self._wakeup: asyncio.Future[None] | None = None
        self._started = None if init is None else cast("asyncio.Future[None]", loop.create_future())
        self.task = loop.create_task(
            self._live(init), name=process.path, context=process.own_context()
        )

    async def started(self) -> None:
        """Wait for `init`. Raises StartFailed or StartIgnored; the name is free then."""
        assert self._started is not None
        await self._started

    def wake(self) -> None:
        """Mail is there."""
        wakeup = self._wakeup
        if wakeup is not None and not wakeup.done():
            wakeup.set_result(None)

    def cancel(self) -> None:
        """Cancel the handler that is being awaited; the process is DYING until it has ended."""
        self._grace = self._process.system.clock.call_later(KILL_GRACE_S, self._abandon)
        if self._begun:
            self.task.cancel()

    def close(self, reason: ExitReason) -> None:
        """The process is dead: fail who waits for this Task, and end it if it goes on."""
        if self._grace is not None:
            self._grace.cancel()
        if isinstance(self._entry, Sender):
            self._entry.exited(reason)
        self._refuse(StartFailed(self._process.path, reason))
        if self.task is not asyncio.current_task():
            self.task.cancel()

    def _abandon(self) -> None:
        process = self._process
        process.system.telemetry.ignored_cancellation(process)
        process.die_as_told()

    def _refuse(self, error: ActorError) -> None:
        if self._started is not None and not self._started.done():
            self._started.set_exception(error)
            self._started.exception()  # a starter that was cancelled never asks

    # Inside the Task.

    async def _live(self, init: "Awaitable[Any] | None") -> None:
        """The life of an async actor, from init to death."""
        self._begun = True
        if init is not None and not await self._begin(init):
            return
        process = self._process
        if not process.behaviour.is_async:
            process.dismiss_service()
            return
        try:
            while process.has_turn():
                await self._handle_mail()
            if process._state == DYING:
                process.die_as_told()
            elif process._stop_reason is not None:
                await self._terminate(process._stop_reason)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            if process._state == DYING:
                process.die_as_told()
            elif process._state != DEAD:
                process.system.telemetry.crashed(process, error, self._entry)
                await self._terminate(Crashed(error))

    async def _begin(self, init: "Awaitable[Any]") -> bool:
        """Await `init`. Returns whether the process lives."""
        process = self._process
        if process._state != STARTING:
            if inspect.iscoroutine(init):
                init.close()
            process.die_as_told()
            return False
        try:
            result = await init
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            process.fail_to_start(error)
            return False
        if process._state != STARTING:
            process.die_as_told()
            return False
        if result is IGNORE:
            self._refuse(StartIgnored(process.path))
            process.die(NORMAL)
            return False
        process.become(result)
        if self._started is not None and not self._started.done():
            self._started.set_result(None)
        return True

    async def _handle_mail(self) -> None:
        """Handle what mail there is, or wait for some. Ends early when the state changes."""
        process = self._process
        mailbox = process._mailbox
        if process._suspended or not mailbox:
            self._entry = None
            process._state = SUSPENDED if process._suspended else WAITING
            self._wakeup = process.system.loop.create_future()
            await self._wakeup
            return
        process._state = RUNNING
        process.peak = max(process.peak, len(mailbox))
        actor = process.actor
        result: object
        for _ in range(BATCH):
            self._entry = entry = mailbox.popleft()
            process._handled += 1
            kind = type(entry)
            if kind is Sender:
                sender = cast("Sender", entry)
                result = actor.handle_call(cast("Call[Any]", sender.request), sender)
                if inspect.iscoroutine(result):
                    result = await result
                process.finish(sender, result)
            else:
                if kind is Info:
                    process._signals -= 1
                    result = actor.handle_info(cast("Info", entry).message)
                elif kind is Resume:
                    process._signals -= 1
                    result = actor.handle_continue(cast("Resume", entry).message)
                elif kind is Stop:
                    process.stop_after_handler(cast("Stop", entry).reason)
                    return
                else:
                    result = actor.handle_cast(entry)
                if inspect.iscoroutine(result):
                    await result
            if process._state != RUNNING or not mailbox:
                return
        await asyncio.sleep(0)

    async def _terminate(self, reason: ExitReason) -> None:
        process = self._process
        process.system.telemetry.ending(process, reason)
        try:
            result = process.actor.terminate(reason)
            if inspect.iscoroutine(result):
                await result
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            if process._state < DYING:
                process.system.telemetry.crashed(process, error, "terminate")
                reason = Crashed(error)
        if process._state == DYING:
            process.die_as_told()
        else:
            process.die(reason)
