"""Tables as text: columns by what they hold, durations in two units, states in their colours."""

from datetime import datetime
from typing import Final

from rich.table import Table
from rich.text import Text

from actors.control.events import Cell, Column
from actors.control.printable import printable

STATES: Final = {
    "idle": "green",
    "ready": "green",
    "running": "green",
    "starting": "cyan",
    "waiting": "cyan",
    "suspended": "yellow",
    "backing_off": "yellow",
    "stopped": "red",
    "dead": "red",
    "paused": "yellow",
    "degraded": "yellow",
    "draining": "yellow",
    "not_here": "dim",
    "available": "cyan",
    "scheduled": "cyan",
    "executing": "green",
    "retryable": "yellow",
    "completed": "green",
    "cancelled": "dim",
    "discarded": "red",
    "known": "green",
    "unknown": "yellow",
}


def table(columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]) -> Table:
    """Rows under headings, as wide as they need to be."""
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        right = column.look in ("number", "seconds")
        shown.add_column(column.heading, justify="right" if right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(column, cell) for column, cell in zip(columns, row, strict=True)))
    return shown


def _cell(column: Column, cell: Cell) -> Text:
    match cell:
        case None:
            return Text("-", "dim")
        case datetime():
            return Text(cell.strftime("%Y-%m-%d %H:%M:%S"))
        case int() | float() if column.look == "seconds":
            return Text(duration(cell))
        case str() if column.look == "state":
            return Text(printable(cell).replace("_", " "), STATES.get(cell, ""))
        case _:
            return Text(printable(str(cell)))


def duration(seconds: float) -> str:
    """A duration in its two largest units: `250 ms`, `4.2 s`, `3 m 20 s`, `2 d 4 h`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    for name, size, smaller, part in (("m", 60, "s", 1), ("h", 3600, "m", 60)):
        if seconds < size * (60 if name == "m" else 24):
            return f"{seconds // size:.0f} {name} {seconds % size // part:.0f} {smaller}"
    return f"{seconds // 86400:.0f} d {seconds % 86400 // 3600:.0f} h"
