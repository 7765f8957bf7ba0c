"""Where a stream takes its items from, one at a time and no sooner than it asks."""

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
)
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Found(Generic[Item]):
    """An item, which may be anything, None too."""

    item: Item


class Source(ABC, Generic[Item]):
    """An input being read. `dry`: there will be nothing more."""

    dry = False

    @abstractmethod
    def take(self, wake: Callable[[], None]) -> Found[Item] | None:
        """The next item; None when dry, or when `wake` will be called once it is there.

        Raises what the input raises.
        """

    @abstractmethod
    def halt(self) -> None:
        """Nothing more will be taken."""

    @abstractmethod
    async def close(self) -> None:
        """After `halt`: wait until the input is at rest, and close it if it is a generator."""


class PlainSource(Source[Item]):
    """An iterable, read in the reader's turn."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._iterator: Iterator[Item] = iter(items)

    def take(self, wake: Callable[[], None]) -> Found[Item] | None:
        """See `Source.take`."""
        if not self.dry:
            for item in self._iterator:
                return Found(item)
            self.dry = True
        return None

    def halt(self) -> None:
        """See `Source.halt`."""
        self.dry = True
        if inspect.isgenerator(self._iterator):
            self._iterator.close()

    async def close(self) -> None:
        """See `Source.close`."""


class AsyncSource(Source[Item]):
    """An asynchronous iterable: each item is awaited in a Task beside the reader."""

    def __init__(self, items: AsyncIterable[Item], loop: asyncio.AbstractEventLoop) -> None:
        self._iterator: AsyncIterator[Item] = aiter(items)
        self._loop = loop
        self._pull: asyncio.Task[Found[Item] | None] | None = None

    def take(self, wake: Callable[[], None]) -> Found[Item] | None:
        """See `Source.take`."""
        if self.dry:
            return None
        if self._pull is None:
            self._pull = self._loop.create_task(self._next(), name="stream input")
            self._pull.add_done_callback(lambda _: wake())
            return None
        if not self._pull.done():
            return None
        pull, self._pull = self._pull, None
        found = pull.result()
        self.dry = found is None
        return found

    def halt(self) -> None:
        """See `Source.halt`."""
        self.dry = True
        if self._pull is not None:
            self._pull.add_done_callback(_hear)
            self._pull.cancel()

    async def close(self) -> None:
        """See `Source.close`."""
        if self._pull is not None:
            await asyncio.wait((self._pull,))
        iterator: object = self._iterator
        if inspect.isasyncgen(iterator):
            await iterator.aclose()

    async def _next(self) -> Found[Item] | None:
        async for item in self._iterator:
            return Found(item)
        return None


def source_of(
    items: Iterable[Item] | AsyncIterable[Item], loop: asyncio.AbstractEventLoop
) -> Source[Item]:
    """The source for either kind of input."""
    if isinstance(items, AsyncIterable):
        return AsyncSource(items, loop)
    return PlainSource(items)


def _hear(pull: asyncio.Task[object]) -> None:
    """Ask for what it raised, or asyncio logs that nobody did."""
    if not pull.cancelled():
        pull.exception()
