"""How mail reaches an actor, and how the actor comes to its turn."""

from abc import abstractmethod
from collections import deque
from typing import TYPE_CHECKING, assert_never

from runtime.actor import Actor
from runtime.exits import NORMAL, ExitReason, MailboxFull
from runtime.mailbox import Info, Mailbox, Overflow, Resume, Sender, Stop, make_room
from runtime.ref import Ref
from runtime.run_queue import RunQueue
from runtime.state import DYING, IDLE, READY, RUNNING, STARTING, SUSPENDED, WAITING, YIELDING

if TYPE_CHECKING:
    from runtime.system import System


class Inbox(Ref):
    """The half of a `Process` that others write to: mailbox, bounds, rest and wake."""

    __slots__ = (
        "_handled",
        "_mailbox",
        "_queue",
        "_signals",
        "_state",
        "_suspended",
        "actor",
        "behaviour",
        "dropped",
        "peak",
        "system",
    )

    def __init__(self, system: "System", actor: Actor) -> None:
        self.system = system
        self.actor = actor
        self.behaviour = type(actor)
        self.dropped = self.peak = 0
        self._handled: int = 0
        self._signals: int = 0
        self._queue: RunQueue = system.run_queue
        self._state: int = STARTING
        self._suspended = False
        self._mailbox: Mailbox | None = None
        self._deferred = None

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
        elif self._state < DYING:
            self._deliver(message)

    def send(self, message: object) -> None:
        """See `Ref.send`."""
        if self._state < DYING:
            self._signal(Info(message))

    def request_stop(self, reason: ExitReason = NORMAL) -> None:
        """See `Ref.request_stop`. Resumes an actor that is suspended, or it would never stop."""
        if self._state < DYING:
            self.resume()
            self._signal(Stop(reason))

    def _deliver(self, entry: object) -> None:
        """Put user mail into the mailbox of a living process, within its capacity."""
        mailbox = self._mailbox
        if mailbox is None:
            mailbox = self._mailbox = deque()
        elif len(mailbox) - self._signals >= self.behaviour.capacity and not self._fits(entry):
            return
        mailbox.append(entry)
        if self._state <= WAITING:
            self._wake()

    def _fits(self, entry: object) -> bool:
        """The mailbox is full: act by its policy. Returns whether there is room for `entry`."""
        self.dropped += 1
        capacity = self.behaviour.capacity
        match self.behaviour.overflow:
            case Overflow.RAISE:
                raise MailboxFull(self.path, capacity)
            case Overflow.DROP_NEWEST:
                if isinstance(entry, Sender):
                    entry.overflowed(capacity)
                return False
            case Overflow.DROP_OLDEST:
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
        if self._state <= WAITING:
            self._wake()

    def take_back(self, signal: Info) -> None:
        """Remove a signal that waits in the mailbox."""
        assert self._mailbox is not None
        self._mailbox.remove(signal)
        self._signals -= 1

    def _wake(self) -> None:
        """Mail is there and the actor at rest: take a place in the run queue, or wake the Task."""
        plain = self._state == IDLE
        self._state = READY
        if plain:
            self._queue.add(self)
        else:
            self._wake_service()

    @abstractmethod
    def take_turn(self, batch: int) -> None:
        """Handle up to `batch` messages. Called by the run queue."""

    @abstractmethod
    def _wake_service(self) -> None:
        """Wake the Task of an async actor, or make it."""

    def suspend(self) -> None:
        """See `Ref.suspend`."""
        self._suspended = True
        if self._state <= WAITING:
            self._state = SUSPENDED
        elif self._state == RUNNING:
            self._state = YIELDING

    def resume(self) -> None:
        """See `Ref.resume`."""
        self._suspended = False
        if self._state == SUSPENDED:
            self._rest()

    def _rest(self) -> None:
        """Nothing runs: wait for mail, or for a turn if there is some."""
        self._state = WAITING if self.behaviour.is_async else IDLE
        if self._suspended:
            self._state = SUSPENDED
        elif self._mailbox:
            self._wake()
