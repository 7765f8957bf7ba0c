"""One queue: its state in words, four panels, its counts, and what it runs now."""

from markupsafe import Markup

from actors.jobs import JOB_STATES, LocalQueue, QueueHealth, RunningJob, Timing
from web.actions import PAUSE_QUEUE, RESUME_QUEUE
from web.components import (
    Column,
    Reading,
    Row,
    badge,
    meter,
    notice,
    panel,
    quantiles,
    sparkline,
    table,
)
from web.components.button import action_button
from web.element import element, join
from web.formatting import NOTHING, count, duration, milliseconds, rate
from web.fragment import Fragment, fragment
from web.pages.jobs.addresses import job_link, list_address
from web.pages.jobs.states import queue_label, queue_tone

_DECADES = 6
"""From a millisecond to a quarter of an hour."""
_LONG_MS = 10_000.0

_RUNNING = (
    Column("Job", width=12),
    Column("Worker", width=26, code=True),
    Column("Attempt", width=9, number=True),
    Column("For", width=9, number=True, moves=False),
    Column("Executor", code=True),
)


def section(queue: QueueHealth) -> Fragment:
    """The whole of one queue; its id is the path of its supervisor."""
    id_ = f"jobs/queues/{queue.name}"
    here = () if queue.here is None else _here(id_, queue, queue.here)
    return fragment(
        "section",
        id_,
        _head(id_, queue),
        *here,
        _counts(id_, queue),
        *(() if queue.here is None else (_running(id_, queue.name, queue.here),)),
        class_="registry",
        aria_labelledby=f"{id_}/name",
    )


def _head(id_: str, queue: QueueHealth) -> Fragment:
    limits = (
        queue.here and f"{queue.here.limit:,} at once here",
        queue.global_limit and f"{queue.global_limit:,} on all nodes",
        queue.rate,
        queue.key and f"by {queue.key}",
        None
        if queue.here or queue.oldest_s is None
        else f"oldest waits {duration(queue.oldest_s)}",
    )
    says_so = queue.here is not None and queue.here.state == "paused"
    return fragment(
        "header",
        f"{id_}/head",
        element("h2", queue.name, id=f"{id_}/name"),
        badge(queue_label(queue), queue_tone(queue)),
        badge("paused", "off") if queue.paused and not says_so else None,
        element("p", *(element("span", limit) for limit in limits if limit), class_="where"),
        action_button(RESUME_QUEUE if queue.paused else PAUSE_QUEUE, queue.name),
    )


def _here(id_: str, queue: QueueHealth, here: LocalQueue) -> tuple[Fragment, ...]:
    return (
        notice(f"{id_}/why", here.why),
        fragment(
            "div",
            f"{id_}/panels",
            _at_work(f"{id_}/at-work", queue, here),
            _finished(f"{id_}/finished", here),
            _waiting(f"{id_}/waiting", queue, here.wait),
            _run(f"{id_}/run", here.run),
            class_="panels",
        ),
    )


def _at_work(id_: str, queue: QueueHealth, here: LocalQueue) -> Fragment:
    label = f"{here.running_count} of {here.limit} running"
    filled = here.running_count / here.limit if here.limit else 0.0
    return panel(
        id_,
        "Running",
        count(here.running_count),
        f"of {here.limit:,}",
        (
            Reading("all nodes", count(queue.count("executing"))),
            Reading("to be written", count(here.unacknowledged)),
        ),
        picture=_gauge(id_, meter(filled, label=label)),
        accent="first",
    )


def _finished(id_: str, here: LocalQueue) -> Fragment:
    return panel(
        id_,
        "Finished",
        rate(here.finished_per_s),
        "/s",
        (
            Reading("failing", f"{rate(here.failed_per_s)} /s"),
            Reading("ended", count(here.finished)),
            Reading("failed", count(here.failed)),
        ),
        picture=sparkline(
            f"{id_}/past",
            here.rate_history,
            top=1.0,
            title="Jobs finished per second over the last 5 minutes",
        ),
        accent="first",
    )


def _waiting(id_: str, queue: QueueHealth, wait: Timing) -> Fragment:
    return panel(
        id_,
        "Waiting",
        count(queue.count("available")),
        "",
        (
            Reading("oldest", duration(queue.oldest_s)),
            Reading("p50", _span(wait.p50_ms)),
            Reading("p95", _span(wait.p95_ms)),
        ),
        picture=_gauge(id_, _quantiles(wait)),
        accent="second",
    )


def _run(id_: str, run: Timing) -> Fragment:
    value, _, unit = _span(run.p95_ms).partition("\N{NO-BREAK SPACE}")
    return panel(
        id_,
        "Run p95",
        value,
        unit,
        (
            Reading("p50", _span(run.p50_ms)),
            Reading("p99", _span(run.p99_ms)),
            Reading("jobs", count(run.count)),
        ),
        picture=_gauge(id_, _quantiles(run)),
        accent="second",
    )


def _span(value_ms: float | None) -> str:
    """Milliseconds while they are few, else a duration."""
    if value_ms is None:
        return NOTHING
    if value_ms < _LONG_MS:
        return f"{milliseconds(value_ms)}\N{NO-BREAK SPACE}ms"
    return duration(value_ms / 1_000)


def _quantiles(timing: Timing) -> Markup:
    return quantiles(timing.p50_ms, timing.p95_ms, timing.p99_ms, decades=_DECADES)


def _gauge(id_: str, picture: Markup) -> Fragment:
    return fragment("div", f"{id_}/gauge", picture, class_="gauge")


def _counts(id_: str, queue: QueueHealth) -> Fragment:
    """How many jobs are in each state; each leads to the list of them."""
    return fragment(
        "dl",
        f"{id_}/counts",
        *(
            fragment(
                "div",
                f"{id_}/counts/{state}",
                element("dt", state),
                element(
                    "dd",
                    element(
                        "a",
                        count(queue.count(state)),
                        href=list_address(state=state, queue=queue.name),
                    ),
                    data_fade=True,
                ),
                class_=None if queue.count(state) else "none",
            )
            for state in JOB_STATES
        ),
        class_="counts",
    )


def _running(id_: str, name: str, here: LocalQueue) -> Fragment:
    return fragment(
        "details",
        f"{id_}/fold",
        fragment(
            "summary", f"{id_}/now", element("h3", "Running now"), element("span", _said(here))
        ),
        table(
            f"{id_}/running",
            _RUNNING,
            [_row(id_, job) for job in here.running],
            caption=f"Jobs of {name} that run on this node",
            empty="None.",
        ),
    )


def _said(here: LocalQueue) -> Markup | str:
    if not here.running:
        return "nothing"
    shown = f"{len(here.running)} of " if len(here.running) < here.running_count else ""
    longest = duration(max(job.running_s for job in here.running))
    return join(f"{shown}{here.running_count:,}, the longest for {longest}")


def _row(id_: str, job: RunningJob) -> Row:
    return Row(
        f"{id_}/running/{job.id}",
        (
            job_link(job.id),
            job.worker,
            count(job.attempt),
            duration(job.running_s),
            element("a", job.executor, href=f"/tree?path={job.executor}"),
        ),
    )
