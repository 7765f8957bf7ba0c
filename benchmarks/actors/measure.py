"""What is measured of a subject, the same for all. A subject's module ends with `main(subject)`.

    python -m benchmarks.actors.floor figures|bytes [calls=50000 casts=200000 …]

prints one JSON document. Memory has a process of its own, in which nothing else was done.
"""

import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, perf_counter_ns
from typing import Any

from benchmarks.actors.figures import Figures, Size
from benchmarks.actors.subject import Call, Subject

BUSY = 10
"""Actors that are never done."""
CALLERS = 100
FIRST = 100
"""Restarts that are shown by themselves: a supervisor may be slower the more it remembers."""
BATCH = 1_000
"""Casts between two calls: the mailbox never holds more."""


def main(subject: Subject) -> None:
    """Measure once and print one JSON document."""
    what, *words = sys.argv[1:]
    size = Size.read(words)
    figures: Figures = {}

    async def work() -> None:
        if what == "bytes":
            figures["bytes_idle"] = await bytes_idle(subject, size)
        else:
            figures.update(await measured(subject, size))

    subject.run(work())
    print(json.dumps(figures))


async def measured(subject: Subject, size: Size) -> Figures:
    """One round of all but memory."""
    figures: Figures = {}
    async with subject.open():
        actor = (await subject.spawn(1))[0]
        call = subject.caller(actor)
        for _ in range(size.calls // 50):
            await call()
        figures |= await calls(subject, call, size.calls)
        figures["casts_per_s"] = await casts(subject, actor, size.casts)
    async with subject.open():
        gc.collect()  # what the calls left behind is not the spawns' to clear up
        begun_s = subject.clock_s()
        actors = await subject.spawn(size.spawns)
        figures["spawn_per_s"] = size.spawns / (subject.clock_s() - begun_s)
        await subject.turn()
        if len(actors) < size.ring:
            actors = [*actors, *(await subject.spawn(size.ring - len(actors)))]
        figures["ring_per_s"] = await ring(subject, actors[: size.ring], size.hops)
    async with subject.open():
        took_us = await subject.restarts_us(size.restarts)
        figures["restart_p50_us"] = median(took_us) if took_us else None
        figures["restart_first_p50_us"] = median(took_us[:FIRST]) if took_us else None
    async with subject.open():
        figures |= await under_load(subject, size.busy_ms / 1_000)
    return figures


async def calls(subject: Subject, call: Call, number: int) -> Figures:
    """One caller, then the same with each call timed, then a hundred callers at once."""
    begun_s = subject.clock_s()
    for _ in range(number):
        await call()
    one = number / (subject.clock_s() - begun_s)

    took_us: list[float] = []
    for _ in range(number):
        start = perf_counter_ns()
        await call()
        took_us.append((perf_counter_ns() - start) / 1_000)
    cuts = quantiles(took_us, n=100)

    return {
        "calls_per_s": one,
        "call_p50_us": cuts[49],
        "call_p99_us": cuts[98],
        "calls_100_per_s": await hundred(subject, call, number) if subject.has_callers else None,
    }


async def hundred(subject: Subject, call: Call, number: int) -> float:
    """Calls a second of a hundred callers at once."""
    each = max(number // CALLERS, 1)

    async def caller() -> None:
        for _ in range(each):
            await call()

    begun_s = subject.clock_s()
    await subject.together([caller] * CALLERS)
    return each * CALLERS / (subject.clock_s() - begun_s)


async def casts(subject: Subject, actor: Any, number: int) -> float:
    """Messages sent and handled by one actor, a second."""
    batches = max(number // BATCH, 1)
    handled = subject.handled(actor)
    begun_s = subject.clock_s()
    for _ in range(batches):
        await subject.cast(actor, 0, BATCH)
        handled += BATCH
        await subject.flush(actor, handled)
    return batches * BATCH / (subject.clock_s() - begun_s)


async def ring(subject: Subject, actors: Sequence[Any], hops: int) -> float:
    """Hops a second of one message round a ring."""
    for actor, successor in zip(actors, [*actors[1:], actors[0]], strict=True):
        subject.join(actor, successor)
    last = actors[hops % len(actors)]
    laps = hops // len(actors) + 1
    begun_s = subject.clock_s()
    await subject.cast(actors[0], hops)
    await subject.until(lambda: subject.handled(last) >= laps)
    return hops / (subject.clock_s() - begun_s)


async def under_load(subject: Subject, seconds: float) -> Figures:
    """How late a timer of 1 ms rings at worst beside ten actors that always have mail.

    And the least busy of the ten over the busiest.
    """
    actors = await subject.spawn(BUSY)
    until_s = perf_counter() + seconds
    lateness = await subject.lateness(actors, until_s)
    turns = [subject.handled(actor) for actor in actors]
    return {
        "late_ms": lateness.late_s * 1e3,
        "held_ms": None if lateness.held_s is None else lateness.held_s * 1e3,
        "share": min(turns) / max(turns),
    }


async def bytes_idle(subject: Subject, size: Size) -> float:
    """Resident bytes an idle actor takes."""
    async with subject.open():
        first = await subject.spawn(1)
        await subject.turn()
        before = resident_bytes()
        actors = await subject.spawn(size.idle)
        await subject.turn()
        grown = resident_bytes() - before
        assert len(first) + len(actors) == size.idle + 1  # all are still there
        return grown / size.idle


def resident_bytes() -> int:
    """Of this process, now (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
