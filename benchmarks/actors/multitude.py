"""As many idle actors as one process bears: started with a name, called once each, stopped."""

from dataclasses import dataclass
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

from benchmarks.actors.measure import resident_bytes
from runtime import Actor, Call, Sender, System

LIMIT_MB = 1_000.0
BATCH = 1_000
"""Asked to stop at a time: whoever is asked has mail, and so a mailbox."""


@dataclass(frozen=True, slots=True)
class Visit(Call[int]):
    """Say how often you were visited."""


class Idle(Actor):
    """One of a million."""

    visits = 0

    def handle_call(self, request: Call[Any], sender: Sender) -> int:
        """Count."""
        self.visits += 1
        return self.visits


@dataclass(frozen=True, slots=True)
class Multitude:
    """What became of many actors."""

    actors: int
    named: int
    answered: int
    stopped: int
    start_s: float
    visit_s: float
    stop_s: float
    bytes_each: float
    resident_mb: float
    """Of the process, with all of them alive and visited."""
    peak_mb: float
    """Of the process, ever."""

    @property
    def reached(self) -> bool:
        """Whether all were named, answered and ended, and memory stayed under the limit."""
        everybody = self.named == self.answered == self.stopped == self.actors
        return everybody and self.peak_mb < LIMIT_MB


async def multitude(number: int) -> Multitude:
    """Start, name, visit and stop so many actors."""
    async with System() as system:
        before = resident_bytes()
        began_s = perf_counter()
        refs = [system.spawn(Idle, name=f"idle/{serial}") for serial in range(number)]
        started_s = perf_counter()
        answered = 0
        for ref in refs:
            answered += await ref.call(Visit())
        visited_s = perf_counter()
        resident = resident_bytes()
        named = sum(system.whereis(ref.path) is ref for ref in refs)
        stop_s = perf_counter()
        for first in range(0, number, BATCH):
            batch = refs[first : first + BATCH]
            for ref in batch:
                ref.request_stop()
            for ref in batch:
                await ref.join()
        stopped_s = perf_counter()
        left = len(system.living())
    return Multitude(
        actors=number,
        named=named,
        answered=answered,
        stopped=number - left,
        start_s=started_s - began_s,
        visit_s=visited_s - started_s,
        stop_s=stopped_s - stop_s,
        bytes_each=(resident - before) / number,
        resident_mb=resident / 1e6,
        peak_mb=getrusage(RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    )
