"""Commands that look: the tree, the list, one actor, its state, its past."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from actors.control.command import Command
from actors.control.context import Context
from actors.control.events import Column, Events, RecordShown, TableShown, TreeShown
from actors.control.roles import Role
from actors.control.slots import option, positional
from runtime import ActorSnapshot


@dataclass(frozen=True, slots=True)
class TreeArguments:
    """What `tree` takes."""

    path: str | None = positional("where to begin", default=None, completes="actors")


async def show_tree(context: Context, arguments: TreeArguments) -> Events:
    """The tree, or a part of it."""
    census = context.census()
    yield TreeShown(census.tree if arguments.path is None else census.node(arguments.path))


@dataclass(frozen=True, slots=True)
class PsArguments:
    """What `ps` takes."""

    sort: Literal["path", "mailbox", "messages", "restarts"] = option(
        "largest first; path sorts as the tree does", default="path"
    )
    count: int | None = option("only so many", default=None, short="-n", placeholder="N")


_PS_COLUMNS = (
    Column("path", "actor"),
    Column("state", "state", "state"),
    Column("mailbox", "mail", "number"),
    Column("mailbox_peak", "peak", "number"),
    Column("messages", "handled", "number"),
    Column("restarts", "restarts", "number"),
    Column("dropped", "dropped", "number"),
    Column("uptime_s", "up", "seconds"),
    Column("behaviour", "behaviour"),
)

_ORDERS: dict[str, Callable[[ActorSnapshot], int]] = {
    "path": lambda _: 0,
    "mailbox": lambda actor: -actor.mailbox,
    "messages": lambda actor: -actor.messages,
    "restarts": lambda actor: -actor.restarts,
}


async def list_actors(context: Context, arguments: PsArguments) -> Events:
    """Every actor in one table."""
    actors = sorted(context.census().snapshots(), key=_ORDERS[arguments.sort])
    rows = tuple(
        (
            actor.path,
            actor.state,
            actor.mailbox,
            actor.mailbox_peak,
            actor.messages,
            actor.restarts,
            actor.dropped,
            round(actor.uptime_s, 3),
            actor.behaviour.rsplit(".", 1)[-1],
        )
        for actor in actors[: arguments.count]
    )
    yield TableShown("actors", _PS_COLUMNS, rows)


@dataclass(frozen=True, slots=True)
class ActorArguments:
    """What commands about one actor take."""

    actor: str = positional("its path, as `tree` shows it", completes="actors")


async def show_info(context: Context, arguments: ActorArguments) -> Events:
    """One actor from outside."""
    node = context.census().node(arguments.actor)
    actor = node.actor
    record: dict[str, object] = {
        "path": actor.path,
        "kind": actor.kind,
        "behaviour": actor.behaviour,
        "state": actor.state,
        "mailbox": actor.mailbox,
        "mailbox_peak": actor.mailbox_peak,
        "mailbox_capacity": actor.mailbox_capacity,
        "messages": actor.messages,
        "unhandled": actor.unhandled,
        "dropped": actor.dropped,
        "restarts": actor.restarts,
        "last_exit": actor.last_exit,
        "started_at": actor.started_at,
        "uptime_s": round(actor.uptime_s, 3),
    }
    if actor.kind == "supervisor":
        record |= {
            "strategy": actor.strategy,
            "intensity": actor.intensity,
            "children": [child.actor.path for child in node.children],
        }
    yield RecordShown(record)


async def show_state(context: Context, arguments: ActorArguments) -> Events:
    """One actor from inside, as far as it tells."""
    snapshot = context.census().ref(arguments.actor).snapshot()
    yield RecordShown(
        {"path": snapshot.path, "state": snapshot.state, "facts": dict(snapshot.facts)}
    )


@dataclass(frozen=True, slots=True)
class HistoryArguments:
    """What `history` takes."""

    actor: str | None = positional("only it and those below it", default=None, completes="actors")
    count: int = option("how many", default=50, short="-n", placeholder="N")


_HISTORY_COLUMNS = (
    Column("at", "when", "time"),
    Column("path", "actor"),
    Column("reason", "why"),
    Column("attempt", "attempt", "number"),
    Column("recovered_after_s", "back after", "seconds"),
)


async def show_history(context: Context, arguments: HistoryArguments) -> Events:
    """Restarts, newest first."""
    wanted = arguments.actor
    rows = tuple(
        (record.at, record.path, record.reason, record.attempt, record.recovered_after_s)
        for record in context.ports.system.telemetry.history()
        if wanted is None or record.path == wanted or record.path.startswith(wanted + "/")
    )
    if wanted is not None and not rows:
        context.census().node(wanted)
    yield TableShown("restarts", _HISTORY_COLUMNS, rows[: arguments.count], "no restarts")


@dataclass(frozen=True, slots=True)
class NoArguments:
    """For commands that take none."""


_WHO_COLUMNS = (
    Column("who", "who"),
    Column("role", "role"),
    Column("via", "via"),
    Column("address", "from"),
    Column("since", "since", "time"),
    Column("doing", "doing"),
)


async def show_who(context: Context, _: NoArguments) -> Events:
    """The open sessions."""
    rows = tuple(
        (
            visit.visitor.who,
            visit.visitor.role.label,
            visit.visitor.via,
            visit.visitor.address,
            visit.since,
            visit.doing,
        )
        for visit in context.visits.all()
    )
    yield TableShown("visitors", _WHO_COLUMNS, rows, "nobody")


COMMANDS = (
    Command(
        name="tree",
        summary="The supervision tree, or a part of it.",
        group="look",
        role=Role.VIEWER,
        arguments=TreeArguments,
        run=show_tree,
        examples=("tree", "tree epp/verisign"),
    ),
    Command(
        name="ps",
        summary="Every actor: state, mail, restarts.",
        group="look",
        role=Role.VIEWER,
        arguments=PsArguments,
        run=list_actors,
        examples=("ps", "ps --sort mailbox -n 10"),
    ),
    Command(
        name="info",
        summary="One actor from outside: behaviour, mail, restarts and why.",
        group="look",
        role=Role.VIEWER,
        arguments=ActorArguments,
        run=show_info,
        examples=("info epp/verisign/pool",),
    ),
    Command(
        name="state",
        summary="One actor from inside: what it says of itself.",
        group="look",
        role=Role.VIEWER,
        arguments=ActorArguments,
        run=show_state,
        examples=("state epp/verisign/pool",),
    ),
    Command(
        name="history",
        summary="Restarts with their reasons, newest first.",
        group="look",
        role=Role.VIEWER,
        arguments=HistoryArguments,
        run=show_history,
        examples=("history", "history epp/verisign -n 5"),
    ),
    Command(
        name="who",
        summary="Who is here, by which door.",
        group="look",
        role=Role.VIEWER,
        arguments=NoArguments,
        run=show_who,
    ),
)
