"""What runs an actor: its mail, its turns, its life and its death.

The states are in `runtime.state`. Plain actors get their turns from the run queue and run on its
time; async actors are never in it: their `Service` owns a Task that takes the mail itself.
"""

import asyncio
import inspect
from contextvars import Context, ContextVar
from typing import TYPE_CHECKING, Any, Final, cast

from runtime.actor import Actor
from runtime.belongings import Belongings
from runtime.bonds import Bonded
from runtime.exits import (
    KILLED,
    NO_PROCESS,
    NORMAL,
    CallingSelf,
    Crashed,
    ExitReason,
    Kill,
    Normal,
    NotRunning,
    StartError,
    StartFailed,
    StartIgnored,
)
from runtime.mailbox import Info, Mailbox, Resume, Sender, Stop
from runtime.messages import IGNORE, Call, Continue, Exited, Mark, Reply
from runtime.ref import DEFAULT_TIMEOUT_S, Ref
from runtime.service import Service
from runtime.snapshot import ActorSnapshot
from runtime.state import (
    DEAD,
    DYING,
    IDLE,
    LABELS,
    READY,
    RUNNING,
    STARTING,
    YIELDING,
)

if TYPE_CHECKING:
    from runtime.system import System

CURRENT: ContextVar["Process | None"] = ContextVar("actor", default=None)
"""The process on whose behalf the code runs; None outside actors. Logs read the path from it."""

_GONE: Final = Actor()
"""Stands in for the actor of a dead process, so that its state can be freed."""


class Process(Bonded):
    """One incarnation of an actor. See `Ref` for what others may ask of it."""

    __slots__ = (
        "_belongings",
        "_context",
        "_name",
        "_serial",
        "_service",
        "_stop_reason",
        "born_s",
        "last_exit",
        "parent",
        "restarts",
        "unhandled",
    )

    def __init__(
        self,
        system: "System",
        actor: Actor,
        serial: int,
        name: str | None,
        parent: "Process | None",
    ) -> None:
        super().__init__(system, actor)
        self.parent = parent
        self.born_s = system.clock.monotonic()
        self.restarts = self.unhandled = 0
        self._serial = serial
        self._name = name
        self.last_exit: str | None = None
        self._context: Context | None = None
        self._belongings: Belongings | None = None
        self._service: Service | None = None
        self._stop_reason: ExitReason | None = None
        actor.process = self

    # Identity.

    @property
    def path(self) -> str:
        """See `Ref.path`."""
        if self._name is not None:
            return self._name
        return f"{self.parent.path}/#{self._serial}" if self.parent else f"#{self._serial}"

    @property
    def name(self) -> str | None:
        """The registered name, if any."""
        return self._name

    # Talking to it.

    async def call(self, request: Call[Reply], *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Reply:
        """See `Ref.call`. An idle plain actor answers at once, in the caller's turn."""
        reply: Reply
        sender = Sender(request, self, CURRENT.get())
        if self._state == IDLE and self._queue.inline_credit > 0:
            self._queue.inline_credit -= 1
            self._state = RUNNING
            self._handled += 1
            context = self._context
            if context is None:
                context = self.own_context()
            try:
                result: Any = context.run(self.actor.handle_call, request, sender)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
                self._crash(error, sender)
            else:
                if (
                    self._state == RUNNING
                    and not self._mailbox
                    and not sender.settled
                    and type(result) is not Mark
                ):
                    self._state = IDLE
                    reply = result
                    return reply
                self.finish(sender, result)
                self._end_turn()
        else:
            self._refuse_call()
            self._deliver(sender)
        if sender.future is None:
            sender.future = self.system.loop.create_future()
            self.system.deadlines.watch(sender, timeout_s)
        try:
            answer: Any = await sender.future
        except asyncio.CancelledError:
            sender.abandon()
            raise
        reply = answer
        return reply

    def _refuse_call(self) -> None:
        if self._state >= DYING:
            raise NotRunning(self.path, self._reason or NO_PROCESS)
        if self._service is not None and self._service.task is asyncio.current_task():
            raise CallingSelf(self.path)

    def _wake_service(self) -> None:
        if self._service is None:
            self._service = Service(self)
        else:
            self._service.wake()

    # Starting.

    def begin(self) -> Service | None:
        """Run `init`. Returns None when it is done; if not, await the service's `started`.

        Raises StartFailed or StartIgnored; the process is dead then, its name free.
        """
        result: object = None
        if self._state == STARTING and self.behaviour.has_init:
            try:
                result = self.own_context().run(self.actor.init)
            except (Exception, asyncio.CancelledError) as error:
                self.fail_to_start(error)
                raise StartFailed(self.path, self._reason or Crashed(error)) from error
            if inspect.isawaitable(result):
                self._service = Service(self, result)
                return self._service
        if self._state != STARTING:
            raise StartFailed(self.path, self._reason or KILLED)
        if result is IGNORE:
            self.die(NORMAL)
            raise StartIgnored(self.path)
        self.become(result)
        return None

    def become(self, result: object) -> None:
        """`init` returned `result`: begin to live."""
        if isinstance(result, Continue):
            self._signal(Resume(result.message), front=True)
        if self._stop_reason is not None:
            self._signal(Stop(self._stop_reason), front=True)
            self._stop_reason = None
        self._rest()

    def fail_to_start(self, error: BaseException) -> None:
        """`init` raised. What kept another actor from starting was logged where it happened."""
        if self._state == STARTING:
            if not isinstance(error, StartError):
                self.system.telemetry.crashed(self, error, "init")
            self.die(Crashed(error))
        else:
            self.die_as_told()

    def own_context(self) -> Context:
        """The context variables of this actor: the system's, with itself as CURRENT."""
        context = self._context
        if context is None:
            context = self._context = self.system.context.copy()
            context.run(CURRENT.set, self)
        return context

    def dismiss_service(self) -> None:
        """A plain actor needed a Task for its `init` only."""
        self._service = None

    # Running. (The async part is in `Service`.)

    def take_turn(self, batch: int) -> None:
        """Handle up to `batch` messages. Called by the run queue."""
        if self._state != READY:
            return
        mailbox = self._mailbox
        if not mailbox or self._suspended:
            self._rest()
            return
        self.peak = max(self.peak, len(mailbox))
        self._state = RUNNING
        context = self._context
        if context is None:
            context = self.own_context()
        crash = context.run(self._handle_batch, mailbox, batch)
        if crash is not None:
            self._crash(*crash)
        elif self._state == RUNNING and not mailbox:
            self._state = IDLE
        else:
            self._end_turn()

    def _handle_batch(self, mailbox: Mailbox, batch: int) -> tuple[BaseException, object] | None:
        """Returns what a handler raised, and on which entry; the crash belongs outside."""
        actor = self.actor
        entry: object = None
        handled = 0
        try:
            while mailbox and handled < batch:
                entry = mailbox.popleft()
                handled += 1
                kind = type(entry)
                if kind is Sender:
                    sender = cast("Sender", entry)
                    self.finish(
                        sender, actor.handle_call(cast("Call[Any]", sender.request), sender)
                    )
                elif kind is Info:
                    self._signals -= 1
                    actor.handle_info(cast("Info", entry).message)
                elif kind is Resume:
                    self._signals -= 1
                    actor.handle_continue(cast("Resume", entry).message)
                elif kind is Stop:
                    self.stop_after_handler(cast("Stop", entry).reason)
                else:
                    actor.handle_cast(entry)
                if self._state != RUNNING:
                    break
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            return error, entry
        finally:
            self._handled += handled
        return None

    def finish(self, sender: Sender, result: object) -> None:
        """`handle_call` returned. What the dead return reaches nobody."""
        if self._state < DYING:
            sender.finish(result)
        else:
            sender.exited(self._reason or KILLED)

    def _end_turn(self) -> None:
        """Handlers have returned: stop, go on, or wait for mail."""
        if self._state >= DYING:
            return
        if self._stop_reason is not None:
            self._terminate(self._stop_reason)
        else:
            self._rest()

    def has_turn(self) -> bool:
        """Whether the Task of an async actor may go on with the mail."""
        return self._stop_reason is None and self._state < DYING

    # Ending.

    def _crash(self, error: BaseException, entry: object) -> None:
        """A plain handler raised: tidy up, tell its caller, die."""
        if self._state < DYING:
            self.system.telemetry.crashed(self, error, entry)
            self._terminate(Crashed(error))
        if isinstance(entry, Sender):
            entry.exited(self._reason or KILLED)

    def _terminate(self, reason: ExitReason) -> None:
        self.system.telemetry.ending(self, reason)
        try:
            self.own_context().run(self.actor.terminate, reason)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            self.system.telemetry.crashed(self, error, "terminate")
            reason = Crashed(error)
        self.die(reason)

    def stop_after_handler(self, reason: ExitReason) -> None:
        """See `Actor.stop`. Outside a handler (in a task of the actor's) it stops next."""
        if self._state in {STARTING, RUNNING, YIELDING}:
            self._stop_reason = reason
            if self._state == RUNNING:
                self._state = YIELDING
        elif self._state < DYING:
            self._signal(Stop(reason), front=True)
            self.resume()

    def exit(self, reason: ExitReason, *, source: Ref | None = None) -> None:
        """See `Ref.exit`. Kill, and signals to actors which do not trap exits, act at once."""
        if self._state >= DYING:
            return
        if isinstance(reason, Kill) and source is None:
            self._end_now(KILLED)
        elif self.behaviour.trap_exit:
            if source is not None and source is self.parent:
                self.request_stop(reason)
            else:
                source = source or self
                self.send(Exited(source, source.path, reason))
        elif not isinstance(reason, Normal) or source is self:
            self._end_now(reason)

    def _end_now(self, reason: ExitReason) -> None:
        """End without `terminate`. An async handler that is being awaited is cancelled first."""
        if self._service is None or self._state not in {STARTING, RUNNING, YIELDING}:
            self.die(reason)
            return
        self._state = DYING
        self._reason = reason
        self._service.cancel()

    def die_as_told(self) -> None:
        """The cancelled handler has ended, or its time is up."""
        self.die(self._reason or KILLED)

    def die(self, reason: ExitReason) -> None:
        """Become dead: free the name, fail waiting callers, tell links and monitors."""
        if self._state == DEAD:
            return
        self._state = DEAD
        self._reason = reason
        self.actor = _GONE
        self.system.forget(self)
        service, self._service = self._service, None
        if service is not None:
            service.close(reason)
        mailbox, self._mailbox = self._mailbox, None
        for entry in mailbox or ():
            if isinstance(entry, Sender):
                entry.exited(reason)
        for sender in tuple(self._deferred or ()):
            sender.exited(reason)
        self._deferred = self._context = None
        if self._belongings is not None:
            self._belongings.give_up()
        if self._bonds is not None:
            self.system.obituaries.publish(self, reason)

    def belongings(self) -> Belongings:
        """The timers and tasks of this actor."""
        if self._belongings is None:
            self._belongings = Belongings(self)
        return self._belongings

    def running_tasks(self) -> tuple[asyncio.Task[Any], ...]:
        """The Tasks that run on this actor's behalf."""
        kept = () if self._service is None else (self._service.task,)
        own = () if self._belongings is None else tuple(self._belongings.tasks.values())
        return (*kept, *own)

    # Being looked at.

    def snapshot(self) -> ActorSnapshot:
        """See `Ref.snapshot`."""
        path = self.path
        suspended = self._suspended and self._state < DYING
        return ActorSnapshot(
            path=path,
            name=path.rsplit("/", 1)[-1],
            kind=self.behaviour.kind,
            behaviour=f"{self.behaviour.__module__}.{self.behaviour.__qualname__}",
            state="suspended" if suspended else LABELS[self._state],
            mailbox=len(self._mailbox or ()),
            mailbox_peak=self.peak,
            mailbox_capacity=self.behaviour.capacity,
            messages=self._handled,
            unhandled=self.unhandled,
            dropped=self.dropped,
            restarts=self.restarts,
            last_exit=self.last_exit,
            started_at=self.system.at(self.born_s),
            uptime_s=self.system.clock.monotonic() - self.born_s,
            strategy=self.actor.strategy_label(),
            intensity=self.actor.intensity_label(),
            facts=tuple((key, str(value)) for key, value in self.actor.facts().items()),
        )
