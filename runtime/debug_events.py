"""What `runtime.sys` tells of an actor at work: frozen events, safe to show and to keep.

A message is named by its class and described by `runtime.redaction.shown`, so that no event holds
a secret, nor a reference to anything of the actor's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Manner = Literal["call", "cast", "info", "continue", "stop"]


@dataclass(frozen=True, slots=True)
class Received:
    """A message left the mailbox, and its handler is about to run."""

    at: datetime
    manner: Manner
    message: str
    """The class of the message."""
    content: str
    """The message as it may be shown."""
    sender: str | None
    """The path of the calling actor, or of the one a signal tells of. A cast does not say."""


@dataclass(frozen=True, slots=True)
class Handled:
    """The handler has returned."""

    at: datetime
    message: str
    took_s: float
    """Of the clock, time spent awaiting included."""


@dataclass(frozen=True, slots=True)
class Replied:
    """A call was answered, by its handler or later."""

    at: datetime
    message: str
    """The class of the request."""
    content: str
    """The reply as it may be shown."""
    to: str | None
    """The path of the calling actor; None when no actor called."""


@dataclass(frozen=True, slots=True)
class TimerRang:
    """A timer put its message into the mailbox."""

    at: datetime
    message: str
    content: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The actor died. The last event."""

    at: datetime
    reason: str


DebugEvent = Received | Handled | Replied | TimerRang | Ended


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an actor did since statistics were switched on."""

    since: datetime
    for_s: float
    received: int
    handled: int
    """Less than `received` while a handler runs, and after a crash."""
    calls: int
    """Requests among the messages received."""
    replies: int
    busy_s: float
    """Spent in handlers, time awaiting included."""
    slowest_s: float
    slowest: str | None
    """The class of the message that took longest."""
