"""One command on its way through a pool."""

from dataclasses import dataclass
from enum import Enum

from protocols.epp import Command
from runtime import Sender

MAX_SENDS = 4
"""A query is sent at most this often: once, and three times more after 2400 or a lost link."""


class Stage(Enum):
    """How far a command has come."""

    WRITING_DOWN = "writing_down"
    """A transform, on its way into the ledger."""
    WAITING = "waiting"
    SENT = "sent"
    RETRYING = "retrying"
    """A query that the registry could not answer (2400), until its pause is over."""
    ANSWERED = "answered"


@dataclass(slots=True)
class Job:
    """Its stage, its caller, and the moment (monotonic) by which the caller wants to know."""

    number: int
    command: Command
    cltrid: str
    origin: str
    due_s: float
    deadline_s: float
    taken_s: float
    sender: Sender
    stage: Stage = Stage.WAITING
    sends: int = 0

    @property
    def is_forsaken(self) -> bool:
        """Whether it is a query whose caller has given up. A transform was ordered all the same."""
        return self.sender.settled and not self.command.is_transform

    @property
    def may_be_sent_again(self) -> bool:
        """Whether it is a query that has not been tried too often."""
        return not self.command.is_transform and self.sends < MAX_SENDS
