"""The log, as it was and as it goes on."""

from dataclasses import dataclass
from typing import Literal

from actors.control.command import Command
from actors.control.context import Context
from actors.control.events import Events, LinesMissed, Logged, LogShown
from actors.control.logbook import LogFilter
from actors.control.roles import Role
from actors.control.slots import flag, option


@dataclass(frozen=True, slots=True)
class LogArguments:
    """What `log` takes."""

    follow: bool = flag("go on with new lines until stopped", short="-f")
    level: Literal["debug", "info", "warning", "error", "critical"] = option(
        "the least level", default="info"
    )
    actor: str | None = option("only this actor and those below it", default=None)
    count: int = option("how many lines of the past", default=20, short="-n", placeholder="N")


async def show_log(context: Context, arguments: LogArguments) -> Events:
    """The latest lines; with --follow each new one as it comes."""
    logbook = context.ports.logbook
    wanted = LogFilter(arguments.level, arguments.actor)
    if not arguments.follow:
        yield LogShown(logbook.latest(arguments.count, wanted))
        return
    subscription = logbook.subscribe(wanted)
    try:
        for entry in logbook.latest(arguments.count, wanted):
            yield Logged(entry)
        reported = 0
        async for entry in subscription:
            if subscription.dropped > reported:
                yield LinesMissed(subscription.dropped - reported)
                reported = subscription.dropped
            yield Logged(entry)
    finally:
        logbook.unsubscribe(subscription)


COMMANDS = (
    Command(
        name="log",
        summary="The latest log lines; -f goes on with new ones.",
        group="look",
        role=Role.VIEWER,
        arguments=LogArguments,
        run=show_log,
        streams=lambda arguments: arguments.follow,
        examples=("log -n 50", "log -f --level warning", "log -f --actor epp/verisign --json"),
    ),
)
