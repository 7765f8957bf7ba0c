"""How fast is the queue of jobs? Ours, the floor of bare statements, and Python's other queues.

One PostgreSQL from the wheel with PostgreSQL's default settings (fsync and synchronous_commit on),
a fresh database for each round of each queue, a process for each part. Rounds are interleaved, and
the medians shown. A part that takes too long ends by the clock, and its rate is of what was done.
Latency is from one insert of another process to the start of the job in an idle queue;
that from the sending of COMMIT is of ours alone: the calls of peers hide theirs.

    benchmarks/jobs.py [--quick] [--json | --markdown] [--only KEY …]
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))  # runs as a script, from anywhere

from benchmarks.actors.targets import COLUMNS_OF_TARGETS
from benchmarks.queues.figures import COLUMNS, Figures, Size
from benchmarks.queues.line_up import LINE_UP, Entrant, MeasuringFailed
from benchmarks.queues.server import running_server
from benchmarks.queues.standing import claims, growth_in_a_process
from benchmarks.queues.targets import verdicts
from benchmarks.report import Table, add_output_flags, medians, show
from store import EmbeddedServer

STANDING = {
    "waiting": "waiting",
    "claim_few_ms": "claim of 10 with 1,000, ms",
    "claim_many_ms": "with that many, ms",
    "scheduled": "scheduled",
    "scheduled_per_s": "jobs/s",
    "growth_mb": "memory grown, MB",
}


async def compare(
    server: EmbeddedServer, entrants: Sequence[Entrant], size: Size, rounds: int
) -> tuple[dict[str, Figures], list[str]]:
    """The medians of each entrant's figures, and why who is not among them is not."""
    missing = [f"{each.name}: not installed" for each in entrants if not each.present]
    seen: dict[str, list[Figures]] = {each.key: [] for each in entrants if each.present}
    for number in range(rounds):
        for entrant in entrants:
            if entrant.key not in seen:
                continue
            print(f"round {number + 1} of {rounds}: {entrant.name}", file=sys.stderr)
            try:
                seen[entrant.key].append(await entrant.figures(server, size))
            except MeasuringFailed as error:
                missing.append(f"{entrant.name}: {error.detail}")
                del seen[entrant.key]
    return {key: medians(several) for key, several in seen.items()}, missing


async def measure(
    entrants: Sequence[Entrant], size: Size, rounds: int, waiting: int
) -> tuple[dict[str, Figures], list[str], Figures]:
    """All of it, on one server."""
    async with running_server() as server:
        figures, missing = await compare(server, entrants, size, rounds)
        print(f"claims with {waiting:,} waiting", file=sys.stderr)
        standing = await claims(server, waiting, rounds)
        standing |= await growth_in_a_process(server, waiting // 2)
    return figures, missing, standing


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_output_flags(parser)
    parser.add_argument("--quick", action="store_true", help="a fraction of it, one round")
    keys = [each.key for each in LINE_UP]
    parser.add_argument("--only", nargs="+", choices=keys, default=keys, metavar="KEY")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    size, rounds, waiting = (Size.quick(), 1, 100_000) if options.quick else (Size(), 5, 1_000_000)
    entrants = [each for each in LINE_UP if each.key in options.only]
    figures, missing, standing = asyncio.run(measure(entrants, size, rounds, waiting))
    rows = [
        {"subject": each.name, "used": each.used, **figures[each.key]}
        for each in entrants
        if each.key in figures
    ]
    peers = {each.key: each.name for each in entrants if each.command[0] != sys.executable}
    show(
        [
            Table(f"Jobs: medians of {rounds} interleaved rounds", rows, COLUMNS),
            Table(
                "What is to be reached",
                [verdict.row() for verdict in verdicts(figures, standing, peers, waiting)],
                COLUMNS_OF_TARGETS,
                key="targets",
            ),
            Table(
                "A long line, a long schedule",
                [{"waiting": waiting, "scheduled": waiting // 2, **standing}],
                STANDING,
                key="standing",
            ),
        ],
        missing,
        options,
    )


if __name__ == "__main__":
    main()
