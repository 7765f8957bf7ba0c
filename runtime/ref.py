"""The handle by which everybody speaks of, and to, an actor."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from runtime.exits import KILL, NORMAL, ExitReason, NotRunning
from runtime.messages import Call, Reply
from runtime.snapshot import ActorSnapshot

if TYPE_CHECKING:
    from runtime.belongings import Belongings
    from runtime.debug import Debug
    from runtime.request import PendingReply

DEFAULT_TIMEOUT_S = 5.0


class Ref(ABC):
    """One incarnation of an actor. After its death the ref stays and every call fails at once.

    Made by `System.start` and by supervisors, never by hand. All methods belong to the event
    loop's thread.
    """

    __slots__ = ("__weakref__", "_belongings", "_debug")

    _debug: "Debug | None"
    _belongings: "Belongings | None"

    @abstractmethod
    def belongings(self) -> "Belongings":
        """What it owns and what ends with it."""

    @property
    @abstractmethod
    def path(self) -> str:
        """The registered name, or `<parent>/#<serial>` where there is none."""

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether messages still reach it."""

    @property
    @abstractmethod
    def exit_reason(self) -> ExitReason | None:
        """Why it ended; None while it lives."""

    @abstractmethod
    async def call(self, request: Call[Reply], *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Reply:
        """Send a request and wait for its answer.

        Raises NotRunning at once when the callee is dead, ActorExited when it dies meanwhile,
        CallTimeout after `timeout_s`, Unhandled when it has no case for the request, MailboxFull,
        CallingSelf. A caller that is cancelled leaves the callee's work alone.
        """

    @abstractmethod
    def cast(self, message: object) -> None:
        """Send a message to `handle_cast` and forget it. To the dead it is silently dropped.

        Raises MailboxFull under Overflow.RAISE and Overflow.WAIT.
        """

    @abstractmethod
    async def cast_when_room(
        self, message: object, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        """As `cast`, but under Overflow.WAIT wait until the mailbox has room.

        Raises MailboxFull when there is none after `timeout_s`. To the dead it is dropped.
        """

    @abstractmethod
    def send_request(self, request: Call[Reply]) -> "PendingReply[Reply]":
        """Send a request and go on; the answer is taken from what this returns, later.

        What `call` would raise is raised when the answer is taken.
        """

    @abstractmethod
    def send(self, message: object) -> None:
        """Send a message to `handle_info`, past the capacity: for signals of our own making."""

    @abstractmethod
    def exit(self, reason: ExitReason, *, source: "Ref | None" = None) -> None:
        """Send an exit signal, as a linked actor's death would (OTP: exit/2)."""

    def kill(self) -> None:
        """End it now, untrappably; links and monitors hear `Killed`."""
        self.exit(KILL)

    @abstractmethod
    def request_stop(self, reason: ExitReason = NORMAL) -> None:
        """Ask for an orderly stop, in its turn among the mail: `terminate` runs."""

    async def stop(self, reason: ExitReason = NORMAL, *, timeout_s: float | None = None) -> None:
        """Ask for an orderly stop and wait until it is done; kill it after `timeout_s`."""
        self.request_stop(reason)
        try:
            await self.join(timeout_s=timeout_s)
        except TimeoutError:
            self.kill()
            await self.join()

    @abstractmethod
    async def join(self, *, timeout_s: float | None = None) -> ExitReason:
        """Wait for its death, by the system's clock. Raises TimeoutError after `timeout_s`."""

    @abstractmethod
    def suspend(self) -> None:
        """Leave the mail where it is until `resume`; exit signals still act."""

    @abstractmethod
    def resume(self) -> None:
        """Go on after `suspend`."""

    @abstractmethod
    def snapshot(self) -> ActorSnapshot:
        """What may be seen of it now."""

    def require(self) -> "Ref":
        """Itself, if alive; raises NotRunning otherwise."""
        if not self.alive:
            raise NotRunning(self.path, self.exit_reason or NORMAL)
        return self

    def __repr__(self) -> str:
        return f"<Ref {self.path}{'' if self.alive else ' dead'}>"
