"""What an actor owns and what ends with it: timers, tasks, and the answers it still owes."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from runtime.exits import ExitReason
from runtime.mailbox import Sender
from runtime.messages import TaskDone, TaskFailed, Timeout
from runtime.state import DYING
from runtime.timers import Timer

if TYPE_CHECKING:
    from runtime.process import Process


class Belongings:
    """What one process owns. Made when first needed."""

    __slots__ = (
        "_idle_after_s",
        "_idleness",
        "_process",
        "deferred",
        "hibernates",
        "tasks",
        "timers",
    )

    def __init__(self, process: "Process") -> None:
        self._process = process
        self.timers: set[Timer] = set()
        self.tasks: dict[int, asyncio.Task[object]] = {}
        self.deferred: set[Sender] = set()
        """Calls that are to be answered later."""
        self.hibernates = False
        """Whether to hibernate after this turn."""
        self._idle_after_s: float | None = None
        self._idleness: Timer | None = None

    def send_after(self, delay_s: float, message: object) -> Timer:
        """See `Actor.send_after`. The timer of a dead actor never rings."""
        process = self._process
        fire = partial(self._ring, message)
        timer = Timer(process.system.clock, delay_s, fire, self.timers.discard)
        self.timers.add(timer)
        if process._state >= DYING:
            timer.cancel()
        return timer

    def _ring(self, message: object) -> None:
        process = self._process
        if process._debug is not None:
            process._debug.rang(message)
        process.send(message)

    def start_task(self, coroutine: Coroutine[Any, Any, object]) -> int:
        """See `Actor.start_task`. A coroutine given to a dead actor is closed unrun."""
        process = self._process
        number = process.system.next_serial()
        if process._state >= DYING:
            coroutine.close()
            return number
        task = process.system.loop.create_task(
            coroutine,
            name=f"{process.path} task {number}",
            context=process.own_context().copy(),
        )
        self.tasks[number] = task
        task.add_done_callback(partial(self._task_ended, number))
        return number

    def cancel_task(self, number: int) -> None:
        """See `Actor.cancel_task`."""
        task = self.tasks.pop(number, None)
        if task is not None:
            task.cancel()

    # Idleness.

    def await_idleness(self, after_s: float) -> None:
        """See `Actor.idle_timeout`; counted from the end of the turn."""
        self._idle_after_s = after_s

    def turn_ended(self) -> bool:
        """Do what was asked for in this turn. Returns whether to hibernate."""
        after_s, self._idle_after_s = self._idle_after_s, None
        hibernates, self.hibernates = self.hibernates, False
        if self._process._mailbox:
            return False
        if after_s is not None:
            self._count_idleness(after_s)
        return hibernates

    def _count_idleness(self, after_s: float) -> None:
        process = self._process
        if self._idleness is not None:
            self._idleness.cancel()
        handled = process._handled

        def ring() -> None:
            if process._handled == handled and not process._mailbox:
                process.send(Timeout())

        self._idleness = Timer(process.system.clock, after_s, ring, self.timers.discard)
        self.timers.add(self._idleness)

    def watch_idleness(self, every_s: float) -> None:
        """Hibernate whenever nothing was handled from one look to the next."""
        process = self._process
        handled = process._handled

        def look() -> None:
            if process._handled == handled:
                process.hibernate_if_idle()
            self.watch_idleness(every_s)

        self.timers.add(Timer(process.system.clock, every_s, look, self.timers.discard))

    def give_up(self, reason: ExitReason) -> None:
        """The owner died of `reason`: cancel everything, answer everybody."""
        for sender in tuple(self.deferred):
            sender.exited(reason)
        for timer in tuple(self.timers):
            timer.cancel()
        tasks = tuple(self.tasks.values())
        self.tasks.clear()
        for task in tasks:
            task.cancel()

    def _task_ended(self, number: int, task: asyncio.Task[object]) -> None:
        # The exception is asked for in any case, or asyncio logs that nobody did.
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if self.tasks.pop(number, None) is None:
            return
        if error is not None:
            self._process.send(TaskFailed(number, error))
        else:
            self._process.send(TaskDone(number, task.result()))
