"""Waiting by turns of the event loop instead of by time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from runtime.process import Process
from runtime.state import IDLE, SUSPENDED, WATCHED
from runtime.system import System

Result = TypeVar("Result")

TURN_LIMIT = 1_000_000
"""How many turns of the loop a test may wait before it is called stuck."""
QUIET_TURNS = 8
"""Turns of the loop without any progress after which everybody is held to be waiting."""


async def turns(number: int = 1) -> None:
    """Let the loop turn: every callback that is ready now runs."""
    for _ in range(number):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool], *, limit: int = TURN_LIMIT) -> None:
    """Let the loop turn until `condition` holds.

    Raises AssertionError when it does not within `limit` turns.
    """
    for _ in range(limit):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the condition never came to hold")


def in_background(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Run a test's own coroutine, such as a call that is to wait, beside the test."""
    return asyncio.get_running_loop().create_task(work)


async def settle(system: System) -> None:
    """Wait until every actor waits for something from outside: mail, a timer, a socket.

    An async actor in the middle of awaiting something counts as waiting once nothing has moved
    for a few turns of the loop.
    """
    quiet = 0
    while quiet < QUIET_TURNS:
        before = _progress(system)
        await asyncio.sleep(0)
        busy = not system.run_queue.idle
        quiet = 0 if busy or _progress(system) != before else quiet + 1


def _progress(system: System) -> tuple[int, ...]:
    living = [ref for ref in system.living() if isinstance(ref, Process)]
    handled = sum(process._handled for process in living)
    idle = sum(process._state in {IDLE, WATCHED, SUSPENDED} for process in living)
    return (len(living), handled, idle, system.run_queue.turns)
