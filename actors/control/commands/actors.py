"""Commands that look at actors: all of them, one from outside, one from inside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from actors.control.command import Command
from actors.control.context import Context
from actors.control.events import Cell, Column, Events, RecordShown, TableShown, occurrence, plain
from actors.control.refusal import ExitCode, Refusal
from actors.control.roles import Role
from actors.control.slots import flag, option, positional, seconds
from runtime import ActorSnapshot, ActorStatus, CallTimeout, Telemetry, TreeNode, sys
from runtime.status import in_words


@dataclass(frozen=True, slots=True)
class PsArguments:
    """What `ps` takes."""

    sort: Literal[
        "path", "mailbox", "oldest", "messages", "rate", "restarts", "blocked", "dropped", "uptime"
    ] = option("largest first; path sorts as the tree does", default="path")
    count: int | None = option("only so many", default=None, short="-n", placeholder="N")


_PS_COLUMNS = (
    Column("path", "actor"),
    Column("kind", "kind"),
    Column("state", "state", "state"),
    Column("mailbox", "mail", "number"),
    Column("oldest_s", "oldest", "seconds"),
    Column("mailbox_peak", "peak", "number"),
    Column("messages", "handled", "number"),
    Column("rate", "per s", "number"),
    Column("restarts", "restarts", "number"),
    Column("blocked", "blocked", "number"),
    Column("dropped", "dropped", "number"),
    Column("uptime_s", "up", "seconds"),
    Column("behaviour", "behaviour"),
)


async def list_actors(context: Context, arguments: PsArguments) -> Events:
    """Every actor in one table."""
    telemetry = context.ports.system.telemetry
    measure = _MEASURES[arguments.sort]
    actors = sorted(context.census().snapshots(), key=lambda actor: -measure(actor, telemetry))
    rows = tuple(_row(actor, telemetry) for actor in actors[: arguments.count])
    yield TableShown("actors", _PS_COLUMNS, rows)


def _row(actor: ActorSnapshot, telemetry: Telemetry) -> tuple[Cell, ...]:
    return (
        actor.path,
        actor.kind,
        actor.state,
        actor.mailbox,
        None if actor.oldest_s is None else round(actor.oldest_s, 3),
        actor.mailbox_peak,
        actor.messages,
        round(_rate(actor), 1),
        actor.restarts,
        blocked_times(telemetry, actor.path),
        actor.dropped,
        round(actor.uptime_s, 3),
        actor.behaviour.rsplit(".", 1)[-1],
    )


def blocked_times(telemetry: Telemetry, path: str) -> int:
    """How often the actors of that path held the loop longer than 50 ms."""
    blocking = telemetry.blockings.get(path)
    return 0 if blocking is None else blocking.times


def _rate(actor: ActorSnapshot) -> float:
    """Messages a second since it started."""
    return actor.messages / actor.uptime_s if actor.uptime_s > 0 else 0.0


_Measure = Callable[[ActorSnapshot, Telemetry], float]
_MEASURES: dict[str, _Measure] = {
    "path": lambda _, __: 0.0,
    "mailbox": lambda actor, _: actor.mailbox,
    "oldest": lambda actor, _: actor.oldest_s or 0.0,
    "messages": lambda actor, _: actor.messages,
    "rate": lambda actor, _: _rate(actor),
    "restarts": lambda actor, _: actor.restarts,
    "blocked": lambda actor, telemetry: blocked_times(telemetry, actor.path),
    "dropped": lambda actor, _: actor.dropped,
    "uptime": lambda actor, _: actor.uptime_s,
}
"""By which `ps` sorts; equals keep the order of the tree."""


@dataclass(frozen=True, slots=True)
class ActorArguments:
    """What commands about one actor take."""

    actor: str = positional("its path, as `tree` shows it", completes="actors")


async def show_info(context: Context, arguments: ActorArguments) -> Events:
    """One actor from outside: at once, whatever it is doing."""
    node = context.census().node(arguments.actor)
    record = _outside(node)
    blocking = context.ports.system.telemetry.blockings.get(node.actor.path)
    record["blocked"] = {"times": 0} if blocking is None else plain(blocking)
    ref = context.census().living(arguments.actor)
    if ref is not None:
        record |= _bonds(sys.get_status(context.ports.system, ref))
    yield RecordShown(record)


def _outside(node: TreeNode) -> dict[str, object]:
    actor = node.actor
    record: dict[str, object] = {
        "path": actor.path,
        "kind": actor.kind,
        "behaviour": actor.behaviour,
        "state": actor.state,
        "mailbox": actor.mailbox,
        "oldest_s": None if actor.oldest_s is None else round(actor.oldest_s, 3),
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
    return record


def _bonds(status: ActorStatus) -> dict[str, object]:
    record: dict[str, object] = {
        "suspended": status.suspended,
        "parent": status.parent,
        "links": status.links,
        "monitors": status.monitors,
        "monitored_by": status.monitored_by,
        "timers": status.timers,
        "unanswered": status.unanswered,
        "tasks": plain(status.tasks),
        "debug": status.debug,
    }
    if status.statistics is not None:
        record["statistics"] = plain(status.statistics)
    if status.log:
        record["log"] = [occurrence(event) for event in status.log]
    return record


@dataclass(frozen=True, slots=True)
class StateArguments(ActorArguments):
    """What `state` takes."""

    now: bool = flag("do not wait for the handler that runs; its changes may be half done")
    timeout: float = option("how long to wait for it", default=5.0, parse=seconds, placeholder="5s")


async def show_state(context: Context, arguments: StateArguments) -> Events:
    """One actor from inside, as far as it tells."""
    system = context.ports.system
    ref = context.census().ref(arguments.actor)
    if arguments.now:
        facts = sys.get_status(system, ref).state
    else:
        try:
            facts = in_words(await sys.get_state(system, ref, timeout_s=arguments.timeout))
        except CallTimeout as error:
            raise Refusal(
                "timed_out",
                f"{error}: its handler still runs; `state {ref.path} --now` does not wait,"
                f" `info {ref.path}` tells where it is",
                exit_code=ExitCode.TIMED_OUT,
            ) from error
    yield RecordShown({"path": ref.path, "state": ref.snapshot().state, "facts": dict(facts)})


@dataclass(frozen=True, slots=True)
class DebugArguments(ActorArguments):
    """What `debug` takes."""

    statistics: Literal["on", "off"] | None = option(
        "count its messages, from now on", default=None
    )
    log: int | None = option("keep its last events; 0 keeps none", default=None, placeholder="N")
    off: bool = flag("switch everything off, traces of others included")


async def debug(context: Context, arguments: DebugArguments) -> Events:
    """Switch on or off, and show what there is then."""
    system = context.ports.system
    ref = context.census().ref(arguments.actor)
    if arguments.off:
        sys.no_debug(system, ref)
    match arguments.statistics:
        case "on":
            sys.start_statistics(system, ref)
        case "off":
            sys.stop_statistics(system, ref)
        case None:
            pass
    if arguments.log:
        sys.start_log(system, ref, arguments.log)
    elif arguments.log == 0:
        sys.stop_log(system, ref)
    status = sys.get_status(system, ref)
    yield RecordShown(
        {
            "path": ref.path,
            "debug": status.debug,
            "statistics": plain(status.statistics),
            "log": [occurrence(event) for event in status.log],
        }
    )


COMMANDS = (
    Command(
        name="ps",
        summary="Every actor: state, mail and its age, messages, restarts.",
        group="look",
        role=Role.VIEWER,
        arguments=PsArguments,
        run=list_actors,
        details="`per s` is the mean since the actor started; `top` shows what it is now.",
        examples=("ps", "ps --sort mailbox -n 10", "ps --sort blocked"),
    ),
    Command(
        name="info",
        summary="One actor from outside: behaviour, mail, bonds, tasks, restarts and why.",
        group="look",
        role=Role.VIEWER,
        arguments=ActorArguments,
        run=show_info,
        details="Answers at once, also where the actor is busy or suspended.",
        examples=("info epp/verisign/pool",),
    ),
    Command(
        name="state",
        summary="One actor from inside: what it says of itself.",
        group="look",
        role=Role.VIEWER,
        arguments=StateArguments,
        run=show_state,
        timeout_s=600.0,
        details="Waits for the handler that runs, so that nothing is half done. Hides secrets.",
        examples=("state epp/verisign/pool", "state epp/verisign/pool --now"),
    ),
    Command(
        name="debug",
        summary="Count an actor's messages, or keep its last events, and show them.",
        group="look",
        role=Role.OPERATOR,
        arguments=DebugArguments,
        run=debug,
        examples=(
            "debug epp/verisign/pool --statistics on --log 20",
            "debug epp/verisign/pool --off",
        ),
    ),
)
