"""Puts the tables of the benchmarks into docs/performance.md, where it says which.

Between `<!-- runtime:rows -->` and `<!-- end -->` comes the table `rows` of the document that
`benchmarks/runtime.py --json` prints, and below it the machine, the commit and who is missing. What
stands between other lines is prose and stays.

    python -m benchmarks.performance_page [--quick] [--reuse]

keeps the documents in var/benchmarks; with `--reuse` those that are there are not measured again.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.report import Cell, Table, markdown

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
DOCUMENTS = ROOT / "var" / "benchmarks"
_PLACE = re.compile(r"<!-- (?P<name>\w+):(?P<table>\w+) -->\n(?P<shown>.*?)<!-- end -->", re.DOTALL)


class UnknownTable(LookupError):
    """The page asks for a table that the benchmark does not print."""

    def __init__(self, name: str, table: str) -> None:
        super().__init__(f"{name} prints no table {table!r}")


@dataclass(frozen=True, slots=True)
class Document:
    """What a benchmark printed with `--json`."""

    title: str
    machine: str
    commit: str
    tables: dict[str, Table]
    missing: tuple[str, ...]

    @classmethod
    def read(cls, text: str | bytes) -> "Document":
        """Raises msgspec.ValidationError when it is no document of a benchmark."""
        head = msgspec.json.decode(text, type=_Head)
        rows = msgspec.json.decode(text, type=dict[str, object])
        tables = {
            key: Table(head.title, msgspec.convert(rows[key], list[dict[str, Cell]]), columns, key)
            for key, columns in head.columns.items()
        }
        return cls(head.title, head.machine, head.commit, tables, tuple(head.missing))

    def shown(self, name: str, table: str) -> str:
        """A table of it, and where it was measured. Raises UnknownTable."""
        if table not in self.tables:
            raise UnknownTable(name, table)
        where = f"`benchmarks/{name}.py`: {self.machine}; commit `{self.commit}`."
        missing = f" Not compared: {'; '.join(self.missing)}." if self.missing else ""
        return f"{markdown(self.tables[table])}\n\n{where}{missing}"


class _Head(msgspec.Struct):
    title: str
    machine: str
    commit: str
    columns: dict[str, dict[str, str]]
    missing: list[str]


def filled(page: str, document: Callable[[str], Document]) -> str:
    """The page with its tables; `document` gives that of a benchmark by its name."""
    seen: dict[str, Document] = {}

    def table(place: re.Match[str]) -> str:
        name, key = place["name"], place["table"]
        if name not in seen:
            seen[name] = document(name)
        return f"<!-- {name}:{key} -->\n\n{seen[name].shown(name, key)}\n\n<!-- end -->"

    return _PLACE.sub(table, page)


def measured(name: str, *, quick: bool, reuse: bool) -> Document:
    """Run a benchmark and keep what it printed, or read what was kept."""
    kept = DOCUMENTS / f"{name}.json"
    if not (reuse and kept.exists()):
        words = [sys.executable, f"benchmarks/{name}.py", "--json", *(["--quick"] * quick)]
        done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(done.stdout)
    return Document.read(kept.read_bytes())


def main() -> None:
    """Write the page anew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="short runs, to see that it works")
    parser.add_argument("--reuse", action="store_true", help="measure only what is not kept")
    options = parser.parse_args()
    page = filled(
        PAGE.read_text(encoding="utf-8"),
        lambda name: measured(name, quick=options.quick, reuse=options.reuse),
    )
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
