"""Commands that look: the tree, its past, and who else looks."""

from dataclasses import dataclass

from actors.control.command import Command
from actors.control.context import Context
from actors.control.events import Column, Events, TableShown, TreeShown
from actors.control.roles import Role
from actors.control.slots import option, positional


@dataclass(frozen=True, slots=True)
class TreeArguments:
    """What `tree` takes."""

    path: str | None = positional("where to begin", default=None, completes="actors")


async def show_tree(context: Context, arguments: TreeArguments) -> Events:
    """The tree, or a part of it."""
    census = context.census()
    yield TreeShown(census.tree if arguments.path is None else census.node(arguments.path))


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
