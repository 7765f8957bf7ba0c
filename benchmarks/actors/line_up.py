"""Who is measured, where each is found on this machine, and one round of one of them."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from benchmarks.actors.figures import COLUMNS, Figures, Size

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
TRIOTP = ROOT / ".venv-triotp" / "bin" / "python"
"""`make bench` makes these two environments where it can."""
PATIENCE_S = 300.0

Kind = Literal["ours", "floor", "beam", "python"]


class MeasuringFailed(RuntimeError):
    """A subject's process ended without figures. `detail` is the last thing it said."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(f"{key}: {detail}")
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Entrant:
    """One row: a process that is told what to measure and prints one JSON document."""

    key: str
    name: str
    kind: Kind
    command: tuple[str, ...]
    clock: Literal["cpu", "wall"] = "cpu"
    smaller: int = 1
    """How many times less work a round has for it, since each takes that much longer."""
    needs: tuple[str, ...] = field(default=())
    """A command that succeeds where the entrant can be measured."""

    @property
    def present(self) -> bool:
        """Whether it is installed."""
        if shutil.which(self.command[0]) is None:
            return False
        tried = subprocess.run(self.needs or ("true",), capture_output=True, check=False)
        return tried.returncode == 0

    def figures(self, size: Size) -> Figures:
        """One round, in two fresh processes. Raises MeasuringFailed."""
        words = size.smaller(self.smaller).words() if self.smaller > 1 else size.words()
        return self._run("figures", words) | self._run("bytes", words)

    def _run(self, what: str, words: Sequence[str]) -> Figures:
        try:
            done = subprocess.run(
                [*self.command, what, *words],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise MeasuringFailed(self.key, f"not done after {error.timeout:.0f} s") from error
        try:
            return read_figures(_last_line(done.stdout))
        except ValueError as error:
            raise MeasuringFailed(self.key, _last_line(done.stderr) or str(error)) from error


def read_figures(line: str) -> Figures:
    """What a subject's process printed. Raises ValueError for all but an object of figures."""
    figures = msgspec.json.decode(line, type=dict[str, float | None])
    if strange := figures.keys() - COLUMNS.keys():
        raise ValueError(f"no such figures: {', '.join(sorted(strange))}")
    return figures


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _python(
    key: str,
    name: str,
    package: str,
    *,
    at: Path = PEERS,
    clock: Literal["cpu", "wall"] = "cpu",
    smaller: int = 1,
) -> Entrant:
    return Entrant(
        key,
        name,
        "python",
        (str(at), "-m", f"benchmarks.peers.{key}"),
        clock=clock,
        smaller=smaller,
        needs=(str(at), "-c", f"import {package}"),
    )


_OURS = (sys.executable, "-m", "benchmarks.actors.ours")
_BEAM = ("elixir", "--erl", "+S 1", "benchmarks/peers/beam.exs")

LINE_UP = (
    Entrant("plain", "plain handlers", "ours", (*_OURS, "plain")),
    Entrant("async", "async handlers", "ours", (*_OURS, "async")),
    Entrant("floor", "floor: Queue and Task", "floor", (*_OURS[:2], "benchmarks.actors.floor")),
    _python("pykka", "pykka 4.5.0", "pykka", clock="wall", smaller=20),
    _python("xoscar", "xoscar 0.12.2", "xoscar", smaller=4),
    _python("thespian", "Thespian 4.0.1, simpleSystemBase", "thespian", at=Path(sys.executable)),
    _python("triotp", "triotp 0.2.1", "triotp", at=TRIOTP, smaller=10),
    Entrant("genserver", "BEAM, GenServer, +S 1", "beam", (*_BEAM, "genserver"), clock="wall"),
    Entrant("raw", "BEAM, raw processes, +S 1", "beam", (*_BEAM, "raw"), clock="wall"),
)
