"""What lies in a mailbox, and what happens when there is no room.

A cast is stored as the message itself, so that the commonest mail allocates nothing; everything
else is wrapped in one of the private entries below. User messages, timers and signals share one
deque, so order between two actors holds; only user messages count against the capacity.
"""

import asyncio
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

from runtime.exits import (
    ActorExited,
    CallTimeout,
    Crashed,
    ExitReason,
    MailboxFull,
    Unhandled,
)
from runtime.messages import NO_REPLY, UNHANDLED, Mark

if TYPE_CHECKING:
    from runtime.ref import Ref

DEFAULT_CAPACITY = 100_000


class Overflow(Enum):
    """What a full mailbox does with one message more."""

    RAISE = "raise"
    """The sender gets `MailboxFull`."""
    DROP_NEWEST = "drop_newest"
    """The new message is dropped and counted."""
    DROP_OLDEST = "drop_oldest"
    """The oldest user message is dropped and counted."""
    WAIT = "wait"
    """Calls, and casts by `Ref.cast_when_room`, wait for room in their order; a plain cast gets
    `MailboxFull`."""


class Sender:
    """One call: the handle a handler answers through, and what its caller waits on.

    `reply` may be used once, at any time, from any actor; a second reply, or one after the caller
    gave up, has no effect.
    """

    __slots__ = ("callee", "caller", "future", "request", "settled")

    def __init__(self, request: object, callee: "Ref", caller: "Ref | None") -> None:
        self.request = request
        self.callee = callee
        self.caller = caller
        self.settled = False
        self.future: asyncio.Future[object] | None = None
        """Made by the caller when it has to wait, or by an answer that is faster."""

    def reply(self, value: object) -> None:
        """Answer the call with `value`."""
        if self.settled:
            return
        self.settled = True
        future = self.future
        if future is None:
            future = self.future = asyncio.get_running_loop().create_future()
        if not future.done():
            future.set_result(value)
        callee = self.callee
        if callee._belongings is not None:
            callee._belongings.deferred.discard(self)
        if callee._debug is not None:
            callee._debug.replied(self, value)

    def fail(self, error: BaseException) -> None:
        """Raise `error` in the caller."""
        if self.settled:
            return
        self.abandon()
        future = self.future
        if future is None:
            future = self.future = asyncio.get_running_loop().create_future()
        if not future.done():
            future.set_exception(error)
            future.exception()  # a caller cancelled in this very turn never asks

    def finish(self, result: object) -> None:
        """Take what `handle_call` returned: a value, NO_REPLY or UNHANDLED."""
        if type(result) is not Mark:
            self.reply(result)
        elif result is NO_REPLY:
            if not self.settled:
                self.callee.belongings().deferred.add(self)
        elif result is UNHANDLED:
            self.fail(Unhandled(self.callee.path, type(self.request).__name__))
        else:
            self.reply(result)

    def exited(self, reason: ExitReason) -> None:
        """Tell the caller that the callee died."""
        if not self.settled:
            error = ActorExited(self.callee.path, reason)
            error.__cause__ = reason.error if isinstance(reason, Crashed) else None
            self.fail(error)

    def overflowed(self, capacity: int) -> None:
        """Tell the caller that its request fell out of a full mailbox."""
        self.fail(MailboxFull(self.callee.path, capacity))

    def expire(self, timeout_s: float) -> None:
        """Tell the caller that time is up; the callee's late answer will be dropped."""
        self.fail(CallTimeout(self.callee.path, type(self.request).__name__, timeout_s))

    def abandon(self) -> None:
        """The caller no longer waits (it was cancelled); the callee's work goes on."""
        self.settled = True
        if self.callee._belongings is not None:
            self.callee._belongings.deferred.discard(self)


class Info:
    """A message for `handle_info`: a timer's, a signal, or one sent with `Ref.send`."""

    __slots__ = ("message",)

    def __init__(self, message: object) -> None:
        self.message = message


class Resume:
    """`handle_continue` is due."""

    __slots__ = ("message",)

    def __init__(self, message: object) -> None:
        self.message = message


class Stop:
    """An orderly stop with `terminate`, in its turn among the mail."""

    __slots__ = ("reason",)

    def __init__(self, reason: ExitReason) -> None:
        self.reason = reason


Mailbox = deque[object]

_SIGNALS = (Info, Resume, Stop)


def make_room(mailbox: Mailbox, capacity: int) -> None:
    """Drop the oldest user message of a mailbox that has one."""
    index, entry = next(
        (index, entry) for index, entry in enumerate(mailbox) if not isinstance(entry, _SIGNALS)
    )
    del mailbox[index]
    if isinstance(entry, Sender):
        entry.overflowed(capacity)
