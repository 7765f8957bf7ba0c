"""Log lines as text."""

from rich.console import RenderableType
from rich.text import Text

from actors.control.events import LinesMissed, Logged, LogShown
from actors.control.logbook import LogEntry
from actors.control.printable import printable

_LEVELS = {
    "debug": "dim",
    "info": "cyan",
    "warning": "yellow",
    "error": "bold red",
    "critical": "bold red",
}


def log_lines(event: LogShown | Logged | LinesMissed) -> list[RenderableType]:
    """Lines of the past, one that was written now, or how many were not seen."""
    match event:
        case LogShown(entries=entries):
            return [_logged(entry) for entry in entries]
        case Logged(entry=entry):
            return [_logged(entry)]
        case LinesMissed(dropped=dropped):
            return [Text(f"… {dropped} lines missed: read too slowly", "yellow")]


def _logged(entry: LogEntry) -> Text:
    line = Text().append(entry.at.strftime("%H:%M:%S"), "dim")
    line.append(f" {entry.level:<8}", _LEVELS[entry.level])
    line.append(f" {printable(entry.event)}", "bold")
    if entry.actor is not None:
        line.append(f" {printable(entry.actor)}", "cyan")
    for key, value in entry.fields:
        line.append(f" {printable(key)}=", "dim").append(printable(value))
    return line
