"""What a command says: frozen values that become a JSON document or text for a terminal.

A command that does not stream says exactly one of these, so that `--json` prints one document. A
stream says one for each line.
"""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from actors.control.answers import DomainAnswer, PollAnswer, worst
from actors.control.jobs_events import (
    JobOutOfSight,
    JobProgressed,
    JobShown,
    JobsListed,
    QueueShown,
    QueuesShown,
)
from actors.control.logbook import LogEntry
from actors.control.refusal import ExitCode
from runtime import TreeNode
from runtime.debug_events import DebugEvent
from runtime.snapshot import ActorState

if TYPE_CHECKING:
    from actors.epp import EppHealth

Cell = str | int | float | bool | datetime | None
Look = Literal["text", "number", "state", "seconds", "time"]


def plain(value: object) -> Any:
    """A value as JSON knows it; what msgspec cannot take apart is shown by its repr."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=repr)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its key in JSON, its heading, and how cells are written."""

    key: str
    heading: str
    look: Look = "text"


@dataclass(frozen=True, slots=True)
class TreeShown:
    """The supervision tree."""

    root: TreeNode
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return _branch(self.root)


def _branch(node: TreeNode) -> dict[str, object]:
    actor = node.actor
    return {
        "path": actor.path,
        "name": actor.name,
        "kind": actor.kind,
        "behaviour": actor.behaviour,
        "state": actor.state,
        "restarts": actor.restarts,
        "mailbox": actor.mailbox,
        "messages": actor.messages,
        "uptime_s": round(actor.uptime_s, 3),
        "last_exit": actor.last_exit,
        "strategy": actor.strategy,
        "children": [_branch(child) for child in node.children],
    }


@dataclass(frozen=True, slots=True)
class TableShown:
    """Rows under headings; in JSON a list of objects under `name`."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "nothing to show"
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        keys = [column.key for column in self.columns]
        return {self.name: [plain(dict(zip(keys, row, strict=True))) for row in self.rows]}


@dataclass(frozen=True, slots=True)
class RecordShown:
    """One thing with many sides; nested values are indented."""

    value: object
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return plain(self.value)


@dataclass(frozen=True, slots=True)
class PoolsShown:
    """The registries and their connections."""

    health: "EppHealth"
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return plain(self.health)


@dataclass(frozen=True, slots=True)
class DomainsAnswered:
    """What the registries said, one answer for each name."""

    answers: tuple[DomainAnswer, ...]

    @property
    def exit_code(self) -> ExitCode:
        """The worst of the answers'."""
        return worst(tuple(answer.exit_code for answer in self.answers))

    def document(self) -> object:
        """See `Event`."""
        return {"answers": [_with_details(answer) for answer in self.answers]}


@dataclass(frozen=True, slots=True)
class PollAnswered:
    """The heads of message queues."""

    answers: tuple[PollAnswer, ...]

    @property
    def exit_code(self) -> ExitCode:
        """The worst of the answers'."""
        return worst(tuple(answer.exit_code for answer in self.answers))

    def document(self) -> object:
        """See `Event`."""
        return {"messages": [_with_details(answer) for answer in self.answers]}


def _with_details(answer: DomainAnswer | PollAnswer) -> dict[str, object]:
    """Details as an object; a key said twice becomes a list."""
    document = cast("dict[str, object]", plain(answer))
    grouped: dict[str, list[str]] = {}
    for key, value in answer.details:
        grouped.setdefault(key, []).append(value)
    document["details"] = {
        key: values[0] if len(values) == 1 else values for key, values in grouped.items()
    }
    return document


@dataclass(frozen=True, slots=True)
class LogShown:
    """Log lines of the past, oldest first."""

    entries: tuple[LogEntry, ...]
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"entries": [_logged(entry) for entry in self.entries]}


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of a log that is followed."""

    entry: LogEntry
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return _logged(self.entry)


def _logged(entry: LogEntry) -> dict[str, object]:
    document = cast("dict[str, object]", plain(entry))
    document["fields"] = dict(entry.fields)
    return document


@dataclass(frozen=True, slots=True)
class Traced:
    """Something happened at an actor that is traced."""

    actor: str
    event: DebugEvent
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"actor": self.actor, **occurrence(self.event)}


def occurrence(event: DebugEvent) -> dict[str, object]:
    """An event of an actor with its kind: received, handled, replied, timer_rang, ended."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    return {"event": kind, **cast("dict[str, object]", plain(event))}


@dataclass(frozen=True, slots=True)
class TopRow:
    """One actor in `top`."""

    path: str
    state: ActorState
    rate: float
    """Messages a second since the last refresh."""
    mailbox: int
    oldest_s: float | None
    messages: int
    restarts: int
    blocked: int


@dataclass(frozen=True, slots=True)
class TopShown:
    """One refresh of `top`."""

    at: datetime
    actors: int
    """How many there are."""
    rate: float
    """Messages a second of all."""
    rows: tuple[TopRow, ...]
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        totals = {"actors": self.actors, "rate": self.rate}
        return {"at": plain(self.at), "totals": totals, "actors": plain(self.rows)}


@dataclass(frozen=True, slots=True)
class LinesMissed:
    """A followed log was read too slowly."""

    dropped: int
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"dropped": self.dropped}


@dataclass(frozen=True, slots=True)
class Acted:
    """A command has done its work."""

    message: str
    facts: tuple[tuple[str, Cell], ...] = ()
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"ok": self.exit_code == ExitCode.OK, "message": self.message, **dict(self.facts)}


@dataclass(frozen=True, slots=True)
class Replied:
    """What an actor answered to a call."""

    actor: str
    request: str
    reply: object
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"actor": self.actor, "request": self.request, "reply": plain(self.reply)}


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A one-time link to the pages."""

    url: str
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"url": self.url}


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A command as help lists it."""

    name: str
    usage: str
    summary: str
    role: str
    group: str


@dataclass(frozen=True, slots=True)
class HelpShown:
    """What there is to type."""

    text: str
    commands: tuple[CommandHelp, ...]
    exit_code: ExitCode = ExitCode.OK

    def document(self) -> object:
        """See `Event`."""
        return {"commands": plain(self.commands)}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a command was not carried out."""

    code: str
    message: str
    exit_code: ExitCode
    nearest: tuple[str, ...] = ()
    """Names that look like the wrong one."""
    known: tuple[str, ...] = ()
    """All names there are, where they are few."""
    usage: str | None = None

    def document(self) -> object:
        """See `Event`."""
        extras = {"nearest": self.nearest, "known": self.known, "usage": self.usage}
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                **{key: value for key, value in extras.items() if value},
            }
        }


Event = (
    TreeShown
    | TableShown
    | RecordShown
    | PoolsShown
    | DomainsAnswered
    | PollAnswered
    | LogShown
    | Logged
    | Traced
    | TopShown
    | LinesMissed
    | Acted
    | Replied
    | LinkMade
    | HelpShown
    | QueuesShown
    | QueueShown
    | JobsListed
    | JobShown
    | JobProgressed
    | JobOutOfSight
    | Problem
)
"""Each has an `exit_code` and a `document()` of plain values, ready for a JSON encoder."""

Events = AsyncGenerator[Event, None]
"""What a command says, as it comes; close it (`contextlib.aclosing`) when you stop early."""
