"""Faults that the registry plays on demand, so that a client's recovery can be seen to work.

Each docstring says what becomes of the command's effect: most faults hit the answer only, and a
client has to find out by itself what was done.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0.0, le=3600.0)]
Count = Annotated[int, Meta(ge=1)]

GREETING: Final = "greeting"
"""The label of the moment when a connection was made and the server speaks first."""


@dataclass(frozen=True, slots=True)
class Latency:
    """The command is carried out, the answer comes late."""

    seconds: Seconds


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The command is carried out, no answer comes; the connection stays."""


@dataclass(frozen=True, slots=True)
class CutAfterEffect:
    """The command is carried out, then the link is cut instead of the answer."""


@dataclass(frozen=True, slots=True)
class CutMidFrame:
    """The command is carried out, the link is cut in the middle of the answer."""


@dataclass(frozen=True, slots=True)
class WrongLength:
    """The command is carried out, the answer's header announces another length."""

    length: Annotated[int, Meta(ge=0, le=2**32 - 1)]


@dataclass(frozen=True, slots=True)
class ForeignClTrid:
    """The command is carried out, the answer carries the clTRID of some other command."""


@dataclass(frozen=True, slots=True)
class ResultInstead:
    """The command is not carried out; it is answered with this code, 2500 and 2502 close."""

    code: Literal[2400, 2500, 2502]


@dataclass(frozen=True, slots=True)
class HalfOpen:
    """The command is not carried out; the server is silent for ever and keeps the link."""


@dataclass(frozen=True, slots=True)
class CloseAfter:
    """Every connection is closed behind the answer to its n-th command."""

    commands: Count


@dataclass(frozen=True, slots=True)
class SlowBytes:
    """The command is carried out, the answer comes one octet to a segment."""


@dataclass(frozen=True, slots=True)
class SilentGreeting:
    """The connection is accepted and nothing is ever said."""


@dataclass(frozen=True, slots=True)
class CloseAfterTls:
    """The connection is closed instead of the greeting."""


@dataclass(frozen=True, slots=True)
class DelayGreeting:
    """The greeting comes late."""

    seconds: Seconds


AnswerFault = (
    Latency
    | NoAnswer
    | CutAfterEffect
    | CutMidFrame
    | WrongLength
    | ForeignClTrid
    | ResultInstead
    | HalfOpen
    | CloseAfter
    | SlowBytes
)
GreetingFault = SilentGreeting | CloseAfterTls | DelayGreeting
Fault = AnswerFault | GreetingFault


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """A fault that waits for its moment.

    `times` is how often it fires yet, None without end; `command` is the label that it waits for,
    None for any command (for a fault of the greeting: the greeting).
    """

    fault: Fault
    times: int | None = None
    probability: float = 1.0
    command: str | None = None

    def waits_for(self, label: str) -> bool:
        """Whether this is the moment, chance aside."""
        if self.command is not None:
            return self.command == label
        return isinstance(self.fault, GreetingFault) == (label == GREETING)
