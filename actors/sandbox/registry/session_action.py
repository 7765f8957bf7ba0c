"""What a session asks of whoever holds its connection, to be done one after the other."""

from dataclasses import dataclass, field

from actors.sandbox.registry.table import Change
from protocols.epp_server import ResultCode


@dataclass(frozen=True, slots=True)
class Persist:
    """Store these changes, and go on only when they are safe; no record is in them twice."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Handled:
    """A request was decided; for counters and logs."""

    label: str
    object_name: str
    code: ResultCode
    client_id: str | None


@dataclass(frozen=True, slots=True)
class FrameRefused:
    """The client's octets are no frame; the connection ends. For counters and logs."""

    reason: str


@dataclass(frozen=True, slots=True)
class AnswerInvalid:
    """The registry's answer is not valid against the schemas and is kept back: a fault of ours.

    The command was carried out, and what it changed is stored; nobody can go on from here.
    """

    problem: str


@dataclass(frozen=True, slots=True)
class Send:
    """Write these octets in one piece."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for this long, neither read nor write."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection in order, what was sent goes out first."""


@dataclass(frozen=True, slots=True)
class Abort:
    """Break the connection off at once, without TLS's goodbye."""


@dataclass(frozen=True, slots=True)
class GoSilent:
    """Keep the connection, but never read from it nor write to it again."""


WireAction = Send | Wait | Close | Abort | GoSilent
SessionAction = Persist | Handled | FrameRefused | AnswerInvalid | WireAction
