"""Why an actor ended, and what a caller is told when its call cannot be answered.

An exit reason is a value (OTP: the term given to `exit/1`); it travels along links and monitors.
A call error is an exception: it is raised in whoever awaits the call, with the reason inside.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Normal:
    """The actor had nothing left to do. Does not end linked actors."""

    def __str__(self) -> str:
        return "normal"


@dataclass(frozen=True, slots=True)
class Shutdown:
    """The actor was asked to stop, by its supervisor or by an administrator."""

    detail: str | None = None

    def __str__(self) -> str:
        return "shutdown" if self.detail is None else f"shutdown: {self.detail}"


@dataclass(frozen=True, slots=True)
class Kill:
    """Sent by `Ref.kill`: cannot be trapped. Nobody sees it as a reason; they see `Killed`."""

    def __str__(self) -> str:
        return "kill"


@dataclass(frozen=True, slots=True)
class Killed:
    """What links and monitors hear of an actor that was sent `Kill`."""

    def __str__(self) -> str:
        return "killed"


@dataclass(frozen=True, slots=True)
class NoProcess:
    """Link to, or monitor of, an actor that is not there (OTP: noproc)."""

    def __str__(self) -> str:
        return "noproc"


@dataclass(frozen=True, slots=True)
class Failed:
    """The world did something the actor cannot live with, and it has a name: `link_lost`.

    Abnormal, so that links and restart types treat it as a crash, but logged as a warning and
    without a traceback: nothing is wrong with the code.
    """

    code: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


@dataclass(frozen=True, slots=True, eq=False)
class Crashed:
    """A handler raised what nobody expected."""

    error: BaseException

    def __str__(self) -> str:
        text = str(self.error)
        name = type(self.error).__name__
        return f"{name}: {text}" if text else name


ExitReason = Normal | Shutdown | Kill | Killed | NoProcess | Failed | Crashed

NORMAL = Normal()
SHUTDOWN = Shutdown()
KILL = Kill()
KILLED = Killed()
NO_PROCESS = NoProcess()


def is_orderly(reason: ExitReason) -> bool:
    """Whether a transient child that ended so is left stopped (OTP: normal, shutdown)."""
    return isinstance(reason, Normal | Shutdown)


class ActorError(Exception):
    """Base of everything the runtime raises at those who talk to actors."""


class CallError(ActorError):
    """A call that got no answer. `path` names the callee."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(text)
        self.path = path


class NotRunning(CallError):
    """The callee does not exist or is already dead; raised at once, never after a timeout."""

    def __init__(self, path: str, reason: ExitReason = NO_PROCESS) -> None:
        super().__init__(path, f"{path} is not running ({reason})")
        self.reason = reason


class ActorExited(CallError):
    """The callee died while the caller waited."""

    def __init__(self, path: str, reason: ExitReason) -> None:
        super().__init__(path, f"{path} exited before it answered ({reason})")
        self.reason = reason


class CallTimeout(CallError):
    """No answer in time. The callee goes on; its late answer is dropped."""

    def __init__(self, path: str, request: str, timeout_s: float) -> None:
        super().__init__(path, f"{path} did not answer {request} within {timeout_s:g} s")
        self.request = request
        self.timeout_s = timeout_s


class CallingSelf(CallError):
    """An actor called itself; waiting for the answer would never end."""

    def __init__(self, path: str) -> None:
        super().__init__(path, f"{path} called itself")


class Unhandled(CallError):
    """The callee has no case for this request. It goes on living."""

    def __init__(self, path: str, request: str) -> None:
        super().__init__(path, f"{path} does not understand {request}")
        self.request = request


class MailboxFull(CallError):
    """The callee's mailbox is at its capacity and its overflow policy refuses more."""

    def __init__(self, path: str, capacity: int) -> None:
        super().__init__(path, f"the mailbox of {path} is full ({capacity} messages)")
        self.capacity = capacity


class StartError(ActorError):
    """An actor did not start. Its name is free again by the time this is raised."""


class AlreadyStarted(StartError):
    """The name is taken by a living actor."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is already started")
        self.path = path


class StartFailed(StartError):
    """The factory or `init` raised, or the actor died before `init` was done."""

    def __init__(self, path: str, reason: ExitReason) -> None:
        super().__init__(f"{path} failed to start ({reason})")
        self.path = path
        self.reason = reason


class StartIgnored(StartError):
    """`init` returned IGNORE: there is nothing to do, and that is no fault."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} chose not to start")
        self.path = path


class StartTimeout(StartError):
    """`init` took too long; the half-started actor was killed."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__(f"{path} did not start within {timeout_s:g} s")
        self.path = path
        self.timeout_s = timeout_s
