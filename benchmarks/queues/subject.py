"""One way to have a queue of jobs in PostgreSQL: what `measure` needs of it.

Peers have environments of their own, so this module imports only the standard library.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

Started = Callable[[int], None]
"""Called by each job as it starts, with its number."""


class Subject(ABC):
    """A queue of no-op jobs, each with a number as its argument."""

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run on the event loop its own command would choose."""
        import asyncio  # noqa: PLC0415 - most subjects choose another way

        asyncio.run(work)

    @abstractmethod
    def opened(self, url: str) -> AbstractAsyncContextManager[None]:
        """Connected; `insert` and `left` may be called."""

    @abstractmethod
    async def install(self) -> None:
        """Make its tables in the empty database."""

    @abstractmethod
    async def insert(self, first: int, number: int) -> None:
        """Insert so many jobs, numbered from `first`, in one transaction, and commit it."""

    async def insert_one(self, number: int) -> float | None:
        """Insert one job; the moment (`monotonic`) its commit was sent, if that is seen."""
        await self.insert(number, 1)
        return None

    @abstractmethod
    async def left(self) -> int:
        """Jobs that the database does not know as done."""

    @abstractmethod
    def working(self, started: Started, *, bulk: bool) -> AbstractAsyncContextManager[object]:
        """One worker performs jobs in this process; `bulk`: settings for as many as possible."""
