"""What every benchmark shares: where it ran, and its tables, for people, as Markdown or as JSON."""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table as RichTable

_ROOT = Path(__file__).parent.parent

Cell = str | float | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `columns` maps each key of a row to its heading."""

    title: str
    rows: Sequence[Row]
    columns: Mapping[str, str]
    key: str = "rows"
    """What the rows are called in the JSON document."""

    def is_numeric(self, key: str) -> bool:
        """Whether a column holds figures."""
        return any(isinstance(row.get(key), int | float) for row in self.rows)


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


def add_output_flags(parser: argparse.ArgumentParser) -> None:
    """`--json` and `--markdown`, one of them."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON document")
    forms.add_argument("--markdown", action="store_true", help="print the tables as Markdown")


def show(tables: Sequence[Table], missing: Sequence[str], options: argparse.Namespace) -> None:
    """Print the tables in the form asked for, and who is not in them and why."""
    if options.json:
        print(json.dumps(document(tables, missing), indent=2))
    elif options.markdown:
        print("\n\n".join(markdown(table) for table in tables))
        print(f"\n{machine()}; commit {commit()}")
    else:
        for table in tables:
            _show(table)
    if missing and not options.json:
        print(f"\nnot compared: {'; '.join(missing)}")


def document(tables: Sequence[Table], missing: Sequence[str] = ()) -> dict[str, object]:
    """What `--json` prints; the first table gives the title, and `columns` all the headings."""
    return {
        "title": tables[0].title,
        "machine": machine(),
        "commit": commit(),
        **{table.key: [*table.rows] for table in tables},
        "columns": {table.key: dict(table.columns) for table in tables},
        "missing": [*missing],
    }


def markdown(table: Table) -> str:
    """The table as GitHub and editors show it."""
    lines = [
        list(table.columns.values()),
        ["---:" if table.is_numeric(key) else "---" for key in table.columns],
        *([text(row.get(key)) for key in table.columns] for row in table.rows),
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def report(
    title: str,
    rows: Sequence[Row],
    columns: Mapping[str, str],
    *,
    as_json: bool,
) -> None:
    """Print one table, or one JSON document."""
    show([Table(title, rows, columns)], (), argparse.Namespace(json=as_json, markdown=False))


def _show(table: Table) -> None:
    shown = RichTable(title=table.title, caption=f"{machine()}\ncommit {commit()}", min_width=60)
    for key, heading in table.columns.items():
        shown.add_column(heading, justify="right" if table.is_numeric(key) else "left")
    for row in table.rows:
        shown.add_row(*(text(row.get(key)) for key in table.columns))
    # A table that goes into a file is as wide as it needs, not as the terminal it was not shown in.
    width = None if Console().is_terminal else 200
    Console(width=width).print(shown)


def text(cell: Cell) -> str:
    """A cell as it is read."""
    match cell:
        case None:
            return "-"
        case str():
            return cell
        case _ if abs(cell) >= 1_000:
            return f"{cell:,.0f}"
        case _:
            return f"{cell:.3g}"
