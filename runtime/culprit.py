"""Who holds the loop: from the frames of its thread to an actor's path and a function.

The frames are another thread's and go on meanwhile: only `self` of the runtime's own methods is
looked at, and nothing is kept but texts and numbers.
"""

import os
import sysconfig
from asyncio import Handle
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass
from types import FrameType
from typing import Final

from runtime.process import CURRENT, Process
from runtime.service import Service
from runtime.stacks import frames_of, place

_LIBRARIES: Final = tuple(
    f"{sysconfig.get_path(name)}{os.sep}" for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
_RUN: Final = Handle._run.__code__
"""Every callback of the loop, a step of a task included, is run by this method."""
_MACHINERY: Final = ("runtime", "asyncio")
"""What runs others' code; named only where nothing else is on the stack."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """What the loop was seen doing at one moment."""

    actor: str | None
    """The path of the actor in whose name it runs; None outside actors."""
    function: str
    """`module:function:line`, the innermost of the program's own."""
    callback: int
    """Tells the callbacks of one turn apart."""


def culprit(innermost: FrameType) -> Culprit:
    """Read the frames of the loop's thread."""
    frames = frames_of(innermost)
    depth = next((depth for depth, frame in enumerate(frames) if frame.f_code is _RUN), None)
    handle = None if depth is None else frames[depth].f_locals.get("self")
    within = frames if depth is None else frames[depth + 1 :]
    actor = _actor(within) or _owner(handle)
    package = "" if actor is None else actor.behaviour.__module__.partition(".")[0]
    return Culprit(
        actor=None if actor is None else actor.path,
        function=place(_telling(within, package)) if within else _written_in_c(handle),
        callback=id(handle),
    )


def _written_in_c(handle: object) -> str:
    """A callback without frames is named by itself: `time:sleep`."""
    callback = getattr(handle, "_callback", None)
    name = getattr(callback, "__qualname__", type(callback).__name__)
    return f"{getattr(callback, '__module__', None) or '?'}:{name}"


def _actor(frames: Sequence[FrameType]) -> Process | None:
    """The innermost process whose code is run: a call may run inline in its caller's turn."""
    for frame in reversed(frames):
        if _package(frame) == "runtime" and frame.f_code.co_varnames[:1] == ("self",):
            match frame.f_locals.get("self"):
                case Service(_process=process) | (Process() as process):
                    return process
                case _:
                    continue
    return None


def _owner(handle: object) -> Process | None:
    """On whose behalf a callback was scheduled: its context knows the actor."""
    context = getattr(handle, "_context", None)
    return context.get(CURRENT) if isinstance(context, Context) else None


def _telling(frames: Sequence[FrameType], package: str) -> FrameType:
    """The frame that says most: the innermost of the program, else of a library, else any.

    The program is what is not installed, and the `package` of the actor, wherever that is.
    """
    inwards = [frame for frame in reversed(frames) if _package(frame) not in _MACHINERY]
    own = (
        frame
        for frame in inwards
        if _package(frame) == package or not frame.f_code.co_filename.startswith(_LIBRARIES)
    )
    return next(own, inwards[0] if inwards else frames[-1])


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
