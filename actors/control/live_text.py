"""What happens at actors, as lines and tables of a terminal."""

from typing import Final

from rich.console import RenderableType
from rich.text import Text

from actors.control.events import Cell, Column, TopRow, TopShown, Traced
from actors.control.printable import printable
from actors.control.table_text import duration, table
from runtime.debug_events import DebugEvent, Ended, Handled, Received, Replied, TimerRang

CLEAR: Final = "\x1b[H\x1b[2J"
"""To the corner of the screen, and wipe it (ECMA-48: CUP, ED)."""


def live(event: Traced | TopShown) -> list[RenderableType]:
    """One event of a trace, or one refresh of `top`."""
    match event:
        case Traced(event=happened):
            return [_happened(happened)]
        case TopShown():
            return _top(event)


def _happened(event: DebugEvent) -> Text:
    line = Text().append(event.at.strftime("%H:%M:%S.%f")[:-3], "dim")
    match event:
        case Received(manner=manner, sender=sender, content=content):
            line.append(f" {manner:<8}", "cyan").append(f" {printable(content)}")
            if sender is not None:
                line.append(f" from {printable(sender)}", "dim")
        case Handled(message=message, took_s=took_s):
            line.append(" handled ", "dim").append(f" {printable(message)} in {duration(took_s)}")
        case Replied(message=message, content=content, to=to):
            line.append(" reply   ", "green").append(f" {printable(content)} to {message}")
            if to is not None:
                line.append(f" of {printable(to)}", "dim")
        case TimerRang(content=content):
            line.append(" timer   ", "cyan").append(f" {printable(content)}")
        case Ended(reason=reason):
            line.append(" ended   ", "red").append(f" {printable(reason)}")
    return line


_TOP_COLUMNS = (
    Column("path", "actor"),
    Column("state", "state", "state"),
    Column("rate", "per s", "number"),
    Column("mailbox", "mail", "number"),
    Column("oldest_s", "oldest", "seconds"),
    Column("messages", "handled", "number"),
    Column("restarts", "restarts", "number"),
    Column("blocked", "blocked", "number"),
)


def _top(shown: TopShown) -> list[RenderableType]:
    head = Text(shown.at.strftime("%H:%M:%S"), "bold")
    head.append(f"  {shown.actors} actors, {shown.rate:.1f} messages a second", "")
    return [head, table(_TOP_COLUMNS, tuple(map(_top_row, shown.rows)))]


def _top_row(row: TopRow) -> tuple[Cell, ...]:
    return (
        row.path,
        row.state,
        row.rate,
        row.mailbox,
        row.oldest_s,
        row.messages,
        row.restarts,
        row.blocked,
    )
