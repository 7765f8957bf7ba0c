"""How fast are actors? Plain and async handlers beside the floor: asyncio.Queue and a Task each.

Rates are per second of this process's CPU time, latencies by the clock on the wall. Interleaved
rounds, medians. Names, links, monitors, bounds and telemetry are on, as in the daemon; the floor
has none of them, and its calls have no timeout.

    benchmarks/runtime.py [--quick] [--json]
"""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter_ns, process_time
from typing import Any

import structlog

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))  # runs as a script, from anywhere

from benchmarks.report import Cell, medians, report
from runtime import Actor, Call, ChildSpec, Ref, Sender, System
from runtime.testing import behind, turns, until
from supervisors import Supervisor

COLUMNS = {
    "subject": "actors",
    "spawn_per_s": "spawn/s",
    "bytes_idle": "bytes idle",
    "call_p50_us": "call p50 µs",
    "call_p99_us": "p99 µs",
    "calls_per_s": "calls/s, one",
    "calls_100_per_s": "calls/s, a hundred",
    "casts_per_s": "casts/s",
    "ring_per_s": "ring hops/s",
    "restart_p50_us": "restart p50 µs",
}
RING = 1_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    rounds: int
    calls: int
    casts: int
    hops: int
    spawns: int
    restarts: int


FULL = Size(rounds=5, calls=50_000, casts=200_000, hops=300_000, spawns=20_000, restarts=2_000)
QUICK = Size(rounds=3, calls=5_000, casts=20_000, hops=30_000, spawns=5_000, restarts=200)


@dataclass(frozen=True, slots=True)
class Ask(Call[int]):
    """A request."""

    value: int


class Subject(ABC):
    """One way to write an actor that answers calls with 1 and hands a countdown round a ring."""

    name: str

    @abstractmethod
    def open(self) -> contextlib.AbstractAsyncContextManager[None]:
        """What has to be there while it is measured."""

    @abstractmethod
    def spawn(self) -> Any:
        """A new actor."""

    @abstractmethod
    def caller(self, actor: Any) -> Callable[[], Awaitable[object]]:
        """A function that makes one call."""

    @abstractmethod
    def caster(self, actor: Any) -> Callable[[int], None]:
        """A function that sends one message nobody waits for."""

    @abstractmethod
    def join(self, actor: Any, successor: Any) -> None:
        """Let `actor` hand what it gets to `successor`."""

    @abstractmethod
    def hops(self, actor: Any) -> int:
        """Messages it was cast."""

    @abstractmethod
    async def restarts_us(self, number: int) -> list[float]:
        """From each kill to the successor being found under the name, in µs."""


class Plain(Actor):
    """Plain handlers."""

    successor: Ref | None = None
    hops = 0

    def handle_call(self, request: Call[Any], sender: Sender) -> int:
        """Answer."""
        return 1

    def handle_cast(self, message: object) -> None:
        """Count down, round the ring."""
        assert isinstance(message, int)
        self.hops += 1
        if message and self.successor is not None:
            self.successor.cast(message - 1)


class Async(Actor):
    """Async handlers."""

    successor: Ref | None = None
    hops = 0

    async def handle_call(self, request: Call[Any], sender: Sender) -> int:
        """Answer."""
        return 1

    async def handle_cast(self, message: object) -> None:
        """Count down, round the ring."""
        assert isinstance(message, int)
        self.hops += 1
        if message and self.successor is not None:
            self.successor.cast(message - 1)


class Actors(Subject):
    """Ours."""

    def __init__(self, name: str, behaviour: type[Plain | Async]) -> None:
        self.name = name
        self._behaviour = behaviour
        self._system: System | None = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """A system."""
        async with System() as self._system:
            yield

    def spawn(self) -> Ref:
        """A new actor."""
        assert self._system is not None
        return self._system.spawn(self._behaviour)

    def caller(self, actor: Ref) -> Callable[[], Awaitable[object]]:
        """A call with the usual timeout of 5 s."""
        return partial(actor.call, Ask(1))

    def caster(self, actor: Ref) -> Callable[[int], None]:
        """A cast."""
        return actor.cast

    def join(self, actor: Ref, successor: Ref) -> None:
        """Link two of the ring."""
        behind(actor, self._behaviour).successor = successor

    def hops(self, actor: Ref) -> int:
        """Messages cast to it."""
        return behind(actor, self._behaviour).hops

    async def restarts_us(self, number: int) -> list[float]:
        """Under a real supervisor, with history."""
        system = self._system
        assert system is not None
        spec = ChildSpec(id="child", start=self._behaviour)
        await system.start(partial(Supervisor, [spec], intensity=number), name="top")
        took: list[float] = []
        for _ in range(number):
            child = system.lookup("top/child")
            await child.call(Ask(1))
            begun = perf_counter_ns()
            child.kill()
            await until(lambda: system.whereis("top/child") is not None)
            took.append((perf_counter_ns() - begun) / 1_000)
        return took


class Queued:
    """The actor everybody writes first: a queue and a Task that reads it."""

    def __init__(self) -> None:
        self.mail: asyncio.Queue[tuple[int, asyncio.Future[int] | None]] = asyncio.Queue()
        self.successor: Queued | None = None
        self.hops = 0
        self.task = asyncio.get_running_loop().create_task(self._live())

    async def _live(self) -> None:
        while True:
            message, future = await self.mail.get()
            if future is not None:
                if not future.done():
                    future.set_result(1)
                continue
            self.hops += 1
            if message and self.successor is not None:
                self.successor.mail.put_nowait((message - 1, None))

    async def call(self) -> int:
        """Ask and wait, with no timeout."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.mail.put_nowait((1, future))
        return await future

    def cast(self, message: int) -> None:
        """Tell."""
        self.mail.put_nowait((message, None))


class Floor(Subject):
    """asyncio.Queue and one Task an actor."""

    name = "floor: Queue and Task"

    def __init__(self) -> None:
        self._all: list[Queued] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Nothing but the loop."""
        yield
        tasks = [actor.task for actor in self._all]
        self._all.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def spawn(self) -> Queued:
        """A new actor."""
        actor = Queued()
        self._all.append(actor)
        return actor

    def caller(self, actor: Queued) -> Callable[[], Awaitable[object]]:
        """A call."""
        return actor.call

    def caster(self, actor: Queued) -> Callable[[int], None]:
        """A cast."""
        return actor.cast

    def join(self, actor: Queued, successor: Queued) -> None:
        """Link two of the ring."""
        actor.successor = successor

    def hops(self, actor: Queued) -> int:
        """Messages cast to it."""
        return actor.hops

    async def restarts_us(self, number: int) -> list[float]:
        """A done callback puts a new one into a dict of names."""
        names: dict[str, Queued] = {}

        def start(_: object) -> None:
            actor = self.spawn()
            names["child"] = actor
            if len(self._all) <= number:
                actor.task.add_done_callback(start)

        self._all.clear()
        start(None)
        took: list[float] = []
        for _ in range(number):
            child = names["child"]
            await child.call()
            begun = perf_counter_ns()
            child.task.cancel()
            await until(lambda child=child: names["child"] is not child)  # type: ignore[misc]
            took.append((perf_counter_ns() - begun) / 1_000)
        return took


SUBJECTS: dict[str, Subject] = {
    "plain": Actors("plain handlers", Plain),
    "async": Actors("async handlers", Async),
    "floor": Floor(),
}


async def measure(subject: Subject, size: Size) -> dict[str, float | None]:
    """One round of one subject."""
    figures: dict[str, float | None] = {}
    async with subject.open():
        actor = subject.spawn()
        call, cast = subject.caller(actor), subject.caster(actor)
        for _ in range(1_000):
            await call()
        figures |= await calls(call, size.calls)

        begun = process_time()
        for _ in range(size.casts // 1_000):
            for _ in range(1_000):
                cast(0)
            await call()
        figures["casts_per_s"] = size.casts / (process_time() - begun)
    async with subject.open():
        gc.collect()  # what the calls left behind is not the spawns' to clear up
        begun = process_time()
        actors = [subject.spawn() for _ in range(size.spawns)]
        figures["spawn_per_s"] = size.spawns / (process_time() - begun)
        await turns(2)
        figures["ring_per_s"] = await ring(subject, actors[:RING], size.hops)
    async with subject.open():
        took = await subject.restarts_us(size.restarts)
        figures["restart_p50_us"] = quantiles(took, n=2)[0]
    return figures


async def calls(call: Callable[[], Awaitable[object]], number: int) -> dict[str, float | None]:
    """One caller after the other, one caller timed, a hundred callers at once."""
    begun = process_time()
    for _ in range(number):
        await call()
    one = number / (process_time() - begun)

    took: list[float] = []
    for _ in range(number):
        start = perf_counter_ns()
        await call()
        took.append((perf_counter_ns() - start) / 1_000)
    cuts = quantiles(took, n=100)

    async def caller() -> None:
        for _ in range(number // 100):
            await call()

    begun = process_time()
    await asyncio.gather(*(caller() for _ in range(100)))
    hundred = number / (process_time() - begun)
    return {
        "call_p50_us": cuts[49],
        "call_p99_us": cuts[98],
        "calls_per_s": one,
        "calls_100_per_s": hundred,
    }


async def ring(subject: Subject, actors: list[Any], hops: int) -> float:
    """Hops a second of one message round a ring."""
    for actor, successor in zip(actors, [*actors[1:], actors[0]], strict=True):
        subject.join(actor, successor)
    last = actors[hops % len(actors)]
    laps = hops // len(actors) + 1
    begun = process_time()
    subject.caster(actors[0])(hops)
    await until(lambda: subject.hops(last) >= laps)
    return hops / (process_time() - begun)


async def bytes_idle(subject: Subject, number: int = 50_000) -> float:
    """Resident bytes an idle actor takes, in a process that did nothing else."""
    async with subject.open():
        subject.spawn()
        await turns(2)
        before = _resident_bytes()
        actors = [subject.spawn() for _ in range(number)]
        await turns(2)
        return (_resident_bytes() - before) / len(actors)


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _bytes_in_a_fresh_process(key: str) -> float:
    output = subprocess.run(
        [sys.executable, __file__, "--bytes", key], capture_output=True, text=True, check=True
    )
    return float(output.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--bytes", choices=SUBJECTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)  # a restart's log line would cost more than it
    if options.bytes is not None:
        print(asyncio.run(bytes_idle(SUBJECTS[options.bytes])))
        return
    size = QUICK if options.quick else FULL
    rounds: dict[str, list[dict[str, float | None]]] = {key: [] for key in SUBJECTS}
    for _ in range(size.rounds):
        for key, subject in SUBJECTS.items():
            figures = asyncio.run(measure(subject, size))
            rounds[key].append(figures | {"bytes_idle": _bytes_in_a_fresh_process(key)})
    rows: list[dict[str, Cell]] = [
        {"subject": SUBJECTS[key].name, **medians(several)} for key, several in rounds.items()
    ]
    title = f"Actors: medians of {size.rounds} interleaved rounds, rates per CPU second"
    report(title, rows, COLUMNS, as_json=options.json)


if __name__ == "__main__":
    main()
