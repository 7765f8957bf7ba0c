"""Actors at work, as it happens: the events of one, and who does most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from actors.control.command import Command
from actors.control.commands.actors import ActorArguments, blocked_times
from actors.control.context import Context
from actors.control.events import Events, TopRow, TopShown, Traced
from actors.control.refusal import UsageError
from actors.control.roles import Role
from actors.control.slots import option, seconds
from runtime import ActorSnapshot, sys
from runtime.clock import pause

QUICKEST_S = 0.1
"""Between two refreshes of `top`, at least."""


@dataclass(frozen=True, slots=True)
class TraceArguments(ActorArguments):
    """What `trace` takes."""

    count: int = option("end after so many events", default=50, short="-n", placeholder="N")
    time: float = option(
        "end after that long", default=30.0, short="-t", parse=seconds, placeholder="30s"
    )


async def trace(context: Context, arguments: TraceArguments) -> Events:
    """The actor's events as they come. The actor is rid of us however this ends."""
    ref = context.census().ref(arguments.actor)
    try:
        events = sys.trace(context.ports.system, ref, limit=arguments.count, seconds=arguments.time)
    except ValueError as error:
        raise UsageError(str(error)) from error
    with events:
        async for event in events:
            yield Traced(ref.path, event)


@dataclass(frozen=True, slots=True)
class TopArguments:
    """What `top` takes."""

    sort: Literal["rate", "mailbox", "oldest", "messages", "restarts", "blocked", "path"] = option(
        "largest first; path sorts as the tree does", default="rate"
    )
    count: int = option("how many actors", default=20, short="-n", placeholder="N")
    every: float = option("between refreshes", default=1.0, parse=seconds, placeholder="1s")
    refreshes: int | None = option(
        "end after so many; else any key ends it", default=None, short="-r", placeholder="N"
    )


async def top(context: Context, arguments: TopArguments) -> Events:
    """Who handles most messages, again and again."""
    if arguments.every < QUICKEST_S:
        raise UsageError(f"--every must be {QUICKEST_S:g} s at least")
    system = context.ports.system
    measure = _MEASURES[arguments.sort]
    meter = _Meter()
    shown = 0
    while True:
        rows = [
            TopRow(
                path=actor.path,
                state=actor.state,
                rate=round(rate, 1),
                mailbox=actor.mailbox,
                oldest_s=None if actor.oldest_s is None else round(actor.oldest_s, 3),
                messages=actor.messages,
                restarts=actor.restarts,
                blocked=blocked_times(system.telemetry, actor.path),
            )
            for actor, rate in meter.read(context, system.clock.monotonic())
        ]
        total = sum(row.rate for row in rows)
        chosen = sorted(rows, key=lambda row: -measure(row))[: arguments.count]
        yield TopShown(system.clock.now(), len(rows), round(total, 1), tuple(chosen))
        shown += 1
        if shown == arguments.refreshes:
            return
        await pause(system.clock, arguments.every)


class _Meter:
    """Messages a second of every actor between two readings; at the first, since its start."""

    def __init__(self) -> None:
        self._read_s: float | None = None
        self._handled: dict[str, int] = {}

    def read(self, context: Context, now_s: float) -> list[tuple[ActorSnapshot, float]]:
        """Every actor with its rate. One that was restarted meanwhile counts from its start."""
        actors = list(context.census().snapshots())
        rates = [(actor, self._rate(actor, now_s)) for actor in actors]
        self._read_s = now_s
        self._handled = {actor.path: actor.messages for actor in actors}
        return rates

    def _rate(self, actor: ActorSnapshot, now_s: float) -> float:
        span_s = actor.uptime_s
        handled = actor.messages
        if self._read_s is not None:
            span_s = min(span_s, now_s - self._read_s)
            before = self._handled.get(actor.path, 0)
            handled -= before if before <= handled else 0
        return handled / span_s if span_s > 0 else 0.0


_MEASURES: dict[str, Callable[[TopRow], float]] = {
    "path": lambda _: 0.0,
    "rate": lambda row: row.rate,
    "mailbox": lambda row: row.mailbox,
    "oldest": lambda row: row.oldest_s or 0.0,
    "messages": lambda row: row.messages,
    "restarts": lambda row: row.restarts,
    "blocked": lambda row: row.blocked,
}
"""By which `top` sorts; equals keep the order of the tree."""


COMMANDS = (
    Command(
        name="trace",
        summary="What one actor receives, answers and does, as it happens; ends by itself.",
        group="look",
        role=Role.OPERATOR,
        arguments=TraceArguments,
        run=trace,
        streams=lambda _: True,
        details=(
            "Messages are shown without secrets. Ends after -n events, after -t, or with the actor."
        ),
        examples=("trace epp/verisign/pool -n 50 -t 30s", "trace web/server --json"),
    ),
    Command(
        name="top",
        summary="Who handles most messages now, refreshed every second.",
        group="look",
        role=Role.VIEWER,
        arguments=TopArguments,
        run=top,
        streams=lambda _: True,
        details=(
            "Rates are since the last refresh; those of the first are since each actor's start."
            " With --json one line for each refresh."
        ),
        examples=("top", "top --sort mailbox -n 5", "top --json -r 1"),
    ),
)
