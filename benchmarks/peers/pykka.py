"""pykka: one thread an actor, so rates are by the clock on the wall.

python -m benchmarks.peers.pykka figures|bytes [calls=2500 …]
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pykka

from benchmarks.actors.measure import main
from benchmarks.actors.subject import Blocking, Call

ASK = "ask"
BUSY = -1
Ref = pykka.ActorRef[Any]


@dataclass(slots=True)
class Notes:
    """What one actor knows, where the measuring can look."""

    handled: int = 0
    until_s: float = 0.0
    successor: Ref | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An actor's reference and what it knows."""

    ref: Ref
    notes: Notes


class Echo(pykka.ThreadingActor):
    """Answers a call with 1; takes numbers as casts."""

    use_daemon_thread = True

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self.notes = notes

    def on_receive(self, message: str | int) -> int | None:
        """Calls and casts come here."""
        if message == ASK:
            return 1
        notes = self.notes
        notes.handled += 1
        if message > 0 and notes.successor is not None:
            notes.successor.tell(message - 1)
        elif message == BUSY and perf_counter() < notes.until_s:
            self.actor_ref.tell(BUSY)
        return None


class Pykka(Blocking):
    """Threads."""

    has_threads = True

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Whoever was started is stopped."""
        yield
        pykka.ActorRegistry.stop_all()

    async def spawn(self, number: int) -> list[Known]:
        """`start` returns when the thread runs."""
        notes = [Notes() for _ in range(number)]
        return [Known(Echo.start(each), each) for each in notes]

    def caller(self, actor: Known) -> Call:
        """A call with a timeout of 5 s, as ours has."""
        ask = actor.ref.ask

        async def call() -> object:
            return ask(ASK, timeout=5.0)

        return call

    async def cast(self, actor: Known, value: int, times: int = 1) -> None:
        """A cast."""
        tell = actor.ref.tell
        for _ in range(times):
            tell(value)

    async def flush(self, actor: Known, handled: int) -> None:
        """A call comes after what was cast before it."""
        actor.ref.ask(ASK)

    def join(self, actor: Known, successor: Known) -> None:
        """Two of the ring."""
        actor.notes.successor = successor.ref

    def handled(self, actor: Known) -> int:
        """Messages cast to it."""
        return actor.notes.handled

    async def keep_busy(self, actors: Sequence[Known], until_s: float) -> None:
        """Each casts to itself."""
        for actor in actors:
            actor.notes.until_s = until_s
            actor.ref.tell(BUSY)


if __name__ == "__main__":
    main(Pykka())
