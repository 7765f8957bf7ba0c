"""All queues in one row of figures."""

from actors.jobs import JobsHealth
from web.components import Figure, figures
from web.formatting import count, duration, plural, rate
from web.fragment import Fragment
from web.pages.jobs.line import oldest
from web.pages.jobs.verdict import dead


def summary(id_: str, health: JobsHealth) -> Fragment:
    """Do jobs get done? Six figures."""
    queues = health.queues
    here = [queue.here for queue in queues if queue.here]
    retryable = sum(queue.count("retryable") for queue in queues)
    given_up = dead(health)
    return figures(
        id_,
        (
            Figure(
                "waiting",
                "Waiting",
                count(sum(queue.count("available") for queue in queues)),
                note=f"oldest {duration(oldest(health))}",
            ),
            Figure(
                "running",
                "Running here",
                count(sum(one.running_count for one in here)),
                f"of {sum(one.limit for one in here):,}",
                note=f"{sum(queue.count('executing') for queue in queues):,} on all nodes",
            ),
            Figure(
                "finished",
                "Finished here",
                rate(sum(one.finished_per_s for one in here)),
                "/s",
                note=f"{sum(one.finished for one in here):,} since the start",
            ),
            Figure(
                "failed",
                "Failed here",
                rate(sum(one.failed_per_s for one in here)),
                "/s",
                note=f"{sum(one.failed for one in here):,} since the start",
            ),
            Figure(
                "retryable",
                "To be retried",
                count(retryable),
                note=f"{sum(queue.count('scheduled') for queue in queues):,} scheduled",
            ),
            Figure(
                "dead",
                "Dead",
                count(given_up),
                "discarded" if given_up else "",
                note=f"in {plural(sum(bool(q.count('discarded')) for q in queues), 'queue')}",
                tone="warn" if given_up else None,
            ),
        ),
    )
