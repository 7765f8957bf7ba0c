"""Commands that look at jobs: a list, one as it stands and as it goes on, who runs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from actors.control.command import Command
from actors.control.commands.look import NoArguments
from actors.control.commands.selection import Selected, job_number, no_job, refuse_unknown_names
from actors.control.context import Context
from actors.control.events import Cell, Column, Events, TableShown
from actors.control.jobs_events import JobOutOfSight, JobProgressed, JobShown, JobsListed
from actors.control.refusal import ExitCode
from actors.control.roles import Role
from actors.control.slots import option, positional, whole
from actors.jobs import ClockHealth, JobLife, JobRow, JobsHealth, NodeHealth
from runtime.clock import pause
from store import DatabaseUnreachable

_WATCHED_EVERY_S = 0.5
"""As often as progress is written."""
_MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class ListArguments(Selected):
    """What `job list` takes."""

    limit: int = option(
        "so many at the most", default=50, parse=whole(1, _MOST_LISTED), placeholder="N", short="-n"
    )


async def list_jobs(context: Context, arguments: ListArguments) -> Events:
    """Jobs that fit, the newest first."""
    wanted = arguments.filter()
    rows = await context.ports.jobs.find(wanted, limit=arguments.limit + 1)
    if not rows:
        await refuse_unknown_names(context, wanted)
    yield JobsListed(rows[: arguments.limit], more=len(rows) > arguments.limit)


@dataclass(frozen=True, slots=True)
class JobArguments:
    """What commands of one job take."""

    id: int = positional("the job's number", parse=job_number)


async def show(context: Context, arguments: JobArguments) -> Events:
    """The whole life of one job."""
    yield JobShown(await _life(context, arguments.id))


async def watch(context: Context, arguments: JobArguments) -> Events:
    """One line for each change, until the job ends; and one when it is lost from sight."""
    clock = context.ports.system.clock
    seen: JobRow | str | None = None
    while True:
        found = await _look(context, arguments.id)
        if found != seen:
            yield _sighted(arguments.id, found, clock.now())
            seen = found
        if isinstance(found, JobRow) and found.state in _ENDS:
            return
        await pause(clock, _WATCHED_EVERY_S)


async def _look(context: Context, job_id: int) -> JobRow | str:
    """The job, or why it cannot be seen. Raises Refusal when there is none."""
    try:
        return (await _life(context, job_id)).row
    except DatabaseUnreachable as error:
        return str(error)


def _sighted(job_id: int, found: JobRow | str, now: datetime) -> JobProgressed | JobOutOfSight:
    if isinstance(found, JobRow):
        return _progressed(found, now)
    return JobOutOfSight(now, job_id, found)


async def _life(context: Context, job_id: int) -> JobLife:
    life = await context.ports.jobs.life(job_id)
    if life is None:
        raise no_job(job_id)
    return life


_ENDS = {
    "completed": ExitCode.OK,
    "cancelled": ExitCode.FAILED,
    "discarded": ExitCode.FAILED,
}


def _progressed(row: JobRow, now: datetime) -> JobProgressed:
    return JobProgressed(
        at=now,
        id=row.id,
        state=row.state,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        progress=row.progress,
        last_error=None if row.state == "completed" else row.last_error,
        exit_code=_ENDS.get(row.state, ExitCode.OK),
    )


_CLOCK = (
    Column("name", "entry"),
    Column("expression", "when"),
    Column("zone", "zone"),
    Column("worker", "worker"),
    Column("queue", "queue"),
    Column("next_at", "next", "time"),
    Column("fired_at", "last", "time"),
    Column("job_id", "job", "number"),
    Column("missed", "missed", "number"),
    Column("missed_policy", "if missed"),
    Column("why", "trouble"),
)


async def clock(context: Context, _: NoArguments) -> Events:
    """The entries of the clock."""
    health = await context.ports.jobs.health()
    rows = tuple(map(_entry, health.clock))
    yield TableShown("clock", _CLOCK, rows, "the clock has no entries: [cron.NAME] makes one")


def _entry(entry: ClockHealth) -> tuple[Cell, ...]:
    return (
        entry.name,
        entry.expression,
        entry.zone,
        entry.worker,
        entry.queue,
        entry.next_at,
        entry.fired_at,
        entry.job_id,
        entry.missed,
        entry.missed_policy,
        entry.why,
    )


_NODES = (
    Column("node", "node"),
    Column("host", "host"),
    Column("pid", "pid", "number"),
    Column("started_at", "since", "time"),
    Column("seen_s", "silent", "seconds"),
    Column("executing", "running", "number"),
    Column("leases", "leads"),
    Column("here", "this one"),
    Column("id", "life"),
)


async def nodes(context: Context, _: NoArguments) -> Events:
    """Who runs jobs of this table."""
    health = await context.ports.jobs.health()
    empty = "no node has been heard of"
    if health.why is not None:
        empty = f"no node is known now: {health.why}"
    yield TableShown("nodes", _NODES, tuple(map(_node, health.nodes)), empty)


def _node(node: NodeHealth) -> tuple[Cell, ...]:
    return (
        node.node,
        node.host,
        node.pid,
        node.started_at,
        node.seen_s,
        node.executing,
        " ".join(node.leases) or None,
        "yes" if node.here else "no",
        node.id,
    )


_WORKERS = (
    Column("worker", "worker"),
    Column("state", "state", "state"),
    Column("queue", "queue"),
    Column("max_attempts", "attempts", "number"),
    Column("timeout_s", "time", "seconds"),
    Column("waiting", "waiting", "number"),
    Column("oldest_at", "oldest", "time"),
)


async def workers(context: Context, _: NoArguments) -> Events:
    """Who can perform jobs here, and whose jobs wait for somebody who can."""
    health = await context.ports.jobs.health()
    rows = (*_known(context), *_unknown(health))
    yield TableShown("workers", _WORKERS, rows, "no workers: [jobs] workers names their modules")


def _known(context: Context) -> Iterator[tuple[Cell, ...]]:
    known = context.ports.jobs.workers
    for name in known.names:
        worker = known.get(name)
        assert worker is not None, "what has a name is there"
        yield (name, "known", worker.queue, worker.max_attempts, worker.timeout_s, None, None)


def _unknown(health: JobsHealth) -> Iterator[tuple[Cell, ...]]:
    for each in health.unknown_workers:
        yield (each.worker, "unknown", each.queue, None, None, each.jobs, each.oldest_at)


COMMANDS = (
    Command(
        name="job list",
        summary="Jobs, the newest first, by queue, worker, state or tag.",
        group="jobs",
        role=Role.VIEWER,
        arguments=ListArguments,
        run=list_jobs,
        details="All that is given has to fit.",
        examples=("job list", "job list --queue default --state discarded --limit 200"),
    ),
    Command(
        name="job show",
        summary="One job: its times, arguments, attempts and errors.",
        group="jobs",
        role=Role.VIEWER,
        arguments=JobArguments,
        run=show,
        examples=("job show 42",),
    ),
    Command(
        name="job watch",
        summary="How far a job is, as it goes on, until it ends.",
        group="jobs",
        role=Role.VIEWER,
        arguments=JobArguments,
        run=watch,
        streams=lambda _: True,
        details=(
            "Returns 0 when it completes, 1 when it is cancelled or discarded. While the database"
            " is away it says so and waits."
        ),
        examples=("job watch 42", "job watch 42 --json"),
    ),
    Command(
        name="job clock",
        summary="What is inserted by the clock: when next, when last, what was missed.",
        group="jobs",
        role=Role.VIEWER,
        arguments=NoArguments,
        run=clock,
        examples=("job clock",),
    ),
    Command(
        name="job nodes",
        summary="Daemons that run jobs of this table, and who leads.",
        group="jobs",
        role=Role.VIEWER,
        arguments=NoArguments,
        run=nodes,
        examples=("job nodes",),
    ),
    Command(
        name="job workers",
        summary="Workers that this daemon has, and those that waiting jobs lack.",
        group="jobs",
        role=Role.VIEWER,
        arguments=NoArguments,
        run=workers,
        details="Jobs of an unknown worker stay where they are. Counts are a few seconds old.",
        examples=("job workers",),
    ),
)
