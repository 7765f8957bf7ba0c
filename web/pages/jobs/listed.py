"""The list of jobs: those that run and those that failed, or those that the address asks for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from actors.jobs import JOB_STATES, JobFilter, JobRow, JobsHealth, JobState
from web.actions import CANCEL_JOB, RETRY_JOB
from web.components import Chip, Column, Row, badge, chips, meter, notice, table, timestamp
from web.components.button import action_button
from web.element import element, join
from web.formatting import NOTHING, count
from web.fragment import Fragment, fragment
from web.pages.jobs.addresses import LIST, job_link
from web.pages.jobs.line import Away
from web.pages.jobs.states import ENDED, job_tone
from web.pages.query import Query

Rows = Sequence[JobRow] | Away

_AT_FIRST: tuple[JobState, ...] = ("executing", "retryable", "discarded")

_LIST = (
    Column("Job", width=10),
    Column("State", width=13),
    Column("Queue", width=12),
    Column("Worker", width=26, code=True),
    Column("Attempt", width=9, number=True),
    Column("Due", "UTC", width=14),
    Column("Ended", "UTC", width=14),
    Column("Progress", width=10),
    Column("Last error"),
    Column("", width=10),
)
SHOWN = 50
_HOW_TO_INSERT = 'engset job insert engset.Rehearsal --args \'{"steps": 20, "step_s": 1}\''


def wanted(query: Query) -> tuple[JobFilter, ...]:
    """What is listed; while nothing is asked for, what runs, then what failed."""
    asked = JobFilter(
        state=query.state,
        queue=query.queue or None,
        worker=query.worker or None,
        tag=query.tag or None,
    )
    if not asked.is_empty:
        return (asked,)
    return tuple(JobFilter(state=state) for state in _AT_FIRST)


def listed_jobs(rows: Rows, query: Query, health: JobsHealth) -> Fragment:
    """The filter, and the newest jobs that fit it."""
    return fragment(
        "section",
        LIST,
        element("h2", "Jobs"),
        _filters(query, health),
        _rows(rows, query, now=health.taken_at),
    )


def _rows(rows: Rows, query: Query, *, now: datetime) -> Fragment:
    if isinstance(rows, Away):
        return notice(f"{LIST}/jobs", rows.why, lead="The jobs cannot be read now:")
    return table(
        f"{LIST}/jobs",
        _LIST,
        [_row(row, now=now) for row in rows],
        caption=f"Jobs, the newest {SHOWN} of a state",
        empty=_nothing(query),
    )


def _nothing(query: Query) -> Markup:
    if len(wanted(query)) > 1:
        return join(
            "Nothing runs and nothing failed. To see a job run: ", element("code", _HOW_TO_INSERT)
        )
    back = _address(Query(query.refresh_s))
    return join("No job fits. ", element("a", "Show those that run or failed", href=back))


def _row(row: JobRow, *, now: datetime) -> Row:
    tone = job_tone(row.state)
    return Row(
        f"{LIST}/{row.id}",
        (
            job_link(row.id),
            badge(row.state, tone, quiet=True),
            row.queue,
            join(row.worker, *(element("small", f" {tag}") for tag in row.tags)),
            _attempts(row),
            timestamp(row.scheduled_at, now=now),
            timestamp(row.ended_at, now=now),
            _progress(row),
            _error(row),
            _button(row),
        ),
        tone if tone in ("warn", "bad") else None,
    )


def _attempts(row: JobRow) -> str:
    return f"{row.attempt:,} / {row.max_attempts:,}"


def _progress(row: JobRow) -> Markup | str:
    done = row.progress
    if done is None or done.total <= 0 or row.state == "completed":
        return NOTHING
    return meter(done.done / done.total, label=f"{done.done:,} of {done.total:,}")


def _error(row: JobRow) -> Markup | str:
    return element("span", row.last_error, title=row.last_error) if row.last_error else NOTHING


def _button(row: JobRow) -> Markup | None:
    """What one would most likely do to it; the rest is on its own page."""
    if row.state in ("retryable", "discarded", "cancelled"):
        return action_button(RETRY_JOB, row.id)
    return None if row.state in ENDED else action_button(CANCEL_JOB, row.id)


# The filter.


def _filters(query: Query, health: JobsHealth) -> Fragment:
    return fragment(
        "div",
        f"{LIST}/filter",
        _states(query, health),
        _queues(query, health),
        *_others(query),
        class_="filter",
    )


def _states(query: Query, health: JobsHealth) -> Fragment:
    """Every state, with how many jobs of the chosen queue are in it."""
    counted = [queue for queue in health.queues if query.queue in ("", queue.name)]

    def chip(state: JobState) -> Chip:
        number = sum(queue.count(state) for queue in counted)
        to = _address(replace(query, state=state))
        return Chip(state, state, to, query.state == state, count(number))

    narrowed = query.queue or query.worker or query.tag
    first = Chip(
        "any",
        "any" if narrowed else "running or failed",
        _address(replace(query, state=None)),
        query.state is None,
    )
    return chips(f"{LIST}/state", (first, *map(chip, JOB_STATES)), label="State")


def _queues(query: Query, health: JobsHealth) -> Fragment:
    names = dict.fromkeys(queue.name for queue in health.queues)
    if query.queue:
        names.setdefault(query.queue)
    return chips(
        f"{LIST}/queue",
        (
            Chip("", "any", _address(replace(query, queue="")), not query.queue),
            *(
                Chip(name, name, _address(replace(query, queue=name)), query.queue == name)
                for name in names
            ),
        ),
        label="Queue",
    )


def _others(query: Query) -> tuple[Fragment, ...]:
    """A worker and a tag are chosen elsewhere, and given up here."""
    given = (
        ("worker", query.worker, replace(query, worker="")),
        ("tag", query.tag, replace(query, tag="")),
    )
    return tuple(
        chips(
            f"{LIST}/{key}",
            (Chip("any", "any", _address(without)), Chip("only", value, _address(query), True)),
            label=key.capitalize(),
        )
        for key, value, without in given
        if value
    )


def _address(query: Query) -> str:
    return f"?{query}#{LIST}"
