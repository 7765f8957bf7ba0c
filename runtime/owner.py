"""Whose a task is: the actor that asked for it, or outside actors the coroutine that did."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from runtime.exits import NORMAL, ExitReason, NotRunning
from runtime.process import CURRENT, Process
from runtime.ref import Ref

CALLERS: Final[ContextVar[tuple[str, ...]]] = ContextVar("callers", default=())
"""Inside a task: on whose behalf it runs, nearest first (Elixir: $callers). For tracing."""


class Owner(ABC):
    """Who may await a task, and with whom a linked one dies."""

    __slots__ = ()

    @property
    @abstractmethod
    def path(self) -> str:
        """How logs and `CALLERS` name it."""

    @property
    @abstractmethod
    def ref(self) -> Ref | None:
        """The actor; None for a coroutine outside actors."""

    @property
    @abstractmethod
    def traps(self) -> bool:
        """Whether it hears of a linked death instead of dying along."""

    @abstractmethod
    def is_current(self) -> bool:
        """Whether the code that asks runs on its behalf."""

    @abstractmethod
    def watch(self, ended: Callable[[object], None]) -> None:
        """Call `ended` when its life is over; for actors before anybody hears of it."""

    @abstractmethod
    def unwatch(self, ended: Callable[[object], None]) -> None:
        """Undo `watch`; harmless when there is nothing to undo."""

    def callers(self) -> tuple[str, ...]:
        """The chain a task of it is to have as its `CALLERS`."""
        return (self.path, *CALLERS.get())


class ActorOwner(Owner):
    """An actor: its handlers, and its own tasks (`Actor.start_task`)."""

    __slots__ = ("_process",)

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def path(self) -> str:
        """See `Owner.path`."""
        return self._process.path

    @property
    def ref(self) -> Ref:
        """See `Owner.ref`."""
        return self._process

    @property
    def traps(self) -> bool:
        """See `Owner.traps`."""
        return self._process.behaviour.trap_exit

    def is_current(self) -> bool:
        """See `Owner.is_current`."""
        return CURRENT.get() is self._process

    def watch(self, ended: Callable[[object], None]) -> None:
        """See `Owner.watch`."""
        self._process.system.on_death(self._process, ended)

    def unwatch(self, ended: Callable[[object], None]) -> None:
        """See `Owner.unwatch`."""
        self._process.system.off_death(self._process, ended)


class CoroutineOwner(Owner):
    """An asyncio Task outside actors. It has no exit signals: it hears of a death by awaiting."""

    __slots__ = ("_task",)

    def __init__(self, task: asyncio.Task[object]) -> None:
        self._task = task

    @property
    def path(self) -> str:
        """See `Owner.path`."""
        return self._task.get_name()

    @property
    def ref(self) -> None:
        """See `Owner.ref`."""
        return

    @property
    def traps(self) -> bool:
        """See `Owner.traps`."""
        return False

    def is_current(self) -> bool:
        """See `Owner.is_current`."""
        return CURRENT.get() is None and asyncio.current_task() is self._task

    def watch(self, ended: Callable[[object], None]) -> None:
        """See `Owner.watch`."""
        self._task.add_done_callback(ended)

    def unwatch(self, ended: Callable[[object], None]) -> None:
        """See `Owner.unwatch`."""
        self._task.remove_done_callback(ended)


def current_owner() -> Owner:
    """On whose behalf the code that asks runs.

    Raises NotRunning for an actor whose end is under way: it can own nothing any more.
    """
    process = CURRENT.get()
    if process is None:
        task = asyncio.current_task()
        assert task is not None, "tasks belong to actors and coroutines, not to callbacks"
        return CoroutineOwner(task)
    if not process.alive:
        reason: ExitReason = process.exit_reason or NORMAL
        raise NotRunning(process.path, reason)
    return ActorOwner(process)
