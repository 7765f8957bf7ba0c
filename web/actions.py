"""What buttons do: each action is a command of the command table, typed by a button.

The one table of them: a page draws a button from an entry, and the daemon types its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a button can do to one thing."""

    name: str
    """In addresses: `/actions/pause-queue`."""
    label: str
    """On the button, and in the question before it acts."""
    field: str
    """The form field that carries the target: `actor`, `queue`, `job`."""
    command: tuple[str, ...]
    """The words of the command, as an administrator types them."""
    options: tuple[str, ...] = ()
    noun: str = ""
    """What the target is called; an actor's path needs no name before it."""
    consequence: str = ""
    """Said before it acts, where the label does not tell enough."""

    def named(self, target: str) -> str:
        """The target in words: `queue mail`, `epp/pir/pool`."""
        return f"{self.noun} {target}".lstrip()

    def question(self, target: str) -> str:
        """What is asked before it acts."""
        return f"{self.label} {self.named(target)}? {self.consequence}".rstrip()

    def words(self, target: str) -> tuple[str, ...]:
        """The whole command; it was confirmed by who pressed the button."""
        return (*self.command, *self.options, "--yes", "--", target)


RESTART = Action("restart", "Restart", "actor", ("restart",))
STOP = Action("stop", "Stop", "actor", ("stop",), ("--kill",))
PAUSE_QUEUE = Action(
    "pause-queue",
    "Pause",
    "queue",
    ("queue", "pause"),
    noun="queue",
    consequence="No node begins another of its jobs; those that run go on.",
)
RESUME_QUEUE = Action(
    "resume-queue",
    "Resume",
    "queue",
    ("queue", "resume"),
    noun="queue",
    consequence="All nodes go on with its jobs.",
)
RETRY_JOB = Action(
    "retry-job",
    "Retry",
    "job",
    ("job", "retry"),
    noun="job",
    consequence="It is due now, with at least one attempt left.",
)
CANCEL_JOB = Action(
    "cancel-job",
    "Cancel",
    "job",
    ("job", "cancel"),
    noun="job",
    consequence="It is not tried again; if it runs, it is stopped.",
)
DELETE_JOB = Action(
    "delete-job",
    "Delete",
    "job",
    ("job", "delete"),
    noun="job",
    consequence="It is forgotten, and its errors with it.",
)

ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        RESTART,
        STOP,
        PAUSE_QUEUE,
        RESUME_QUEUE,
        RETRY_JOB,
        CANCEL_JOB,
        DELETE_JOB,
    )
}
"""By name. A button that is not here does not exist."""
