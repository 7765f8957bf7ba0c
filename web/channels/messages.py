"""What sockets and channels say to each other, and what a channel may decide."""

from dataclasses import dataclass, field

from protocols.channels import Frame, Payload, Push, Status
from runtime import Call


def _nothing() -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Joined:
    """The client is in; `response` is the answer to its join."""

    response: Payload = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class JoinRefused:
    """The client stays out."""

    reason: str


@dataclass(frozen=True, slots=True)
class Open(Call[Joined | JoinRefused]):
    """Asks a fresh channel whether the client may join."""

    payload: Payload


@dataclass(frozen=True, slots=True)
class Incoming:
    """A client's push, for the channel of its topic."""

    push: Push


@dataclass(frozen=True, slots=True)
class Answer:
    """A channel's answer to a push."""

    status: Status
    response: Payload = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """The client sent a frame."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Alive:
    """The client was heard of in another way than by a frame: it polled."""


@dataclass(frozen=True, slots=True)
class SessionOver:
    """The session has reached its age; the client may come back with another."""


@dataclass(frozen=True, slots=True)
class Check:
    """Time to see whether the client still lives and is still signed in."""
