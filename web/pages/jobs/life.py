"""One job from its first moment to its last: what it is, what happened to it, what can be done."""

from datetime import UTC, datetime

from markupsafe import Markup

from actors.jobs import JobError, JobLife, JobRow
from web.actions import CANCEL_JOB, DELETE_JOB, RETRY_JOB
from web.components import Step, badge, clipped, listing, meter, timeline, timestamp
from web.components.button import action_button
from web.element import Content, element
from web.formatting import NOTHING, count, duration, percent
from web.fragment import Fragment, fragment
from web.pages.jobs.addresses import list_address
from web.pages.jobs.states import ENDED, job_tone


def life(job: JobLife, *, now: datetime) -> Fragment:
    """The whole of one job."""
    return fragment(
        "section",
        "job",
        _head(job.row),
        _progress(job.row),
        fragment("dl", "job/facts", *_facts(job, now=now), class_="facts"),
        fragment(
            "div",
            "job/body",
            fragment(
                "div",
                "job/past",
                element("h2", "What happened"),
                timeline("job/timeline", _steps(job, now=now), label="What happened"),
            ),
            fragment(
                "div",
                "job/data",
                listing("job/args", "Arguments", job.args),
                listing("job/meta", "Meta", job.meta),
            ),
            class_="pair",
        ),
        class_="registry",
        aria_labelledby="job/name",
    )


def _head(row: JobRow) -> Fragment:
    return fragment(
        "header",
        "job/head",
        element("h2", f"Job {row.id}", id="job/name"),
        badge(row.state, job_tone(row.state)),
        element("p", row.worker, class_="where code"),
        None if row.state in ("available", "executing") else action_button(RETRY_JOB, row.id),
        None if row.state in ENDED else action_button(CANCEL_JOB, row.id),
        None if row.state == "executing" else action_button(DELETE_JOB, row.id),
    )


def _progress(row: JobRow) -> Fragment:
    """What a job last reported; one that is done is done, whatever it said."""
    done = row.progress
    if done is None or done.total <= 0 or row.state == "completed":
        return fragment("div", "job/progress", class_="progress", hidden=True)
    share = done.done / done.total
    said = f"{done.done:,} of {done.total:,}"
    return fragment(
        "div",
        "job/progress",
        meter(share, label=said, tone="active" if row.state == "executing" else "off"),
        element("b", f"{percent(min(share, 1.0))} %"),
        element("span", said),
        class_="progress",
    )


def _facts(job: JobLife, *, now: datetime) -> tuple[Fragment, ...]:
    row = job.row
    return (
        _fact("queue", "Queue", element("a", row.queue, href=list_address(queue=row.queue))),
        _fact("worker", "Worker", element("a", row.worker, href=list_address(worker=row.worker))),
        _fact("attempt", "Attempt", f"{row.attempt:,} of {row.max_attempts:,}"),
        _fact("priority", "Priority", f"{row.priority} (0 is first)"),
        _fact("tags", "Tags", _tags(row)),
        _fact("due", "Due", timestamp(row.scheduled_at, now=now)),
        _fact("by", "Attempted by", _by(job)),
    )


def _fact(key: str, label: str, value: Content) -> Fragment:
    return fragment("div", f"job/facts/{key}", element("dt", label), element("dd", value))


def _tags(row: JobRow) -> Markup | str:
    links = (element("a", tag, href=list_address(tag=tag)) for tag in row.tags)
    return Markup(", ").join(links) or NOTHING


def _by(job: JobLife) -> Markup | str:
    """The node; behind it Oban writes which life of it, too long to read."""
    if not job.attempted_by:
        return NOTHING
    return element("span", job.attempted_by[0], title=" ".join(job.attempted_by))


# What happened.


def _steps(job: JobLife, *, now: datetime) -> list[Step]:
    row = job.row
    steps = [Step("inserted", "Inserted", "off", timestamp(row.inserted_at, now=now))]
    steps += [_failure(number, error, now=now) for number, error in enumerate(job.errors)]
    return [*steps, *_present(job, now=now)]


def _failure(number: int, error: JobError, *, now: datetime) -> Step:
    at = _read_time(error.at)
    return Step(
        f"error-{number}",
        f"Attempt {count(error.attempt)} failed",
        "bad",
        timestamp(at, now=now) if at else error.at or NOTHING,
        detail=_trace(error.error.strip()),
    )


def _trace(text: str) -> Markup:
    """A reason as it is; of a trace the last line, the rest unfolds."""
    last = text.rpartition("\n")[2]
    if last == text:
        return element("p", clipped(text))
    return element(
        "details",
        element("summary", clipped(last)),
        element("pre", element("code", clipped(text)), tabindex=0),
    )


def _read_time(text: str) -> datetime | None:
    """Oban writes ISO 8601; without a zone it means UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _present(job: JobLife, *, now: datetime) -> tuple[Step, ...]:
    """How it stands, behind the beginning of the attempt that led there."""
    row = job.row
    due = timestamp(row.scheduled_at, now=now)
    left = duration((row.scheduled_at - now).total_seconds())
    match row.state:
        case "available" if row.scheduled_at <= now:
            waited = duration((now - row.scheduled_at).total_seconds())
            return (Step("now", "Waits for its turn", "active", due, note=f"for {waited}"),)
        case "available" | "scheduled":
            return (Step("now", "Due", "off", due, note=f"in {left}"),)
        case "retryable":
            return (Step("now", "Is tried again", "warn", due, note=f"in {left}"),)
        case "suspended":
            return (Step("now", "Suspended", "off", due),)
        case "executing":
            return _begun(job, now=now, still=True)
        case "completed":
            return (*_begun(job, now=now), _end(job, "Completed", job.completed_at, now=now))
        case "cancelled":
            return (_end(job, "Cancelled", job.cancelled_at, now=now),)
        case "discarded":
            return (_end(job, "Given up", job.discarded_at, now=now),)


def _begun(job: JobLife, *, now: datetime, still: bool = False) -> tuple[Step, ...]:
    at = job.attempted_at
    if at is None:
        return ()
    title = f"Attempt {count(job.row.attempt)} " + ("runs" if still else "began")
    ran = f"for {duration((now - at).total_seconds())}" if still else ""
    return (Step("begun", title, "active" if still else "off", timestamp(at, now=now), note=ran),)


def _end(job: JobLife, title: str, at: datetime | None, *, now: datetime) -> Step:
    began = job.attempted_at
    took = f"after {duration((at - began).total_seconds())}" if at and began else ""
    return Step("now", title, job_tone(job.row.state), timestamp(at, now=now), note=took)
