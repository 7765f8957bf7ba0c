"""What every benchmark shares: where it ran, and its one table, for people or as JSON."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

_ROOT = Path(__file__).parent.parent

Cell = str | float | None


def machine() -> str:
    """Processor, cores, system and Python."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = (line for line in info.read_text().splitlines() if line.startswith("model name"))
        model = next(names, f": {model}").split(":", 1)[1].strip()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, {python}"


def commit() -> str:
    """The commit that was measured, with a + when the files differ from it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


def medians(rounds: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """The median of each figure over the rounds; None where nothing was measured."""
    names = rounds[0]
    figures = {name: [one[name] for one in rounds] for name in names}
    return {
        name: median(value for value in values if value is not None) if None not in values else None
        for name, values in figures.items()
    }


def report(
    title: str,
    rows: Sequence[Mapping[str, Cell]],
    columns: Mapping[str, str],
    *,
    as_json: bool,
) -> None:
    """Print `rows`; `columns` maps each key to its heading. As JSON it is one document."""
    if as_json:
        document = {"title": title, "machine": machine(), "commit": commit(), "rows": [*rows]}
        print(json.dumps(document, indent=2))
        return
    table = Table(title=title, caption=f"{machine()}\ncommit {commit()}", min_width=60)
    for key, heading in columns.items():
        numeric = any(isinstance(row.get(key), int | float) for row in rows)
        table.add_column(heading, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(_text(row.get(key)) for key in columns))
    # A table that goes into a file is as wide as it needs, not as the terminal it was not shown in.
    width = None if Console().is_terminal else 200
    Console(width=width).print(table)


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case str():
            return cell
        case _ if abs(cell) >= 1_000:
            return f"{cell:,.0f}"
        case _:
            return f"{cell:.3g}"
