"""Where code stands: frames and awaiting coroutines as `module:function:line`.

Reads only; safe to use from another thread, where what it says may be a moment old.
"""

import asyncio
from collections.abc import Sequence
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType
from typing import Any, Final, cast

from runtime.service import Rest

DEEPEST: Final = 100
"""Levels of one stack that are shown."""


def shortened(places: Sequence[str]) -> tuple[str, ...]:
    """The outermost and the innermost of a stack that is too deep to be shown."""
    if len(places) <= DEEPEST:
        return tuple(places)
    half = DEEPEST // 2
    return (*places[:half], f"… {len(places) - 2 * half} more", *places[-half:])


def place(frame: FrameType) -> str:
    """`actors.epp.pool:Pool.handle_call:120`."""
    module = frame.f_globals.get("__name__", "?")
    return f"{module}:{frame.f_code.co_qualname}:{frame.f_lineno}"


def frames_of(innermost: FrameType | None) -> list[FrameType]:
    """A running thread's frames, outermost first."""
    found: list[FrameType] = []
    while innermost is not None:
        found.append(innermost)
        innermost = innermost.f_back
    return found[::-1]


def stack_of(task: "asyncio.Task[Any]") -> tuple[str, ...]:
    """Where a task awaits, outermost first; of a task that runs, where it was resumed."""
    places: list[str] = []
    waiting: object = task.get_coro()
    while waiting is not None:
        match waiting:
            case CoroutineType():
                frame, waiting = waiting.cr_frame, waiting.cr_await
            case GeneratorType():
                frame, waiting = waiting.gi_frame, cast("object", waiting.gi_yieldfrom)
                rest: object = None if frame is None else frame.f_locals.get("self")
                if isinstance(rest, Rest):  # a handler that was parked: its own frames follow
                    frame, waiting = None, rest.coroutine
            case AsyncGeneratorType():
                frame, waiting = waiting.ag_frame, waiting.ag_await
            case _:
                break
        if frame is not None:
            places.append(place(frame))
    return shortened(places)
