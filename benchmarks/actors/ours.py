"""Ours, with plain and with async handlers. Names, links, monitors, bounds, telemetry are on.

python -m benchmarks.actors.ours plain|async figures|bytes [calls=50000 …]
"""

import logging
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter, perf_counter_ns
from typing import Any

import structlog

from benchmarks.actors.measure import main
from benchmarks.actors.subject import Call, Subject
from runtime import Actor, ChildSpec, Ref, Sender, System
from runtime import Call as Request
from runtime.testing import behind
from supervisors import Supervisor

BUSY = -1
"""The cast that an actor goes on casting to itself."""


@dataclass(frozen=True, slots=True)
class Ask(Request[int]):
    """A request."""

    value: int


class Plain(Actor):
    """Plain handlers."""

    successor: Ref | None = None
    handled = 0
    until_s = 0.0

    def handle_call(self, request: Request[Any], sender: Sender) -> int:
        """Answer."""
        return 1

    def handle_cast(self, message: object) -> None:
        """Count down, round the ring; or go on until it is late enough."""
        assert isinstance(message, int)
        self.handled += 1
        if message > 0 and self.successor is not None:
            self.successor.cast(message - 1)
        elif message == BUSY and perf_counter() < self.until_s:
            self.process.cast(BUSY)


class Async(Actor):
    """Async handlers."""

    successor: Ref | None = None
    handled = 0
    until_s = 0.0

    async def handle_call(self, request: Request[Any], sender: Sender) -> int:
        """Answer."""
        return 1

    async def handle_cast(self, message: object) -> None:
        """Count down, round the ring; or go on until it is late enough."""
        assert isinstance(message, int)
        self.handled += 1
        if message > 0 and self.successor is not None:
            self.successor.cast(message - 1)
        elif message == BUSY and perf_counter() < self.until_s:
            self.process.cast(BUSY)


class Ours(Subject):
    """A system of one of the two."""

    def __init__(self, behaviour: type[Plain | Async]) -> None:
        self._behaviour = behaviour
        self._system: System | None = None

    @property
    def system(self) -> System:
        """The one that is open."""
        assert self._system is not None
        return self._system

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """A system."""
        async with System() as self._system:
            yield

    async def spawn(self, number: int) -> list[Ref]:
        """Not supervised, as BEAM's `GenServer.start`."""
        spawn, behaviour = self.system.spawn, self._behaviour
        return [spawn(behaviour) for _ in range(number)]

    def caller(self, actor: Ref) -> Call:
        """A call with the usual timeout of 5 s."""
        return partial(actor.call, Ask(1))

    async def cast(self, actor: Ref, value: int, times: int = 1) -> None:
        """A cast."""
        for _ in range(times):
            actor.cast(value)

    def join(self, actor: Ref, successor: Ref) -> None:
        """Two of the ring."""
        behind(actor, self._behaviour).successor = successor

    def handled(self, actor: Ref) -> int:
        """Messages cast to it."""
        return behind(actor, self._behaviour).handled

    async def restarts_us(self, number: int) -> list[float]:
        """Under a real supervisor that permits them all, with history."""
        spec = ChildSpec(id="child", start=self._behaviour)
        tree = partial(Supervisor, [spec], intensity=number)
        await self.system.start(tree, name="top")
        return [await self._restart_us("top/child") for _ in range(number)]

    async def _restart_us(self, path: str) -> float:
        system = self.system
        child = system.lookup(path)
        await child.call(Ask(1))
        begun_ns = perf_counter_ns()
        child.kill()
        while system.whereis(path) is None:
            await self.turn()
        return (perf_counter_ns() - begun_ns) / 1_000

    async def keep_busy(self, actors: Sequence[Ref], until_s: float) -> None:
        """Each casts to itself."""
        for actor in actors:
            behind(actor, self._behaviour).until_s = until_s
            actor.cast(BUSY)


def run() -> None:
    """Measure the behaviour that the first argument names."""
    # A line for each restart would cost more than the restart.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    behaviours: dict[str, type[Plain | Async]] = {"plain": Plain, "async": Async}
    main(Ours(behaviours[sys.argv.pop(1)]))


if __name__ == "__main__":
    run()
