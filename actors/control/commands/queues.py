"""Commands that look at queues, and pause, resume and scale them on all nodes."""

import difflib
from collections.abc import Awaitable
from dataclasses import dataclass

from actors.control.command import Command, Confirm
from actors.control.commands.look import NoArguments
from actors.control.context import Context
from actors.control.events import Acted, Events
from actors.control.jobs_events import QueueShown, QueuesShown
from actors.control.refusal import ExitCode, Refusal
from actors.control.roles import Role
from actors.control.slots import positional, whole
from actors.jobs import UnknownQueue

_MOST_AT_ONCE = 10_000
_CONFIGURED = "configured"


def no_queue(name: str, known: tuple[str, ...]) -> Refusal:
    """What to say of a name that no queue has."""
    return Refusal(
        "not_found",
        f"no queue {name!r}",
        exit_code=ExitCode.NOT_FOUND,
        nearest=tuple(difflib.get_close_matches(name, known, n=3, cutoff=0.4)),
        known=known,
    )


async def list_queues(context: Context, _: NoArguments) -> Events:
    """Every queue in one line."""
    yield QueuesShown(await context.ports.jobs.health())


@dataclass(frozen=True, slots=True)
class QueueArguments:
    """What most commands of queues take."""

    name: str = positional("the queue", completes="queues")


async def show(context: Context, arguments: QueueArguments) -> Events:
    """Everything about one queue."""
    queues = (await context.ports.jobs.health()).queues
    for queue in queues:
        if queue.name == arguments.name:
            yield QueueShown(queue)
            return
    raise no_queue(arguments.name, tuple(queue.name for queue in queues))


async def pause(context: Context, arguments: QueueArguments) -> Events:
    """Begin no more of its jobs."""
    name = arguments.name
    await _told(context.ports.jobs.pause(name))
    said = (
        f"queue {name} is paused on all nodes; what runs goes on, `queue resume {name}` undoes it"
    )
    yield Acted(said, (("queue", name), ("paused", True)))


async def resume(context: Context, arguments: QueueArguments) -> Events:
    """Begin its jobs again."""
    name = arguments.name
    await _told(context.ports.jobs.resume(name))
    yield Acted(f"queue {name} goes on, on all nodes", (("queue", name), ("paused", False)))


def _limit(word: str) -> int | str:
    """How many at once, or `configured`."""
    if word == _CONFIGURED:
        return word
    try:
        return whole(1, _MOST_AT_ONCE)(word)
    except ValueError as error:
        raise ValueError(f"{error}, or {_CONFIGURED}") from None


@dataclass(frozen=True, slots=True)
class ScaleArguments:
    """What `queue scale` takes."""

    name: str = positional("the queue", completes="queues")
    limit: int | str = positional(
        "jobs at once on each node, or `configured` for what its configuration says",
        placeholder="N|configured",
        offers=(_CONFIGURED,),
        parse=_limit,
    )


async def scale(context: Context, arguments: ScaleArguments) -> Events:
    """So many jobs at once on each node."""
    name = arguments.name
    limit = arguments.limit if isinstance(arguments.limit, int) else None
    await _told(context.ports.jobs.scale(name, limit))
    said = f"{limit} jobs" if limit is not None else "as many jobs as its configuration says"
    yield Acted(f"queue {name}: {said} at once on each node", (("queue", name), ("limit", limit)))


async def _told(order: Awaitable[None]) -> None:
    try:
        await order
    except UnknownQueue as error:
        raise no_queue(error.name, error.known) from error


COMMANDS = (
    Command(
        name="queue list",
        summary="Queues: state, what runs and waits, the oldest, the rate.",
        group="jobs",
        role=Role.VIEWER,
        arguments=NoArguments,
        run=list_queues,
        details=(
            "`running` is of this node and its limit; `waiting` of all nodes, a few seconds old."
            " A queue that is `not here` is run by other nodes, or by none."
        ),
        examples=("queue list", "queue list --json"),
    ),
    Command(
        name="queue show",
        summary="One queue: jobs by state, limits, times, and what runs now.",
        group="jobs",
        role=Role.VIEWER,
        arguments=QueueArguments,
        run=show,
        examples=("queue show default",),
    ),
    Command(
        name="queue pause",
        summary="Begin no more jobs of a queue, on all nodes.",
        group="jobs",
        role=Role.OPERATOR,
        arguments=QueueArguments,
        run=pause,
        changes=True,
        confirm=Confirm.IN_SHELL,
        details="Jobs that run go on to their end. It stays paused over restarts.",
        examples=("queue pause default",),
    ),
    Command(
        name="queue resume",
        summary="Begin jobs of a paused queue again, on all nodes.",
        group="jobs",
        role=Role.OPERATOR,
        arguments=QueueArguments,
        run=resume,
        changes=True,
        examples=("queue resume default",),
    ),
    Command(
        name="queue scale",
        summary="How many jobs of a queue run at once on each node.",
        group="jobs",
        role=Role.OPERATOR,
        arguments=ScaleArguments,
        run=scale,
        changes=True,
        details="It holds over restarts, until `queue scale NAME configured`.",
        examples=("queue scale default 20", "queue scale default configured"),
    ),
)
