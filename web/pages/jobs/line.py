"""The room in one line, for the overview, and the look that survives an absent database."""

from dataclasses import dataclass

from actors.jobs import JobsHealth
from runtime import CallError
from store import DatabaseUnreachable
from web.components import Reading, badge, readings_list
from web.element import element
from web.formatting import count, duration, plural, rate
from web.fragment import Fragment, fragment
from web.pages.jobs.verdict import Verdict, dead, verdict
from web.ports import Backend

AWAY = (DatabaseUnreachable, CallError)
"""What a look at jobs may raise: their database is away, or their actors are being restarted."""


@dataclass(frozen=True, slots=True)
class Away:
    """There was nothing to see."""

    why: str


JobsLook = JobsHealth | Away


async def look(backend: Backend) -> JobsLook:
    """The room, or why it cannot be seen."""
    try:
        return await backend.jobs_health()
    except AWAY as error:
        return Away(str(error))


def standing(seen: JobsLook) -> Verdict:
    """The verdict, also of a room that cannot be seen."""
    match seen:
        case JobsHealth():
            return verdict(seen)
        case Away():
            return Verdict("away", "warn")


def troubled(seen: JobsLook) -> str | None:
    """What is wrong with the room, if anything is: `jobs degraded`, `3 dead jobs`."""
    found = standing(seen)
    if found.tone not in ("warn", "bad"):
        return None
    return found.text if "job" in found.text else f"jobs: {found.text}"


def line(id_: str, seen: JobsLook) -> Fragment:
    """How many queues, what they do, what waits and what is dead."""
    found = standing(seen)
    return fragment(
        "section",
        id_,
        fragment(
            "header",
            f"{id_}/head",
            element("h2", element("a", "Jobs", href="/jobs")),
            badge(found.text, found.tone),
            element("p", _where(seen), class_="where"),
            readings_list(_readings(seen)),
        ),
        class_="registry",
    )


def _where(seen: JobsLook) -> str:
    match seen:
        case Away(why=why):
            return why
        case JobsHealth(why=why, queues=queues):
            return why or plural(len(queues), "queue")


def _readings(seen: JobsLook) -> tuple[Reading, ...]:
    if isinstance(seen, Away):
        return ()
    here = [queue.here for queue in seen.queues if queue.here]
    oldest_s = oldest(seen)
    waiting = sum(queue.count("available") for queue in seen.queues)
    return (
        Reading("running here", count(sum(one.running_count for one in here))),
        Reading("finished", f"{rate(sum(one.finished_per_s for one in here))} /s"),
        Reading(
            "waiting",
            count(waiting) if oldest_s is None else f"{waiting:,}, oldest {duration(oldest_s)}",
        ),
        Reading("dead", count(dead(seen))),
    )


def oldest(health: JobsHealth) -> float | None:
    """How long the job has waited that has waited longest, of all queues."""
    ages_s = [queue.oldest_s for queue in health.queues if queue.oldest_s is not None]
    return max(ages_s, default=None)
