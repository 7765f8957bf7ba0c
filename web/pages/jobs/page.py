"""The jobs page: queues, a list of jobs, nodes and the clock; and by `?job=`, one job alone."""

from dataclasses import dataclass
from datetime import datetime

from actors.jobs import JobLife, JobRow, JobsHealth
from web.components import badge, notice
from web.element import element
from web.formatting import moment
from web.fragment import Fragment, fragment
from web.pages.jobs.life import life
from web.pages.jobs.line import AWAY, Away, JobsLook, look, standing
from web.pages.jobs.listed import SHOWN, Rows, listed_jobs, wanted
from web.pages.jobs.queue import section
from web.pages.jobs.summary import summary
from web.pages.jobs.tables import clock, nodes, unknown_workers
from web.pages.page import Screen, SnapshotPage
from web.pages.query import Query
from web.ports import Backend


@dataclass(frozen=True, slots=True)
class RoomView:
    """What the page looks at."""

    seen: JobsLook
    rows: Rows


@dataclass(frozen=True, slots=True)
class JobView:
    """What the page of one job looks at."""

    id: int
    found: JobLife | Away | None
    now: datetime


class JobsPage(SnapshotPage[RoomView | JobView]):
    """`/jobs`."""

    name = "jobs"
    path = "/jobs"
    menu = "Jobs"

    async def look(self, backend: Backend, query: Query) -> RoomView | JobView:
        """One job if one is asked for, else the room and the jobs that fit."""
        seen = await look(backend)
        away = _unreadable(seen)
        if query.job is not None:
            found = away or await _job(backend, query.job)
            return JobView(query.job, found, backend.now())
        return RoomView(seen, away or await _jobs(backend, query))

    def render(self, state: RoomView | JobView, query: Query) -> Screen:
        """Queues on top, then jobs, then who performs them and when."""
        match state:
            case JobView():
                return _one(state)
            case RoomView(seen=seen, rows=rows):
                return _all(seen, rows, query)


async def _job(backend: Backend, job_id: int) -> JobLife | Away | None:
    try:
        return await backend.job(job_id)
    except AWAY as error:
        return Away(str(error))


async def _jobs(backend: Backend, query: Query) -> Rows:
    found: list[JobRow] = []
    try:
        for each in wanted(query):
            found += await backend.jobs(each, SHOWN)
    except AWAY as error:
        return Away(str(error))
    return found


def _unreadable(seen: JobsLook) -> Away | None:
    """Why no question may be put to the table: it is not ours, or not known yet."""
    match seen:
        case Away():
            return seen
        case JobsHealth(state="refused" | "starting", why=why):
            return Away(why or "The table has not been looked at yet.")
        case JobsHealth():
            return None


def _all(seen: JobsLook, rows: Rows, query: Query) -> Screen:
    verdict = standing(seen)
    away = _unreadable(seen)
    parts = _room(seen, rows, query) if isinstance(seen, JobsHealth) and away is None else ()
    main = fragment(
        "main",
        "main",
        fragment(
            "div",
            "jobs/head",
            element("h1", "Jobs"),
            badge(verdict.text, verdict.tone),
            element("p", _place(seen), class_="where"),
            class_="headline",
        ),
        notice(
            "jobs/why",
            away.why if away else seen.why,
            tone="bad" if verdict.tone == "bad" else "warn",
            lead="No job runs on this node:" if verdict.tone == "bad" else "",
        ),
        *parts,
        tabindex=-1,
    )
    return Screen(f"{verdict.text} · Jobs", main)


def _place(seen: JobsLook) -> str:
    """Where one looks, on whose table, and how old its counts are when they are old."""
    if isinstance(seen, Away):
        return ""
    parts = [f"on {seen.node}", f"table of {seen.table}" if seen.table else ""]
    if seen.state == "degraded":
        at = seen.counted_at
        parts.append(f"counted at {moment(at, now=seen.taken_at)}" if at else "never counted")
    return ", ".join(filter(None, parts))


def _room(health: JobsHealth, rows: Rows, query: Query) -> tuple[Fragment, ...]:
    return (
        summary("figures", health),
        *(section(queue) for queue in health.queues),
        *(
            (_titled("unknown", "Unknown workers", unknown_workers("unknown/jobs", health)),)
            if health.unknown_workers
            else ()
        ),
        listed_jobs(rows, query, health),
        _titled("clock", "Clock", clock("clock/entries", health)),
        _titled("nodes", "Nodes", nodes("nodes/all", health)),
    )


def _titled(id_: str, title: str, content: Fragment) -> Fragment:
    return fragment("section", id_, element("h2", title), content)


def _one(view: JobView) -> Screen:
    title, content = _told(view)
    main = fragment(
        "main",
        "main",
        element("h1", "Jobs"),
        element("p", element("a", "All jobs", href="/jobs"), class_="back"),
        content,
        tabindex=-1,
    )
    return Screen(title, main)


def _told(view: JobView) -> tuple[str, Fragment]:
    match view.found:
        case None:
            lead = f"There is no job {view.id}."
            return f"no job {view.id}", notice("job", "It was deleted, or never was.", lead=lead)
        case Away(why=why):
            return f"job {view.id}", notice("job", why, lead="The job cannot be read now:")
        case JobLife() as found:
            return f"{found.row.state} · job {view.id}", life(found, now=view.now)
