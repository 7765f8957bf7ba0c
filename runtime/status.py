"""All that can be said of one actor from outside, taken at once and whatever it is doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.debug_events import DebugEvent, Statistics
from runtime.redaction import shown, without_addresses
from runtime.snapshot import ActorSnapshot
from runtime.stacks import stack_of

if TYPE_CHECKING:
    from runtime.actor import Actor
    from runtime.process import Process


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """One asyncio Task that runs on an actor's behalf."""

    name: str
    awaits: tuple[str, ...]
    """Where it stands, outermost first: `module:function:line`."""


@dataclass(frozen=True, slots=True)
class ActorStatus:
    """What `runtime.sys.get_status` answers (OTP: sys:get_status/1). Secrets are hidden."""

    actor: ActorSnapshot
    suspended: bool
    parent: str | None
    links: tuple[str, ...]
    monitors: tuple[str, ...]
    """Whose death it will hear of."""
    monitored_by: tuple[str, ...]
    timers: int
    """Messages still to come from `send_after`."""
    tasks: tuple[TaskStatus, ...]
    unanswered: int
    """Calls whose answer it owes."""
    state: tuple[tuple[str, str], ...]
    """As `format_status` lets it be shown; in the middle of an awaited handler it may be half
    changed."""
    debug: tuple[str, ...]
    """What is switched on: statistics, log, traces, functions."""
    statistics: Statistics | None
    log: tuple[DebugEvent, ...]


def state_of(actor: "Actor") -> Mapping[str, object]:
    """What an actor shows: its facts, or else its public attributes; as `format_status` allows."""
    public = {
        key: value
        for key, value in vars(actor).items()
        if not key.startswith("_") and key != "process"
    }
    return actor.format_status(dict(actor.facts()) or public)


def in_words(state: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """A state for people: each key with its value as it may be shown."""
    return tuple(
        (key, without_addresses(value) if isinstance(value, str) else shown(value))
        for key, value in state.items()
    )


def status_of(process: "Process") -> ActorStatus:
    """The status of a living process."""
    bonds, belongings, debug = process._bonds, process._belongings, process._debug
    return ActorStatus(
        actor=process.snapshot(),
        suspended=process._suspended,
        parent=None if process.parent is None else process.parent.path,
        links=() if bonds is None else tuple(other.path for other in bonds.links),
        monitors=() if bonds is None else tuple(other.path for other in bonds.monitors.values()),
        monitored_by=() if bonds is None else tuple(one.path for one in bonds.watchers.values()),
        timers=0 if belongings is None else len(belongings.timers),
        tasks=tuple(
            TaskStatus(task.get_name(), stack_of(task)) for task in process.running_tasks()
        ),
        unanswered=0 if process._belongings is None else len(process._belongings.deferred),
        state=in_words(state_of(process.actor)),
        debug=() if debug is None else debug.options(),
        statistics=None if debug is None else debug.statistics(),
        log=() if debug is None else debug.events(),
    )
