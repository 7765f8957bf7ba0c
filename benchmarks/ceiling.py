"""Where does the interpreter itself end? Mail by deques and handlers, and nothing else.

No names, bounds, counts, exceptions, turns or event loop: what a runtime written in Python could do
at most. `benchmarks/runtime.py` measures the same two things of actors.

    benchmarks/ceiling.py [--quick] [--json | --markdown]
"""

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))  # runs as a script, from anywhere

from benchmarks.actors.figures import Size
from benchmarks.actors.measure import BATCH
from benchmarks.report import Row, Table, add_output_flags, show

COLUMNS = {"what": "what", "per_s": "per CPU second"}


class Bare:
    """A handler, a deque, and a successor."""

    __slots__ = ("handled", "mail", "successor")

    def __init__(self) -> None:
        self.handled = 0
        self.mail: deque[int] = deque()
        self.successor: Bare | None = None

    def handle_cast(self, message: int, queue: deque["Bare"]) -> None:
        """Count, and hand it on, one less."""
        self.handled += 1
        if message > 0 and self.successor is not None:
            self.successor.cast(message - 1, queue)

    def cast(self, message: int, queue: deque["Bare"]) -> None:
        """Put it into the deque, and the actor into the run queue if it is not there."""
        if not self.mail:
            queue.append(self)
        self.mail.append(message)


def drain(queue: deque[Bare]) -> None:
    """Let each handle its mail until there is none."""
    while queue:
        actor = queue[0]
        mail = actor.mail
        while mail:
            actor.handle_cast(mail.popleft(), queue)
        queue.popleft()


def casts(size: Size) -> float:
    """Messages sent to one actor and handled, a second."""
    actor, queue = Bare(), deque[Bare]()
    began_s = process_time()
    for _ in range(size.casts // BATCH):
        for _ in range(BATCH):
            actor.cast(0, queue)
        drain(queue)
    took_s = process_time() - began_s
    assert actor.handled == size.casts
    return size.casts / took_s


def ring(size: Size) -> float:
    """Hops of one message round a ring, a second."""
    actors, queue = [Bare() for _ in range(size.ring)], deque[Bare]()
    for actor, successor in zip(actors, [*actors[1:], actors[0]], strict=True):
        actor.successor = successor
    began_s = process_time()
    actors[0].cast(size.hops, queue)
    drain(queue)
    took_s = process_time() - began_s
    assert sum(actor.handled for actor in actors) == size.hops + 1
    return size.hops / took_s


def turns(size: Size) -> float:
    """Turns of an event loop that has one callback to run, a second: epoll, a Handle, a call."""

    async def work() -> float:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        left = size.calls

        def again() -> None:
            nonlocal left
            left -= 1
            if left:
                loop.call_soon(again)
            else:
                done.set_result(None)

        began_s = process_time()
        loop.call_soon(again)
        await done
        return size.calls / (process_time() - began_s)

    return asyncio.run(work())


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_output_flags(parser)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    options = parser.parse_args()
    size, rounds = (Size.quick(), 3) if options.quick else (Size(), 5)
    asked: dict[str, Callable[[Size], float]] = {
        "casts to one actor": casts,
        "hops round a ring of 1,000": ring,
        "turns of asyncio's loop": turns,
    }
    seen: dict[str, list[float]] = {what: [] for what in asked}
    for _ in range(rounds):
        for what, run in asked.items():
            seen[what].append(run(size))
    rows: list[Row] = [{"what": what, "per_s": median(rates)} for what, rates in seen.items()]
    show([Table("What the interpreter does at most", rows, COLUMNS)], (), options)


if __name__ == "__main__":
    main()
