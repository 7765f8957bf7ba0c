"""How the room fares, the worst first."""

from dataclasses import dataclass

from actors.jobs import JobsHealth
from web.components import Tone
from web.formatting import plural
from web.pages.jobs.states import is_silent


@dataclass(frozen=True, slots=True)
class Verdict:
    """A few words and how alarming they are."""

    text: str
    tone: Tone


def verdict(health: JobsHealth) -> Verdict:
    """`2 queues degraded`, `3 dead jobs`, `all queues run`."""
    match health.state:
        case "refused":
            return Verdict("table refused", "bad")
        case "degraded":
            return Verdict("degraded", "warn")
        case "starting":
            return Verdict("starting", "active")
        case "up":
            return _of_parts(health)


def dead(health: JobsHealth) -> int:
    """Jobs that were given up, of all queues."""
    return sum(queue.count("discarded") for queue in health.queues)


def _of_parts(health: JobsHealth) -> Verdict:
    degraded = sum(bool(one.here and one.here.state == "degraded") for one in health.queues)
    silent = sum(is_silent(node, health) for node in health.nodes)
    wrong = sum(entry.why is not None for entry in health.clock)
    paused = sum(one.paused for one in health.queues)
    if degraded:
        return Verdict(f"{plural(degraded, 'queue')} degraded", "warn")
    if silent:
        return Verdict(f"{plural(silent, 'node')} silent", "warn")
    if dead(health):
        return Verdict(plural(dead(health), "dead job"), "warn")
    if health.unknown_workers:
        return Verdict(plural(len(health.unknown_workers), "unknown worker"), "warn")
    if wrong:
        return Verdict(f"{plural(wrong, 'clock entry', 'clock entries')} wrong", "warn")
    if paused:
        return Verdict(f"{plural(paused, 'queue')} paused", "off")
    if not health.queues:
        return Verdict("no queues", "off")
    return Verdict("all queues run", "good")
