"""Work for tasks, and the two kinds of owner that ask for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from runtime import Ref, Sender, System
from tests.runtime.scripts import ASYNC, Ask, Script, ScriptError

Value = TypeVar("Value")


async def forever() -> None:
    """Work that ends only by being cancelled."""
    await asyncio.Event().wait()


async def failing() -> None:
    """Work that raises."""
    raise ScriptError("as told")


async def echo(value: Value) -> Value:
    """Work that is done at once."""
    return value


class Gate:
    """Work that waits until it is let through, and what became of it."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self.entered = 0
        self.cancelled = 0

    def open(self) -> None:
        self._open.set()

    async def passing(self, value: Value) -> Value:
        """Return `value` once the gate is open."""
        self.entered += 1
        try:
            await self._open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return value


class Asker(Protocol):
    """Runs a coroutine function on behalf of one owner."""

    async def __call__(self, work: Callable[[], Awaitable[Value]]) -> Value: ...


async def outside(work: Callable[[], Awaitable[Value]]) -> Value:
    """The test itself is the owner."""
    return await work()


class Inside:
    """An actor is the owner."""

    def __init__(self, system: System, *, traps: bool = False) -> None:
        self.ref: Ref = system.spawn(ASYNC.trapper if traps else ASYNC.script)

    async def __call__(self, work: Callable[[], Awaitable[Value]]) -> Value:
        def do(_: Script, __: Sender) -> object:
            return work()

        value: Any = await self.ref.call(Ask(do), timeout_s=1e9)
        return value  # type: ignore[no-any-return]
