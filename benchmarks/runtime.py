"""How fast are actors? Ours, the floor, Python's other actors, and the BEAM on one scheduler.

Interleaved rounds, each subject in a process of its own; medians. Rates of Python programs of one
thread are per second of that process's processor time, those of the BEAM and of peers with threads
by the clock on the wall, as all latencies. Below stands what is to be reached, and whether it was.

    benchmarks/runtime.py [--quick] [--json | --markdown] [--only KEY …]
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))  # runs as a script, from anywhere

from benchmarks.actors.figures import COLUMNS, Figures, Size
from benchmarks.actors.line_up import LINE_UP, Entrant, MeasuringFailed
from benchmarks.actors.targets import COLUMNS_OF_TARGETS, verdicts
from benchmarks.report import Table, add_output_flags, medians, show


def compare(
    entrants: Sequence[Entrant], size: Size, rounds: int
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
                seen[entrant.key].append(entrant.figures(size))
            except MeasuringFailed as error:
                missing.append(f"{entrant.name}: {error.detail}")
                del seen[entrant.key]
    return {key: _over(several) for key, several in seen.items()}, missing


def _over(several: Sequence[Figures]) -> Figures:
    """The medians, and the worst that happened to the timer in any round."""
    worst = max(several, key=lambda one: one["late_ms"] or 0.0)
    return {**medians(several), "late_worst_ms": worst["late_ms"], "held_ms": worst.get("held_ms")}


def main() -> None:
    """Measure and print one table, with the targets below."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_output_flags(parser)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, three rounds")
    keys = [each.key for each in LINE_UP]
    parser.add_argument("--only", nargs="+", choices=keys, default=keys, metavar="KEY")
    options = parser.parse_args()
    size, rounds = (Size.quick(), 3) if options.quick else (Size(), 5)
    entrants = [each for each in LINE_UP if each.key in options.only]
    figures, missing = compare(entrants, size, rounds)
    show(
        [
            Table(
                f"Actors: medians of {rounds} interleaved rounds",
                [
                    {"subject": each.name, "clock": each.clock, **figures[each.key]}
                    for each in entrants
                    if each.key in figures
                ],
                COLUMNS,
            ),
            Table(
                "What is to be reached",
                [verdict.row() for verdict in verdicts(figures)],
                COLUMNS_OF_TARGETS,
                key="targets",
            ),
        ],
        missing,
        options,
    )


if __name__ == "__main__":
    main()
