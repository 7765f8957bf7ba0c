"""Jobs as text: a table, and the life of one from its arguments to its errors."""

from rich.console import RenderableType
from rich.text import Text

from actors.control.events import Cell, Column
from actors.control.jobs_events import JobOutOfSight, JobProgressed, JobShown, JobsListed
from actors.control.printable import printable
from actors.control.table_text import STATES, table
from actors.jobs import JobError, JobLife, JobRow, Progress


def jobs(event: JobsListed | JobShown | JobProgressed | JobOutOfSight) -> list[RenderableType]:
    """One event."""
    match event:
        case JobsListed(rows=()):
            return [Text("no such jobs", "dim")]
        case JobsListed(rows=rows, more=more):
            hint = [Text("… and older ones: raise --limit, or narrow it", "dim")] if more else []
            return [table(_JOBS, tuple(map(_job, rows))), *hint]
        case JobShown(life=life):
            return list(_life(life))
        case JobProgressed():
            return [_progressed(event)]
        case JobOutOfSight(at=at, why=why):
            said = f"  waits: {printable(why)}"
            return [Text().append(at.strftime("%H:%M:%S"), "dim").append(said, "yellow")]


_JOBS = (
    Column("id", "job", "number"),
    Column("state", "state", "state"),
    Column("queue", "queue"),
    Column("worker", "worker"),
    Column("attempt", "attempt", "number"),
    Column("priority", "prio", "number"),
    Column("scheduled_at", "due", "time"),
    Column("ended_at", "ended", "time"),
    Column("progress", "progress", "number"),
    Column("tags", "tags"),
    Column("last_error", "last error"),
)


def _job(row: JobRow) -> tuple[Cell, ...]:
    return (
        row.id,
        row.state,
        row.queue,
        row.worker,
        f"{row.attempt}/{row.max_attempts}",
        row.priority,
        row.scheduled_at,
        row.ended_at,
        None if row.progress is None else f"{row.progress.done}/{row.progress.total}",
        " ".join(row.tags) or None,
        row.last_error,
    )


def _life(life: JobLife) -> list[Text]:
    row = life.row
    head = Text().append(f"job {row.id}", "bold").append(f"  {row.state}", STATES[row.state])
    head.append(f"  {printable(row.worker)} in {printable(row.queue)}")
    facts = [f"attempt {row.attempt} of {row.max_attempts}", f"priority {row.priority}"]
    if row.tags:
        facts.append(f"tags {', '.join(map(printable, row.tags))}")
    if row.progress is not None:
        facts.append(_share(row.progress))
    lines = [head, Text(f"  {' · '.join(facts)}")]
    for name, at in (
        ("inserted", row.inserted_at),
        ("due", row.scheduled_at),
        ("begun", life.attempted_at),
        ("completed", life.completed_at),
        ("cancelled", life.cancelled_at),
        ("discarded", life.discarded_at),
    ):
        if at is not None:
            lines.append(Text(f"  {name:<9}  {at:%Y-%m-%d %H:%M:%S} UTC"))
    if life.attempted_by:
        lines.append(Text(f"  by         {printable(' '.join(life.attempted_by))}", "dim"))
    lines += [Text("args", "bold"), *_block(life.args, "  ")]
    lines += [Text("meta", "bold"), *_block(life.meta, "  ")]
    if life.errors:
        lines.append(Text("errors", "bold"))
    for error in life.errors:
        lines += _error(error)
    return lines


def _error(error: JobError) -> list[Text]:
    head = Text(f"  attempt {error.attempt}  {printable(error.at)}", "red")
    return [head, *_block(error.error, "    ")]


def _block(text: str, indent: str) -> list[Text]:
    """Text of many lines, each safe by itself."""
    return [Text(indent + printable(line)) for line in text.splitlines()]


def _progressed(event: JobProgressed) -> Text:
    line = Text().append(event.at.strftime("%H:%M:%S"), "dim")
    line.append(f"  {event.state:<9}", STATES[event.state])
    line.append(f"  attempt {event.attempt} of {event.max_attempts}")
    if event.progress is not None and event.state != "completed":
        line.append(f"  {_share(event.progress)}")
    if event.last_error is not None:
        line.append(f"  {printable(event.last_error)}", "red")
    return line


def _share(progress: Progress) -> str:
    percent = f" ({progress.done / progress.total:.0%})" if progress.total > 0 else ""
    return f"{progress.done} of {progress.total}{percent}"
