"""Queues as text: a table of all, and the sides of one."""

from rich.console import RenderableType
from rich.text import Text

from actors.control.events import Cell, Column
from actors.control.jobs_events import QueueShown, QueuesShown, queue_state
from actors.control.printable import printable
from actors.control.table_text import STATES, duration, table
from actors.jobs import JobsHealth, LocalQueue, QueueHealth, RunningJob, Timing


def queues(event: QueuesShown | QueueShown) -> list[RenderableType]:
    """One event."""
    match event:
        case QueuesShown(health=health):
            return [*_headline(health), table(_QUEUES, tuple(map(_queue, health.queues)))]
        case QueueShown(queue=queue):
            return _one(queue)


def _headline(health: JobsHealth) -> list[Text]:
    """Only where something is to be said."""
    if health.state == "up":
        return []
    why = "" if health.why is None else f": {printable(health.why)}"
    return [Text(f"jobs {health.state}{why}", "red" if health.state == "refused" else "yellow")]


_QUEUES = (
    Column("queue", "queue"),
    Column("state", "state", "state"),
    Column("running", "running", "number"),
    Column("waiting", "waiting", "number"),
    Column("oldest_s", "oldest", "seconds"),
    Column("rate", "per s", "number"),
    Column("failed", "failed", "number"),
    Column("paused", "paused"),
)


def _queue(queue: QueueHealth) -> tuple[Cell, ...]:
    here = queue.here
    return (
        queue.name,
        queue_state(queue),
        None if here is None else f"{here.running_count}/{here.limit}",
        queue.count("available"),
        queue.oldest_s,
        None if here is None else round(here.finished_per_s, 1),
        None if here is None else here.failed,
        "yes" if queue.paused else "no",
    )


def _one(queue: QueueHealth) -> list[RenderableType]:
    state = queue_state(queue)
    head = Text().append(printable(queue.name), "bold")
    head.append(f"  {state.replace('_', ' ')}", STATES[state])
    if queue.paused and state != "paused":
        head.append("  paused on all nodes", "yellow")
    if queue.here is not None and queue.here.why is not None:
        head.append(f"  {printable(queue.here.why)}")
    lines: list[RenderableType] = [head, _fact("jobs", _counts(queue))]
    if queue.oldest_s is not None:
        lines.append(_fact("oldest", f"due for {duration(queue.oldest_s)}"))
    for name, limit in (("rate", queue.rate), ("key", queue.key)):
        if limit is not None:
            lines.append(_fact(name, limit))
    if queue.global_limit is not None:
        lines.append(_fact("all nodes", f"{queue.global_limit} at once"))
    return lines if queue.here is None else lines + _here(queue.here)


def _counts(queue: QueueHealth) -> str:
    some = [f"{each.jobs} {each.state}" for each in queue.counts if each.jobs]
    return " · ".join(some) or "none"


def _here(here: LocalQueue) -> list[RenderableType]:
    running = f"{here.running_count} of {here.limit} at once"
    ended = f"{here.finished} since the start, {here.failed} of them failed"
    lines: list[RenderableType] = [
        _fact("running", running),
        _fact("ended", f"{ended}; {here.finished_per_s:.1f} per s now"),
        _fact("wait", _timing(here.wait)),
        _fact("run", _timing(here.run)),
    ]
    if here.unacknowledged:
        lines.append(_fact("unwritten", f"{here.unacknowledged} results"))
    if here.running:
        lines += [Text(), table(_RUNNING, tuple(map(_running, here.running)))]
    return lines


def _timing(timing: Timing) -> str:
    each = (("median", timing.p50_ms), ("95 %", timing.p95_ms), ("99 %", timing.p99_ms))
    said = [f"{name} {duration(value / 1_000)}" for name, value in each if value is not None]
    return " · ".join(said) or "-"


def _fact(name: str, value: str) -> Text:
    return Text("  ").append(f"{name:<9}", "dim").append(f"  {printable(value)}")


_RUNNING = (
    Column("id", "job", "number"),
    Column("worker", "worker"),
    Column("attempt", "attempt", "number"),
    Column("running_s", "for", "seconds"),
    Column("executor", "actor"),
)


def _running(job: RunningJob) -> tuple[Cell, ...]:
    return (job.id, job.worker, job.attempt, job.running_s, job.executor)
