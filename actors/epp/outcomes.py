"""What may come of a command, beside what the registry answers (`protocols.epp.outcomes`)."""

from dataclasses import dataclass
from typing import TypeAlias

from protocols.epp import ResponseOutcome


@dataclass(frozen=True, slots=True)
class Unknown:
    """A transform was sent and its answer was lost: it may or may not have happened.

    It stands in the ledger under `cltrid`, is never repeated by itself, and has to be settled by
    asking the registry (RFC 5734 section 3).
    """

    registry: str
    cltrid: str
    """Empty when the pool itself died before it could tell."""
    command: str
    object_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nothing was sent: there is no session, or the ledger cannot be written."""

    registry: str
    why: str
    retry_after_s: float | None


@dataclass(frozen=True, slots=True)
class QueueFull:
    """Nothing was sent: too many commands wait already."""

    registry: str
    waiting: int


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """Time was up. A query may have been sent; a transform was not (else it is `Unknown`)."""

    registry: str
    deadline_s: float


@dataclass(frozen=True, slots=True)
class InvalidRequest:
    """Nothing was sent: the command cannot be written as EPP."""

    registry: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoRegistry:
    """No configured registry sells this name."""

    name: str
    zones: tuple[str, ...]


PoolOutcome: TypeAlias = (
    ResponseOutcome | Unknown | Unreachable | QueueFull | DeadlinePassed | InvalidRequest
)
EppOutcome: TypeAlias = PoolOutcome | NoRegistry
