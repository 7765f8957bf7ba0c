"""Tones and words of queues, jobs and nodes."""

from actors.jobs import JobsHealth, JobState, NodeHealth, QueueHealth, QueueState
from web.components import Tone
from web.formatting import words

_QUEUE_TONES: dict[QueueState, Tone] = {
    "running": "good",
    "paused": "off",
    "degraded": "warn",
    "draining": "off",
}

_JOB_TONES: dict[JobState, Tone] = {
    "available": "off",
    "suspended": "off",
    "scheduled": "off",
    "executing": "active",
    "retryable": "warn",
    "completed": "good",
    "discarded": "bad",
    "cancelled": "off",
}

ENDED: frozenset[JobState] = frozenset({"completed", "discarded", "cancelled"})


def queue_tone(queue: QueueHealth) -> Tone:
    """The tone of a queue's badge."""
    return _QUEUE_TONES[queue.here.state] if queue.here else "off"


def queue_label(queue: QueueHealth) -> str:
    """The word on a queue's badge: what this node does with it."""
    return words(queue.here.state) if queue.here else "not run here"


def job_tone(state: JobState) -> Tone:
    """The tone of a job's badge."""
    return _JOB_TONES[state]


def is_silent(node: NodeHealth, health: JobsHealth) -> bool:
    """Whether nothing was heard of it for so long that it is taken for dead."""
    return node.seen_s > health.dead_after_s
