"""xoscar in one process: a call runs the method in the caller's own coroutine, under a lock.

python -m benchmarks.peers.xoscar figures|bytes [calls=12500 …]
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from time import perf_counter
from typing import Any, ClassVar

import xoscar

from benchmarks.actors.measure import main
from benchmarks.actors.subject import Call, Subject

BUSY = -1


class Echo(xoscar.Actor):
    """Answers a call with 1; takes numbers as casts."""

    newest: ClassVar["Echo"]
    successor: Any = None
    handled = 0
    until_s = 0.0
    myself: Any = None

    def __init__(self) -> None:
        super().__init__()
        Echo.newest = self

    async def ask(self) -> int:
        """A call."""
        return 1

    async def take(self, value: int) -> None:
        """A cast."""
        self.handled += 1
        if value > 0 and self.successor is not None:
            await self.successor.take.tell(value - 1)
        elif value == BUSY and perf_counter() < self.until_s:
            await self.myself.take.tell(BUSY)


class Xoscar(Subject):
    """A pool of this process alone."""

    def __init__(self) -> None:
        self._serials = count()
        self._address = ""
        self._all: list[Echo] = []

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """A pool; its actors end with it."""
        pool = await xoscar.create_actor_pool("127.0.0.1", n_process=0)
        self._address = pool.external_address
        async with pool:
            yield
            for actor in self._all:
                await xoscar.destroy_actor(actor.ref())
            self._all.clear()

    async def spawn(self, number: int) -> list[Echo]:
        """One after the other. A reference asked of the actor itself is the fast, local kind."""
        actors: list[Echo] = []
        for _ in range(number):
            uid = str(next(self._serials))
            await xoscar.create_actor(Echo, uid=uid, address=self._address)
            actors.append(Echo.newest)
        self._all += actors
        return actors

    def caller(self, actor: Echo) -> Call:
        """A call; it has no timeout."""
        ask: Call = actor.ref().ask
        return ask

    async def cast(self, actor: Echo, value: int, times: int = 1) -> None:
        """A Task for each."""
        tell = actor.ref().take.tell
        for _ in range(times):
            await tell(value)

    def join(self, actor: Echo, successor: Echo) -> None:
        """Two of the ring."""
        actor.successor = successor.ref()

    def handled(self, actor: Echo) -> int:
        """Messages cast to it."""
        return actor.handled

    async def keep_busy(self, actors: Sequence[Echo], until_s: float) -> None:
        """Each casts to itself."""
        for actor in actors:
            actor.until_s = until_s
            actor.myself = actor.ref()
            await actor.myself.take.tell(BUSY)


if __name__ == "__main__":
    main(Xoscar())
