"""The base of every actor: override the handlers you need, in OTP's names."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

from runtime.clock import Clock
from runtime.exits import NORMAL, ExitReason
from runtime.mailbox import DEFAULT_CAPACITY, Overflow, Sender
from runtime.messages import UNHANDLED, Call, Continue, Mark
from runtime.redaction import HIDDEN, is_secret
from runtime.snapshot import ActorKind, ActorSnapshot
from runtime.timers import Timer

if TYPE_CHECKING:
    from runtime.process import Process
    from runtime.ref import Ref
    from runtime.system import System

_HANDLERS = ("handle_call", "handle_cast", "handle_info", "handle_continue", "terminate")


class Actor:
    """State plus handlers, run by one `Process`.

    A class whose handlers are all plain functions never owns an asyncio Task: calls to it while it
    is idle run inline in the caller. One `async def` handler makes the class async: each of its
    actors gets one Task at its first message and handles one message at a time in it.

    `__init__` stores its arguments and nothing else; `init` does what may fail. What a handler
    raises ends the actor, and its supervisor starts a fresh one.
    """

    capacity: ClassVar[int] = DEFAULT_CAPACITY
    """User messages the mailbox holds."""
    overflow: ClassVar[Overflow] = Overflow.RAISE
    trap_exit: ClassVar[bool] = False
    """Receive `Exited` for linked actors instead of dying with them, and run `terminate` when the
    parent asks for a shutdown (as in OTP)."""
    hibernate_after_s: ClassVar[float | None] = None
    """Hibernate after being idle for that long, looked at once in as many seconds."""
    kind: ClassVar[ActorKind] = "worker"
    is_async: ClassVar[bool] = False
    """Set by the class's own handlers, once, when the class is made."""
    has_init: ClassVar[bool] = False
    """Whether there is anything to do at its birth; likewise."""

    process: "Process"

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.is_async = any(inspect.iscoroutinefunction(getattr(cls, name)) for name in _HANDLERS)
        cls.has_init = cls.init is not Actor.init or cls.hibernate_after_s is not None

    # Handlers. Each may be `async def` in a subclass.

    def init(self) -> Continue | Mark | Awaitable[Continue | Mark | None] | None:
        """Prepare; the starter waits for it. Return Continue(message), IGNORE, or None."""
        return None

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Answer a request: the value, or NO_REPLY and `sender.reply` later."""
        return self.unhandled(request)

    def handle_cast(self, message: object) -> object:
        """Take a message nobody waits for."""
        return self.unhandled(message)

    def handle_info(self, message: object) -> object:
        """Take a timer's message or a signal: Down, Exited, Timeout, TaskDone, TaskFailed."""
        return self.unhandled(message)

    def handle_continue(self, message: object) -> object:
        """Go on after `init` or `continue_with`, before any other mail."""
        return self.unhandled(message)

    def shrink(self) -> None:
        """Drop what can be rebuilt: this actor is about to hibernate."""

    def terminate(self, reason: ExitReason) -> object:
        """Tidy up. Runs on an orderly stop and after a crash of a handler; never on kill."""
        return None

    def facts(self) -> Mapping[str, object]:
        """What pages and the `state` command may show of this actor; no secrets."""
        return {}

    def format_status(self, state: Mapping[str, object]) -> Mapping[str, object]:
        """What of `state` may be shown by `runtime.sys` and in a crash report.

        `state` is `facts()`, or the public attributes of an actor without facts. Hides what is
        called like a secret; override it to hide, shorten or add (OTP: format_status).
        """
        return {
            key: HIDDEN if is_secret(key) and value is not None else value
            for key, value in state.items()
        }

    def code_change(self, previous: "type[Actor]", extra: object) -> object:
        """Bring the attributes up to date: until now they were those of a `previous`.

        Called by `runtime.sys.change_code`; what it raises undoes the change.
        """
        return None

    def children(self) -> "Sequence[Ref | ActorSnapshot]":
        """For supervisors: the children in start order, those not running as snapshots."""
        return ()

    def strategy_label(self) -> str | None:
        """For supervisors: one_for_one, one_for_all, rest_for_one or dynamic."""
        return None

    def intensity_label(self) -> str | None:
        """For supervisors: `1/3 in 5 s`."""
        return None

    # What an actor may do. Only valid from `init` on.

    @property
    def ref(self) -> "Ref":
        """The handle others know this actor by."""
        return self.process

    @property
    def path(self) -> str:
        """The registered name."""
        return self.process.path

    @property
    def system(self) -> "System":
        """The system this actor lives in."""
        return self.process.system

    @property
    def clock(self) -> Clock:
        """Where time comes from."""
        return self.process.system.clock

    @property
    def random(self) -> Random:
        """Where chance comes from."""
        return self.process.system.random

    def unhandled(self, message: object) -> Mark:
        """Log and count mail that no case matches. Return its result from `case _`."""
        self.process.record().unhandled += 1
        self.system.telemetry.unhandled(self.process, message)
        return UNHANDLED

    def stop(self, reason: ExitReason = NORMAL) -> None:
        """End this actor when the handler that runs now has returned; `terminate` runs."""
        self.process.stop_after_handler(reason)

    def continue_with(self, message: object) -> None:
        """Let `handle_continue(message)` run next, before any mail (OTP: {continue, Message}).

        From `init`, return `Continue(message)` instead.
        """
        self.process.continue_with(message)

    def idle_timeout(self, after_s: float) -> None:
        """Get `Timeout` in `handle_info` if no mail comes for `after_s` after this handler.

        Any mail cancels it, and it holds for this one time (OTP: the time-out in a return value).
        """
        self.process.idle_timeout(after_s)

    def hibernate(self) -> None:
        """After this handler give back what can be made anew: mailbox, Task, `shrink`.

        For actors that will be idle for long; see `hibernate_after_s` for doing it by itself.
        """
        self.process.hibernate_after_handler()

    def send_after(self, delay_s: float, message: object) -> Timer:
        """Put `message` into `handle_info` after `delay_s`, unless cancelled or dead by then."""
        return self.process.belongings().send_after(delay_s, message)

    def start_task(self, coroutine: Coroutine[Any, Any, object]) -> int:
        """Run a coroutine beside this actor, as its property.

        Returns the task's number; `TaskDone` or `TaskFailed` with it comes to `handle_info`. The
        actor's death cancels it.
        """
        return self.process.belongings().start_task(coroutine)

    def cancel_task(self, task: int) -> None:
        """Cancel a task of this actor; no message comes of it."""
        self.process.belongings().cancel_task(task)

    def link(self, other: "Ref") -> None:
        """Die together: each hears the other's exit signal. Idempotent."""
        self.process.link(other)

    def unlink(self, other: "Ref") -> None:
        """Undo `link`."""
        self.process.unlink(other)

    def monitor(self, other: "Ref") -> int:
        """Hear one `Down` when `other` dies; at once, with NoProcess, when it is dead. Stacks."""
        return self.process.monitor(other)

    def demonitor(self, monitor: int) -> None:
        """Undo `monitor`, and remove a `Down` of it that already waits in the mailbox."""
        self.process.demonitor(monitor)


ActorFactory = Callable[[], Actor]
