"""The floor: the actor everybody writes first, a queue and a Task that reads it.

It has no names, links, monitors, bounds or telemetry, and its calls have no timeout.

    python -m benchmarks.actors.floor figures|bytes [calls=50000 …]
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter, perf_counter_ns

from benchmarks.actors.measure import main
from benchmarks.actors.subject import Call, Subject

BUSY = -1


class Queued:
    """One asyncio.Queue, one Task."""

    def __init__(self) -> None:
        self.mail: asyncio.Queue[tuple[int, asyncio.Future[int] | None]] = asyncio.Queue()
        self.successor: Queued | None = None
        self.handled = 0
        self.until_s = 0.0
        self.task = asyncio.get_running_loop().create_task(self._live())

    async def _live(self) -> None:
        while True:
            message, future = await self.mail.get()
            if future is not None:
                if not future.done():
                    future.set_result(1)
                continue
            self.handled += 1
            if message > 0 and self.successor is not None:
                self.successor.cast(message - 1)
            elif message == BUSY and perf_counter() < self.until_s:
                self.cast(BUSY)

    async def call(self) -> int:
        """Ask and wait, with no timeout."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.mail.put_nowait((1, future))
        return await future

    def cast(self, message: int) -> None:
        """Tell."""
        self.mail.put_nowait((message, None))


class Floor(Subject):
    """asyncio.Queue and a Task each."""

    def __init__(self) -> None:
        self._all: list[Queued] = []

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Nothing but the loop."""
        yield
        tasks = [actor.task for actor in self._all]
        self._all.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def spawn(self, number: int) -> list[Queued]:
        """A Task is ready when the loop has turned once."""
        actors = [Queued() for _ in range(number)]
        self._all += actors
        await self.turn()
        return actors

    def caller(self, actor: Queued) -> Call:
        """A call."""
        return actor.call

    async def cast(self, actor: Queued, value: int, times: int = 1) -> None:
        """A cast."""
        for _ in range(times):
            actor.cast(value)

    def join(self, actor: Queued, successor: Queued) -> None:
        """Two of the ring."""
        actor.successor = successor

    def handled(self, actor: Queued) -> int:
        """Messages cast to it."""
        return actor.handled

    async def restarts_us(self, number: int) -> list[float]:
        """A done callback puts a new one into a dict of names."""
        names: dict[str, Queued] = {}

        def start(_: object) -> None:
            names["child"] = actor = Queued()
            if len(took_us) < number:
                actor.task.add_done_callback(start)

        took_us: list[float] = []
        start(None)
        while len(took_us) < number:
            child = names["child"]
            await child.call()
            begun_ns = perf_counter_ns()
            child.task.cancel()
            while names["child"] is child:
                await self.turn()
            took_us.append((perf_counter_ns() - begun_ns) / 1_000)
        self._all.append(names["child"])
        names["child"].task.remove_done_callback(start)
        return took_us

    async def keep_busy(self, actors: Sequence[Queued], until_s: float) -> None:
        """Each casts to itself."""
        for actor in actors:
            actor.until_s = until_s
            actor.cast(BUSY)


if __name__ == "__main__":
    main(Floor())
