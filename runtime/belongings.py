"""What an actor owns and what ends with it: its timers and its tasks."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from runtime.messages import TaskDone, TaskFailed
from runtime.state import DYING
from runtime.timers import Timer

if TYPE_CHECKING:
    from runtime.process import Process


class Belongings:
    """The timers and tasks of one process. Made when first needed."""

    __slots__ = ("_process", "tasks", "timers")

    def __init__(self, process: "Process") -> None:
        self._process = process
        self.timers: set[Timer] = set()
        self.tasks: dict[int, asyncio.Task[object]] = {}

    def send_after(self, delay_s: float, message: object) -> Timer:
        """See `Actor.send_after`. The timer of a dead actor never rings."""
        process = self._process
        fire = partial(process.send, message)
        timer = Timer(process.system.clock, delay_s, fire, self.timers.discard)
        self.timers.add(timer)
        if process._state >= DYING:
            timer.cancel()
        return timer

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

    def give_up(self) -> None:
        """The owner died: cancel everything."""
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
