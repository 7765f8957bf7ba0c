"""How mail reaches an actor, and how the actor comes to its turn."""

import asyncio
from abc import abstractmethod
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, assert_never

from runtime.actor import Actor
from runtime.backlog import Backlog
from runtime.exits import NORMAL, ExitReason, MailboxFull
from runtime.mailbox import Info, Mailbox, Overflow, Resume, Sender, Stop, make_room
from runtime.record import Record
from runtime.ref import DEFAULT_TIMEOUT_S, Ref
from runtime.run_queue import RunQueue
from runtime.state import (
    DYING,
    IDLE,
    READY,
    RUNNING,
    SUSPENDED,
    WATCHED,
    YIELDING,
)

if TYPE_CHECKING:
    from runtime.debug import Debug
    from runtime.system import System


class Inbox(Ref):
    """The half of a `Process` that others write to: mailbox, bounds, rest and wake.

    `Process.__init__` fills the slots of the whole family: a constructor for each would double the
    time that a spawn takes.
    """

    __slots__ = (
        "_backlog",
        "_handled",
        "_mailbox",
        "_queue",
        "_record",
        "_signals",
        "_state",
        "_suspended",
        "actor",
        "behaviour",
        "system",
    )

    system: "System"
    actor: Actor
    behaviour: type[Actor]
    _handled: int
    _signals: int
    _queue: RunQueue
    _state: int
    _suspended: bool
    _mailbox: Mailbox | None
    _backlog: Backlog | None
    _record: Record | None

    @property
    def alive(self) -> bool:
        """See `Ref.alive`."""
        return self._state < DYING

    def cast(self, message: object) -> None:
        """See `Ref.cast`."""
        if self._state == IDLE:
            mailbox = self._mailbox
            if mailbox is None:
                mailbox = self._mailbox = deque()
            mailbox.append(message)
            self._state = READY
            self._queue.add(self)
        elif (
            self._state == READY
            and (mailbox := self._mailbox) is not None
            and len(mailbox) < self.behaviour.capacity
        ):
            mailbox.append(message)  # the commonest case of `_deliver`, without the call of it
        elif self._state < DYING:
            self._deliver(message)

    async def cast_when_room(
        self, message: object, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        """See `Ref.cast_when_room`."""
        if self.behaviour.overflow is not Overflow.WAIT or not self._full() or not self.alive:
            self.cast(message)
            return
        admitted: asyncio.Future[bool] = self.system.loop.create_future()
        timer = self.system.clock.call_later(timeout_s, partial(_turn_away, admitted))
        self.backlog().wait(message, admitted)
        try:
            if not await admitted:
                raise MailboxFull(self.path, self.behaviour.capacity)
        finally:
            timer.cancel()

    def send(self, message: object) -> None:
        """See `Ref.send`."""
        if self._state < DYING:
            self._signal(Info(message))

    def request_stop(self, reason: ExitReason = NORMAL) -> None:
        """See `Ref.request_stop`. Resumes an actor that is suspended, or it would never stop."""
        if self._state < DYING:
            self.resume()
            self._signal(Stop(reason))

    def backlog(self) -> Backlog:
        """What gathers before this process."""
        backlog = self._backlog
        if backlog is None:
            backlog = self._backlog = Backlog()
        return backlog

    def record(self) -> Record:
        """What is counted of this process."""
        record = self._record
        if record is None:
            record = self._record = Record()
        return record

    def _deliver(self, entry: object) -> None:
        """Put user mail into the mailbox of a living process, within its capacity."""
        mailbox = self._mailbox
        if mailbox:
            if len(mailbox) - self._signals >= self.behaviour.capacity and not self._fits(entry):
                return
        else:
            if mailbox is None:
                mailbox = self._mailbox = deque()
            if self._state != WATCHED:
                self._mark_backlog()
        mailbox.append(entry)
        if self._state <= WATCHED:
            self._wake()

    def _full(self) -> bool:
        return len(self._mailbox or ()) - self._signals >= self.behaviour.capacity

    def _fits(self, entry: object) -> bool:
        """The mailbox is full: act by its policy. Returns whether there is room for `entry`."""
        capacity = self.behaviour.capacity
        match self.behaviour.overflow:
            case Overflow.WAIT if isinstance(entry, Sender):
                self.backlog().wait(entry, None)
                return False
            case Overflow.RAISE | Overflow.WAIT:
                self.record().dropped += 1
                raise MailboxFull(self.path, capacity)
            case Overflow.DROP_NEWEST:
                self.record().dropped += 1
                if isinstance(entry, Sender):
                    entry.overflowed(capacity)
                return False
            case Overflow.DROP_OLDEST:
                self.record().dropped += 1
                assert self._mailbox is not None
                make_room(self._mailbox, capacity)
                return True
            case _ as never:
                assert_never(never)

    def _signal(self, entry: Info | Resume | Stop, *, front: bool = False) -> None:
        """Put a signal into the mailbox, past the capacity."""
        mailbox = self._mailbox
        if mailbox is None:
            mailbox = self._mailbox = deque()
        if front:
            mailbox.appendleft(entry)
        else:
            mailbox.append(entry)
        self._signals += 1
        if self._state <= WATCHED:
            self._wake()

    def take_back(self, signal: Info) -> None:
        """Remove a signal that waits in the mailbox."""
        assert self._mailbox is not None
        self._mailbox.remove(signal)
        self._signals -= 1

    def _mark_backlog(self) -> None:
        arrived = self._handled + len(self._mailbox or ())
        self.backlog().mark(self._handled, arrived, self.system.clock.monotonic())

    def oldest_s(self) -> float | None:
        """Seconds that the oldest message has waited, at most; None when none waits."""
        if not self._mailbox:
            return None
        return self.backlog().oldest_s(self._handled, self.system.clock.monotonic())

    def _wake(self) -> None:
        """Mail is there and the actor at rest: take a place in the run queue."""
        self._state = READY
        self._queue.add(self)

    @abstractmethod
    def take_turn(self, batch: int) -> None:
        """Handle up to `batch` messages. Called by the run queue."""

    def suspend(self) -> None:
        """See `Ref.suspend`."""
        self._suspended = True
        if self._state <= WATCHED:
            self._state = SUSPENDED
        elif self._state == RUNNING:
            self._state = YIELDING

    def resume(self) -> None:
        """See `Ref.resume`."""
        self._suspended = False
        if self._state == SUSPENDED:
            self._rest()

    def watch(self, debug: "Debug | None") -> None:
        """Let `debug` look on, or nobody any more."""
        self._debug = debug
        if self._state <= WATCHED:
            self._state = IDLE if debug is None else WATCHED
        elif self._state == RUNNING:
            self._state = YIELDING  # this batch ends with the present handler

    def _rest(self) -> None:
        """Nothing runs: wait for mail, or for a turn if there is some."""
        if self._suspended:
            self._state = SUSPENDED
        elif self._mailbox:
            self._wake()
        else:
            self._state = IDLE if self._debug is None else WATCHED


def _turn_away(admitted: "asyncio.Future[bool]") -> None:
    if not admitted.done():
        admitted.set_result(False)
