"""Crash and restart, over and over: every signal arrives, and memory stays where it was.

The child crashes under one supervisor after another. Memory is looked at when each has ended, and
the first is the warm-up: a supervisor remembers its restarts for as long as they count, which is no
leak. A witness monitors every incarnation, is linked to it, and counts what it hears.
"""

import gc
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

from benchmarks.actors.measure import resident_bytes
from runtime import Actor, Call, ChildSpec, Down, Exited, Ref, Sender, System
from runtime.testing import until
from supervisors import Supervisor

FLAT = 0.02
"""How much memory may grow after the warm-up."""


@dataclass(frozen=True, slots=True)
class Crash:
    """Raise."""


class Fragile(Actor):
    """Crashes when told to."""

    def handle_cast(self, message: object) -> None:
        """Whatever it is."""
        raise RuntimeError("told to crash")


@dataclass(frozen=True, slots=True)
class Watch(Call[None]):
    """Monitor this one, and be linked to it."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Tally(Call["Heard"]):
    """Say what you heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Signals of crashes."""

    downs: int
    exits: int


class Witness(Actor):
    """Hears of every death."""

    trap_exit = True

    def __init__(self) -> None:
        self._downs = 0
        self._exits = 0

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Watch one more, or tell."""
        match request:
            case Watch(ref=ref):
                self.monitor(ref)
                self.link(ref)
                return None
            case Tally():
                return Heard(self._downs, self._exits)
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """Count."""
        match message:
            case Down():
                self._downs += 1
                return None
            case Exited():
                self._exits += 1
                return None
            case _:
                return self.unhandled(message)


@dataclass(frozen=True, slots=True)
class Cycles:
    """What became of many crashes."""

    crashes: int
    restarts: int
    """That the system's telemetry counted."""
    downs: int
    exits: int
    took_s: float
    first_mb: float
    """Resident after the warm-up."""
    worst_mb: float
    """Resident at most after that."""

    @property
    def growth(self) -> float:
        """Of memory since the warm-up, as a part of it."""
        return self.worst_mb / self.first_mb - 1.0

    @property
    def reached(self) -> bool:
        """Whether no signal was lost and memory is flat."""
        heard = self.crashes == self.restarts == self.downs == self.exits
        return heard and self.growth <= FLAT


async def cycles(each: int, supervisors: int) -> Cycles:
    """Crash so many children under each of so many supervisors, one supervisor after another."""
    resident_mb: list[float] = []
    async with System() as system:
        witness = await system.start(Witness)
        spec = ChildSpec(id="child", start=Fragile)
        began_s = perf_counter()
        for _ in range(supervisors):
            supervisor = await system.start(
                partial(Supervisor, [spec], intensity=each), name="endurance"
            )
            for _ in range(each):
                await _crash(system, witness, "endurance/child")
            await supervisor.stop()
            gc.collect()
            resident_mb.append(resident_bytes() / 1e6)
        took_s = perf_counter() - began_s
        heard = await witness.call(Tally())
        restarts = system.telemetry.restarts
    return Cycles(
        crashes=each * supervisors,
        restarts=restarts,
        downs=heard.downs,
        exits=heard.exits,
        took_s=took_s,
        first_mb=resident_mb[0],
        worst_mb=max(resident_mb[1:]),
    )


async def _crash(system: System, witness: Ref, path: str) -> None:
    """Crash the child of that name, and wait for its successor."""
    child = system.lookup(path)
    await witness.call(Watch(child))
    child.cast(Crash())
    await until(lambda: system.whereis(path) not in {None, child})
