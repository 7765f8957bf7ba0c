"""triotp: generic servers over trio's rendezvous channels; a cast waits until it is taken.

    python -m benchmarks.peers.triotp figures|bytes [calls=5000 …]

This module is the callback module of the servers.
"""

import sys
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from time import perf_counter, perf_counter_ns
from typing import Any

import trio
from trio.testing import wait_all_tasks_blocked
from triotp import application, gen_server, node, supervisor

from benchmarks.actors.measure import main
from benchmarks.actors.subject import Call, Caller, Lateness, Subject

ASK = "ask"
CRASH = "crash"
BUSY = -1


@dataclass(slots=True)
class Server:
    """A server's name and state, where the measuring can look."""

    name: str
    handled: int = 0
    until_s: float = 0.0
    successor: "Server | None" = None
    starts: int = 0


# The callbacks.


async def init(server: Server) -> Server:
    """Started, maybe again."""
    server.starts += 1
    return server


async def handle_call(_message: str, _caller: object, server: Server) -> tuple[object, Server]:
    """A call."""
    return gen_server.Reply(1), server


async def handle_cast(message: str | int, server: Server) -> tuple[object, Server]:
    """A cast."""
    if message == CRASH:
        return gen_server.Stop(RuntimeError("crash")), server
    server.handled += 1
    if message > 0 and server.successor is not None:
        await gen_server.cast(server.successor.name, message - 1)
    elif message == BUSY and perf_counter() < server.until_s:
        # To itself it would wait for ever for itself to take it: a task of its own does.
        _NURSERIES[-1].start_soon(gen_server.cast, server.name, BUSY)
    return gen_server.NoReply(), server


async def start(work: Coroutine[Any, Any, None]) -> None:
    """The application."""
    await work


_MODULE = sys.modules[__name__]
_NURSERIES: list[trio.Nursery] = []


class Triotp(Subject):
    """A node with one application."""

    def __init__(self) -> None:
        self._serials = count()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """On trio."""
        once = supervisor.options(max_restarts=0)
        node.run([application.app_spec(_MODULE, work, permanent=False, opts=once)])

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """A nursery for the servers."""
        async with trio.open_nursery() as nursery:
            _NURSERIES.append(nursery)
            yield
            _NURSERIES.pop()
            nursery.cancel_scope.cancel()

    async def spawn(self, number: int) -> list[Server]:
        """By name: a server's mailbox has no other handle for those who start it."""
        servers = [Server(f"server-{next(self._serials)}") for _ in range(number)]
        for server in servers:
            _NURSERIES[-1].start_soon(gen_server.start, _MODULE, server, server.name)
        await wait_all_tasks_blocked()
        return servers

    def caller(self, actor: Server) -> Call:
        """A call with a timeout of 5 s, as ours has."""

        async def call() -> object:
            return await gen_server.call(actor.name, ASK, timeout=5.0)

        return call

    async def cast(self, actor: Server, value: int, times: int = 1) -> None:
        """A cast."""
        for _ in range(times):
            await gen_server.cast(actor.name, value)

    def join(self, actor: Server, successor: Server) -> None:
        """Two of the ring."""
        actor.successor = successor

    def handled(self, actor: Server) -> int:
        """Messages cast to it."""
        return actor.handled

    async def restarts_us(self, number: int) -> list[float]:
        """From the crash to the successor's start, under its supervisor."""
        child = Server("child")
        spec = supervisor.child_spec("child", gen_server.start, [_MODULE, child, child.name])
        options = supervisor.options(max_restarts=number, max_seconds=5)
        await _NURSERIES[-1].start(supervisor.start, [spec], options)
        await wait_all_tasks_blocked()
        took_us: list[float] = []
        for _ in range(number):
            starts = child.starts
            await gen_server.call(child.name, ASK)
            begun_ns = perf_counter_ns()
            await gen_server.cast(child.name, CRASH)
            while child.starts == starts:
                await self.turn()
            took_us.append((perf_counter_ns() - begun_ns) / 1_000)
        return took_us

    async def keep_busy(self, actors: Sequence[Server], until_s: float) -> None:
        """Each casts to itself."""
        for actor in actors:
            actor.until_s = until_s
            await gen_server.cast(actor.name, BUSY)

    async def lateness(self, actors: Sequence[Server], until_s: float) -> Lateness:
        """Casts that are still on their way when it is over are waited for."""
        lateness = await super().lateness(actors, until_s)
        await wait_all_tasks_blocked()
        return lateness

    async def turn(self) -> None:
        """A checkpoint."""
        await trio.lowlevel.checkpoint()

    async def nap(self, seconds: float) -> None:
        """Trio's timer."""
        await trio.sleep(seconds)

    async def together(self, callers: Sequence[Caller]) -> None:
        """In a nursery."""
        async with trio.open_nursery() as nursery:
            for caller in callers:
                nursery.start_soon(caller)


if __name__ == "__main__":
    main(Triotp())
