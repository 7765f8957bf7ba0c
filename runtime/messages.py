"""The vocabulary every actor shares: typed requests and the signals the runtime itself sends."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from runtime.exits import ExitReason
    from runtime.ref import Ref

Reply = TypeVar("Reply")
Reply_co = TypeVar("Reply_co", covariant=True)


class Call(Generic[Reply_co]):
    """Base of requests: `class Size(Call[int])` makes `await ref.call(Size())` an int.

    Subclasses are frozen slotted dataclasses of plain values.
    """

    __slots__ = ()


class Mark(Enum):
    """What a handler may return in place of a value."""

    NO_REPLY = "no_reply"
    UNHANDLED = "unhandled"
    IGNORE = "ignore"


NO_REPLY: Final[Literal[Mark.NO_REPLY]] = Mark.NO_REPLY
"""`handle_call` answers later, through `sender.reply(value)`."""
UNHANDLED: Final[Literal[Mark.UNHANDLED]] = Mark.UNHANDLED
"""What `Actor.unhandled` returns: nobody has a case for this message."""
IGNORE: Final[Literal[Mark.IGNORE]] = Mark.IGNORE
"""`init` has found that this actor is not needed; its supervisor keeps the spec without a child."""


@dataclass(frozen=True, slots=True)
class Continue:
    """Returned by `init`: `handle_continue(message)` runs before any message already waiting."""

    message: object


@dataclass(frozen=True, slots=True)
class Down:
    """A monitored actor is gone. One per `monitor` call; `monitor` is what that call returned."""

    monitor: int
    ref: "Ref"
    path: str
    reason: "ExitReason"


@dataclass(frozen=True, slots=True)
class Exited:
    """A linked actor ended, told to an actor that traps exits (OTP: {'EXIT', pid, reason})."""

    ref: "Ref"
    path: str
    reason: "ExitReason"


@dataclass(frozen=True, slots=True)
class Timeout:
    """No mail came for as long as `Actor.idle_timeout` said (OTP: the message `timeout`)."""


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A coroutine given to `Actor.start_task` returned `value`."""

    task: int
    value: object


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """A coroutine given to `Actor.start_task` raised `error`."""

    task: int
    error: BaseException
