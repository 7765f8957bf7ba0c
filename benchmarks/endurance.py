"""What the runtime bears: a million idle actors at once, and a hundred thousand crashes in a row.

Each part has a process of its own (`benchmarks/actors/multitude.py`, `cycles.py`).

    benchmarks/endurance.py [--quick] [--json | --markdown]
"""

import argparse
import asyncio
import logging
import subprocess
import sys
from pathlib import Path
from typing import Literal

import msgspec
import structlog

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))  # runs as a script, from anywhere

from benchmarks.actors.cycles import Cycles, cycles
from benchmarks.actors.multitude import Multitude, multitude
from benchmarks.report import Row, Table, add_output_flags, show

SUPERVISORS = 10
MULTITUDE_COLUMNS = {
    "actors": "idle actors",
    "start_s": "started, named s",
    "visit_s": "called s",
    "stop_s": "stopped s",
    "bytes_each": "bytes each",
    "resident_mb": "resident MB",
    "peak_mb": "peak MB",
    "named": "found by name",
    "answered": "answered",
    "stopped": "ended",
    "verdict": "under 1 GB, none lost",
}
CYCLES_COLUMNS = {
    "crashes": "crashes",
    "took_s": "took s",
    "restarts": "restarts",
    "downs": "Down heard",
    "exits": "Exited heard",
    "first_mb": "MB after the first tenth",
    "worst_mb": "MB at most since",
    "growth_percent": "growth %",
    "verdict": "within 2 %, none lost",
}

Part = Literal["multitude", "cycles"]


def run(part: Part, number: int) -> None:
    """Measure one part in this process, and print one JSON document."""
    # The crashes are meant: a hundred thousand tracebacks would be what is measured.
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    match part:
        case "multitude":
            print(msgspec.json.encode(asyncio.run(multitude(number))).decode())
        case "cycles":
            seen = asyncio.run(cycles(number // SUPERVISORS, SUPERVISORS))
            print(msgspec.json.encode(seen).decode())


def _in_a_fresh_process(part: Part, number: int) -> str:
    command = [sys.executable, __file__, "--part", part, "--number", str(number)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def main() -> None:
    """Measure both parts and print their tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_output_flags(parser)
    parser.add_argument("--quick", action="store_true", help="a tenth of both")
    parser.add_argument("--part", choices=("multitude", "cycles"), help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part is not None:
        run(options.part, options.number)
        return
    actors, crashes = (100_000, 10_000) if options.quick else (1_000_000, 100_000)
    many = msgspec.json.decode(_in_a_fresh_process("multitude", actors), type=Multitude)
    crashed = msgspec.json.decode(_in_a_fresh_process("cycles", crashes), type=Cycles)
    show(
        [
            Table("Idle actors in one process", [_multitude_row(many)], MULTITUDE_COLUMNS),
            Table(
                "Crash and restart, ten supervisors in a row",
                [_cycles_row(crashed)],
                CYCLES_COLUMNS,
                key="cycles",
            ),
        ],
        (),
        options,
    )


def _multitude_row(seen: Multitude) -> Row:
    return {**msgspec.to_builtins(seen), "verdict": _verdict(reached=seen.reached)}


def _cycles_row(seen: Cycles) -> Row:
    return {
        **msgspec.to_builtins(seen),
        "growth_percent": seen.growth * 100.0,
        "verdict": _verdict(reached=seen.reached),
    }


def _verdict(*, reached: bool) -> str:
    return "reached" if reached else "not reached"


if __name__ == "__main__":
    main()
