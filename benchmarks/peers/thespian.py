"""Thespian's simpleSystemBase: all actors run in the thread that asks or tells.

A call from outside blocks that thread, so there are no hundred callers. Its timers ring while mail
is handled: the one that is measured belongs to an actor beside the ten busy ones.

    python -m benchmarks.peers.thespian figures|bytes [calls=50000 …]
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Any, ClassVar

from thespian.actors import Actor, ActorExitRequest, ActorSystem, WakeupMessage

from benchmarks.actors.measure import main
from benchmarks.actors.subject import TICK_S, Blocking, Call, Lateness

BUSY = -1
ASK = "ask"


class Echo(Actor):
    """Answers a call with 1; takes numbers as casts."""

    newest: ClassVar["Echo"]
    successor: Any = None
    handled = 0
    until_s = 0.0

    def __init__(self) -> None:
        super().__init__()
        Echo.newest = self

    def receiveMessage(self, message: object, sender: Any) -> None:  # noqa: N802 - Thespian's
        """Calls and casts come here."""
        if message == ASK:
            self.send(sender, 1)
        elif isinstance(message, int):
            self.handled += 1
            if message > 0 and self.successor is not None:
                self.send(self.successor, message - 1)
            elif message == BUSY and perf_counter() < self.until_s:
                self.send(self.myAddress, BUSY)


@dataclass(frozen=True, slots=True)
class Watch:
    """Set these to work, and look how late your timer rings until that moment."""

    addresses: list[Any]
    until_s: float


class Watcher(Actor):
    """Looks how late its timer rings."""

    due_s = 0.0
    until_s = 0.0
    late_s: ClassVar[list[float]] = []

    def receiveMessage(self, message: object, sender: Any) -> None:  # noqa: N802 - Thespian's
        """First to be told, then by its own timer."""
        match message:
            case Watch(addresses=addresses, until_s=until_s):
                self.until_s = until_s
                for address in addresses:
                    self.send(address, BUSY)
            case WakeupMessage():
                self.late_s.append(perf_counter() - self.due_s)
            case _:
                return
        if perf_counter() < self.until_s:
            self.due_s = perf_counter() + TICK_S
            self.wakeupAfter(timedelta(seconds=TICK_S))


class Thespian(Blocking):
    """One thread."""

    has_callers = False

    def __init__(self) -> None:
        self._system: Any = None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """A system; its actors end with it."""
        self._system = ActorSystem("simpleSystemBase", logDefs={"version": 1})
        yield
        self._system.shutdown()

    async def spawn(self, number: int) -> list[Echo]:
        """One after the other."""
        actors: list[Echo] = []
        for _ in range(number):
            self._system.createActor(Echo)
            actors.append(Echo.newest)
        return actors

    def caller(self, actor: Echo) -> Call:
        """A call with a timeout of 5 s, as ours has."""
        ask, address = self._system.ask, actor.myAddress

        async def call() -> object:
            return ask(address, ASK, 5.0)

        return call

    async def cast(self, actor: Echo, value: int, times: int = 1) -> None:
        """It is handled when this returns."""
        tell = self._system.tell
        for _ in range(times):
            tell(actor.myAddress, value)

    def join(self, actor: Echo, successor: Echo) -> None:
        """Two of the ring."""
        actor.successor = successor.myAddress

    def handled(self, actor: Echo) -> int:
        """Messages cast to it."""
        return actor.handled

    async def lateness(self, actors: Sequence[Echo], until_s: float) -> Lateness:
        """The whole of it inside one tell, as that is where actors run."""
        for actor in actors:
            actor.until_s = until_s
        watcher = self._system.createActor(Watcher)
        self._system.tell(watcher, Watch([actor.myAddress for actor in actors], until_s))
        self._system.tell(watcher, ActorExitRequest())
        return Lateness(max(Watcher.late_s), None)


if __name__ == "__main__":
    main(Thespian())
