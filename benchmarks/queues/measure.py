"""What is measured of a queue, the same for all. A subject's module ends with `main(subject)`.

    python -m benchmarks.queues.floor insert|drain|latency|commits URL [jobs=40000 …]

prints one JSON document. `commits` is the other process of `latency`: for each line that it reads
it inserts one job and prints the moments of the call and, if seen, of the commit.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from statistics import quantiles
from time import monotonic, perf_counter, process_time

from benchmarks.queues.figures import Figures, Size
from benchmarks.queues.subject import Subject

LOOK_EVERY_S = 0.005
IDLE_S = 0.065
"""Between two samples: what the last one left to write is written."""
PATIENCE_S = 10.0


def main(subject: Subject) -> None:
    """Measure one part and print one JSON document."""
    part, url, *words = sys.argv[1:]
    size = Size.read(words)
    figures: Figures = {}

    async def work() -> None:
        async with subject.opened(url):
            match part:
                case "insert":
                    await subject.install()
                    figures.update(await insert(subject, size))
                case "drain":
                    figures.update(await drain(subject, size))
                case "latency":
                    figures.update(await latency(subject, size, [*_again("commits"), url]))
                case "commits":
                    await commits(subject)
                case _:
                    raise ValueError(part)

    subject.run(work())
    if part != "commits":
        print(json.dumps(figures))


def _again(part: str) -> list[str]:
    """The command of this process with another part."""
    spec = sys.modules["__main__"].__spec__
    assert spec is not None, "run with -m"
    return [sys.executable, "-m", spec.name, part]


async def insert(subject: Subject, size: Size) -> Figures:
    """Jobs a second by one inserter, then by two at once on a connection each."""
    await subject.insert(0, size.chunk)  # statements are prepared, pages are there
    cpu_s = process_time()
    inserted, took_s = await _insert(subject, size, lanes=1)
    cpu_s = process_time() - cpu_s
    twice, both_s = await _insert(subject, size, lanes=2)
    return {
        "insert_per_s": inserted / took_s,
        "insert_cpu_us": cpu_s / inserted * 1e6,
        "insert_two_per_s": twice / both_s,
    }


async def _insert(subject: Subject, size: Size, *, lanes: int) -> tuple[int, float]:
    began_s = perf_counter()
    until_s = began_s + size.part_ms / 1e3
    firsts = iter(range(0, size.jobs, size.chunk))
    inserted = 0

    async def lane() -> None:
        nonlocal inserted
        for first in firsts:
            if perf_counter() > until_s:
                return
            await subject.insert(first, size.chunk)
            inserted += size.chunk

    await asyncio.gather(*(lane() for _ in range(lanes)))
    return inserted, perf_counter() - began_s


async def drain(subject: Subject, size: Size) -> Figures:
    """From the first job's start until the database knows the last as done, or the time is up."""
    waiting = await subject.left()
    began_s = cpu_s = 0.0
    seen = 0
    first = asyncio.Event()

    def started(_: int) -> None:
        nonlocal began_s, cpu_s, seen
        if not seen:
            began_s, cpu_s = perf_counter(), process_time()
            first.set()
        seen += 1

    async with subject.working(started, bulk=True):
        async with asyncio.timeout(PATIENCE_S):
            await first.wait()
        until_s = began_s + size.part_ms / 1e3
        while seen < waiting and perf_counter() < until_s:
            await _nap(LOOK_EVERY_S)
        while (left := await subject.left()) and perf_counter() < until_s:
            await _nap(LOOK_EVERY_S)
        took_s, cpu_s = perf_counter() - began_s, process_time() - cpu_s
    done = max(waiting - left, 1)
    return {"drain_per_s": done / took_s, "drain_cpu_us": cpu_s / done * 1e6}


async def latency(subject: Subject, size: Size, other: Sequence[str]) -> Figures:
    """From another process's insert, its call and its COMMIT, to the start of the job."""
    moments: list[float] = []
    heard = asyncio.Event()

    def started(_: int) -> None:
        moments.append(monotonic())
        heard.set()

    process = await asyncio.create_subprocess_exec(
        *other, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    calls_ms: list[float] = []
    commits_ms: list[float] = []
    try:
        async with subject.working(started, bulk=False):
            await process.stdout.readline()
            await _nap(1.0)  # everybody listens
            until_s = perf_counter() + size.samples * 0.2
            while len(calls_ms) < size.samples and perf_counter() < until_s:
                heard.clear()
                process.stdin.write(b"one\n")
                called_s, *committed_s = map(float, (await process.stdout.readline()).split())
                async with asyncio.timeout(PATIENCE_S):
                    await heard.wait()
                calls_ms.append((moments[-1] - called_s) * 1e3)
                commits_ms += [(moments[-1] - each_s) * 1e3 for each_s in committed_s]
                await _nap(IDLE_S)
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
    p50_ms, p99_ms = spread(calls_ms)
    figures: Figures = {"call_p50_ms": p50_ms, "call_p99_ms": p99_ms}
    if commits_ms:
        figures["p50_ms"], figures["p99_ms"] = spread(commits_ms)
    return figures


def spread(latencies_ms: Sequence[float]) -> tuple[float, float]:
    """The middle, and what only one in a hundred exceeds."""
    cuts = quantiles(latencies_ms, n=100, method="inclusive")
    return cuts[49], cuts[98]


async def commits(subject: Subject) -> None:
    """Insert one job for each line of the input."""
    print("ready", flush=True)
    number = 0
    while await asyncio.to_thread(sys.stdin.readline):
        called_s = monotonic()
        committed_s = await subject.insert_one(number)
        print(called_s, "" if committed_s is None else committed_s, flush=True)
        number += 1


async def _nap(seconds: float) -> None:
    await asyncio.sleep(seconds)  # noqa: TID251 - peers have no runtime of ours
