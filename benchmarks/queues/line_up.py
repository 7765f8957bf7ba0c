"""Who is measured, where each is found on this machine, and one round of one of them."""

import asyncio
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.queues.figures import COLUMNS, Figures, Size
from benchmarks.queues.server import fresh_database
from store import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
JOBS = str(ROOT / ".venv-jobs" / "bin" / "python")
OBAN = str(ROOT / ".venv-oban" / "bin" / "python")
"""`make peers` makes these two environments where it can."""
PATIENCE_S = 120.0


class MeasuringFailed(RuntimeError):
    """A subject's process ended without figures. `detail` is the last thing it said."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(f"{key}: {detail}")
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Entrant:
    """One row: a process for each part, which prints one JSON document."""

    key: str
    name: str
    used: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ("true",)
    """A command that succeeds where the entrant can be measured."""
    parts: tuple[str, ...] = ("insert", "drain", "latency")

    @property
    def present(self) -> bool:
        """Whether it is installed."""
        if shutil.which(self.needs[0]) is None:
            return False
        return subprocess.run(self.needs, capture_output=True, check=False).returncode == 0

    async def figures(self, server: EmbeddedServer, size: Size) -> Figures:
        """One round on a database of its own. Raises MeasuringFailed."""
        figures: Figures = dict.fromkeys(["call_p50_ms", "call_p99_ms", "p50_ms", "p99_ms"])
        async with fresh_database(server, self.key) as database:
            for part in self.parts:
                figures |= await self.part(part, database.url, size.words())
                await database.settle()
        return figures

    async def part(self, part: str, url: str, words: list[str]) -> Figures:
        """One part in a fresh process. Raises MeasuringFailed."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self.command, part, url, *words, cwd=ROOT, stdout=pipe, stderr=pipe
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                output, errors = await process.communicate()
        except TimeoutError as error:
            process.kill()
            await process.wait()
            raise MeasuringFailed(self.key, f"{part}: not done after {PATIENCE_S:g} s") from error
        if process.returncode != 0:
            raise MeasuringFailed(self.key, f"{part}: {_last_line(errors)}")
        return read_figures(_last_line(output))


def read_figures(line: str) -> Figures:
    """What a subject's process printed. Raises ValueError for all but an object of figures."""
    figures = msgspec.json.decode(line, type=dict[str, float | None])
    if strange := figures.keys() - COLUMNS.keys():
        raise ValueError(f"no such figures: {', '.join(sorted(strange))}")
    return figures


def _last_line(text: bytes) -> str:
    return text.decode(errors="replace").strip().rpartition("\n")[2]


def _peer(key: str, name: str, used: str, python: str) -> Entrant:
    command = (python, "-m", f"benchmarks.peers.{key}")
    return Entrant(key, name, used, command, needs=(python, "-c", f"import {key}"))


_OURS = (sys.executable, "-m", "benchmarks.queues.ours")
_FLOOR = (sys.executable, "-m", "benchmarks.queues.floor")
LINE_UP = (
    Entrant(
        "floor",
        "floor: statements",
        "COPY of ready text; claims and completions of 500 on two connections",
        _FLOOR,
        parts=("insert", "drain"),
    ),
    Entrant("ours", "engset", "insert_many; limit 2,000 to drain, else 10", _OURS),
    _peer(
        "pgqueuer",
        "pgqueuer 1.6.0",
        "enqueue of lists; batch 500, 2,000 tasks to drain, else 10; asyncpg, uvloop",
        JOBS,
    ),
    _peer(
        "procrastinate",
        "procrastinate 3.10.0",
        "batch_defer_async; concurrency 30 to drain, else 10; psycopg",
        JOBS,
    ),
    _peer(
        "oban",
        "oban 0.7.0",
        "enqueue_many; limit 500 to drain, else 10; psycopg, uvloop",
        OBAN,
    ),
)
