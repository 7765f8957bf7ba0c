"""Where the loop, every actor and every task stand, read from another thread.

Meant for a loop that does not move; of one that does, it is a moment old and need not be whole.
No code of an actor is run for it.
"""

import asyncio
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Final

from runtime.culprit import Culprit, culprit
from runtime.process import Process
from runtime.stacks import frames_of, place, shortened, stack_of
from runtime.state import LABELS
from runtime.status import TaskStatus

if TYPE_CHECKING:
    from runtime.system import System

ACTORS_SHOWN: Final = 1_000
TASKS_SHOWN: Final = 1_000


@dataclass(frozen=True, slots=True)
class ActorStanding:
    """One actor."""

    path: str
    state: str
    mailbox: int
    tasks: tuple[TaskStatus, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The loop and everybody on it."""

    stuck: bool
    """Whether the present turn has lasted 5 s."""
    held_s: float
    """How long it has lasted; 0 while the loop waits."""
    culprit: Culprit | None
    """What runs; None when nothing does."""
    stack: tuple[str, ...]
    """Of the loop's thread, outermost first."""
    actors: tuple[ActorStanding, ...]
    """Those with tasks first, then those with most mail, ACTORS_SHOWN at most."""
    tasks: tuple[TaskStatus, ...]
    """Tasks that are no actor's."""


def outlook(system: "System", frame: FrameType | None, *, held_s: float, stuck: bool) -> Outlook:
    """Take it. `frame` is the innermost of the loop's thread."""
    processes = [ref for ref in system.living() if isinstance(ref, Process)]
    processes.sort(key=lambda one: (not one.running_tasks(), -len(one._mailbox or ())))
    theirs = {task for process in processes for task in process.running_tasks()}
    others = [task for task in asyncio.all_tasks(system.loop) if task not in theirs]
    return Outlook(
        stuck=stuck,
        held_s=held_s,
        culprit=None if frame is None or held_s == 0.0 else culprit(frame),
        stack=() if frame is None else shortened([place(each) for each in frames_of(frame)]),
        actors=tuple(_actor(process) for process in processes[:ACTORS_SHOWN]),
        tasks=tuple(_task(task) for task in others[:TASKS_SHOWN]),
    )


def _actor(process: Process) -> ActorStanding:
    return ActorStanding(
        path=process.path,
        state="suspended" if process._suspended else LABELS[process._state],
        mailbox=len(process._mailbox or ()),
        tasks=tuple(_task(task) for task in process.running_tasks()),
    )


def _task(task: "asyncio.Task[object]") -> TaskStatus:
    return TaskStatus(task.get_name(), stack_of(task))
