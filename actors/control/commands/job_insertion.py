"""The command that inserts a job. Its arguments may be personal: the record keeps none of them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from actors.control.command import Command
from actors.control.commands.queues import no_queue
from actors.control.commands.selection import no_worker
from actors.control.context import Context
from actors.control.events import Acted, Events
from actors.control.refusal import UsageError
from actors.control.roles import Role
from actors.control.slots import flag, moment, option, positional, seconds, whole
from actors.jobs import AnyWorker, JobRefused, NewJob

_MOST_ATTEMPTS = 1_000
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_PLACE = re.compile(r"^(?P<reason>.*) - at `(?P<place>.+)`$", re.DOTALL)
"""How msgspec ends a message that is about one field."""


@dataclass(frozen=True, slots=True)
class InsertArguments:
    """What `job insert` takes."""

    worker: str = positional("who shall perform it", completes="workers")
    args: str = option(
        "its arguments, a JSON object", default="{}", secret=True, placeholder="JSON"
    )
    queue: str | None = option(
        "into this queue; else the worker's own", default=None, completes="queues"
    )
    priority: int | None = option(
        "0 is the most urgent, 9 the least", default=None, parse=whole(0, 9), placeholder="0-9"
    )
    at: datetime | None = option(
        "not before that time", default=None, parse=moment, placeholder="MOMENT"
    )
    in_: float | None = option(
        "not before so much time has passed", default=None, parse=seconds, placeholder="5m"
    )
    tag: tuple[str, ...] = option("what it is found by", default=())
    max_attempts: int | None = option(
        "after so many it is discarded",
        default=None,
        parse=whole(1, _MOST_ATTEMPTS),
        placeholder="N",
    )
    anyway: bool = flag("also when no worker or queue of that name is known here")

    def __post_init__(self) -> None:
        if self.at is not None and self.in_ is not None:
            raise UsageError("give --at or --in, not both")


async def insert(context: Context, arguments: InsertArguments) -> Events:
    """Insert one job."""
    jobs = context.ports.jobs
    worker = jobs.workers.get(arguments.worker)
    if worker is None and not arguments.anyway:
        said = " here; --anyway inserts it for another node"
        raise no_worker(arguments.worker, jobs.workers.names, said)
    job = _new_job(arguments, worker, _due_at(arguments, context.ports.system.clock.now()))
    if not arguments.anyway:
        await _check_queue(context, job.queue)
    inserted = await jobs.insert(job)
    said = f"job {inserted.id} inserted into {job.queue}"
    if inserted.duplicate:
        said = f"job {inserted.id} is there already and is the only one of its kind"
    facts = (
        ("id", inserted.id),
        ("duplicate", inserted.duplicate),
        ("worker", job.worker),
        ("queue", job.queue),
        ("scheduled_at", None if job.scheduled_at is None else job.scheduled_at.isoformat()),
    )
    yield Acted(f"{said}; `job watch {inserted.id}` follows it", facts)


def _new_job(
    arguments: InsertArguments, worker: type[AnyWorker] | None, due_at: datetime | None
) -> NewJob:
    """The job, with the worker's own values where nothing was said. Raises UsageError."""
    args = _checked(arguments.args, worker)
    try:
        job = _plain(arguments.worker, args, worker)
        return replace(
            job,
            queue=job.queue if arguments.queue is None else arguments.queue,
            priority=job.priority if arguments.priority is None else arguments.priority,
            max_attempts=arguments.max_attempts or job.max_attempts,
            tags=arguments.tag or job.tags,
            scheduled_at=due_at,
        )
    except JobRefused as error:
        label = "WORKER" if error.key == "worker" else "--" + error.key.replace("_", "-")
        raise UsageError(f"{label} {error.reason}") from error


def _plain(name: str, args: bytes, worker: type[AnyWorker] | None) -> NewJob:
    if worker is None:
        return NewJob(worker=name, args=args)
    return NewJob(
        worker=name,
        args=args,
        queue=worker.queue,
        priority=worker.priority,
        max_attempts=worker.max_attempts,
        tags=worker.tags,
        unique=worker.unique,
    )


def _checked(args: str, worker: type[AnyWorker] | None) -> bytes:
    """The arguments as the table takes them. Raises UsageError naming the field."""
    text = args.strip().encode()
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"--args cannot be read as JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError("--args must be a JSON object")
    if _NUL.search(args) is not None:
        raise UsageError(r"--args holds \u0000, which PostgreSQL does not take")
    if worker is not None:
        try:
            msgspec.json.decode(text, type=worker.arguments)
        except msgspec.ValidationError as error:
            said = _misfit(str(error))
            raise UsageError(f"--args {said}: {worker.name} would not take it") from None
    return text


def _misfit(message: str) -> str:
    """`steps: expected …` out of msgspec's own words."""
    found = _PLACE.match(message)
    if found is None:
        return message[:1].lower() + message[1:]
    reason = found["reason"]
    return f"{found['place'].removeprefix('$.')}: {reason[:1].lower()}{reason[1:]}"


def _due_at(arguments: InsertArguments, now: datetime) -> datetime | None:
    if arguments.in_ is None:
        return arguments.at
    try:
        return now + timedelta(seconds=arguments.in_)
    except OverflowError:
        raise UsageError("--in is too long") from None


async def _check_queue(context: Context, name: str) -> None:
    jobs = context.ports.jobs
    if name in jobs.settings.queues:
        return
    known = tuple(queue.name for queue in (await jobs.health()).queues)
    if name not in known:
        raise no_queue(name, known)


COMMANDS = (
    Command(
        name="job insert",
        summary="Insert a job for a worker.",
        group="jobs",
        role=Role.OPERATOR,
        arguments=InsertArguments,
        run=insert,
        changes=True,
        details=(
            "Arguments that the worker would not take are refused at once. The audit record keeps"
            " the command without them."
        ),
        examples=(
            """job insert engset.Rehearsal --args '{"steps":20,"step_s":0.5}'""",
            "job insert engset.Rehearsal --in 10m --tag evening --priority 9",
            "job insert engset.Rehearsal --at 2027-01-31T09:00Z",
        ),
    ),
)
