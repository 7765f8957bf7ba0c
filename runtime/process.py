"""What runs an actor: its mail, its turns, its life and its death.

The states are in `runtime.state`. Every actor gets its turns from the run queue. A handler that is
a plain function runs on its time; one that is a coroutine takes its first step there and, if it
has to wait, goes on in the actor's Task (`runtime.service`). One message at a time either way.
"""

import asyncio
import inspect
from asyncio import current_task
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context, ContextVar
from functools import partial
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from runtime.actor import Actor
from runtime.backlog import Backlog
from runtime.belongings import Belongings
from runtime.bonds import Bonded
from runtime.exits import (
    KILLED,
    NO_PROCESS,
    NORMAL,
    ActorError,
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
from runtime.messages import IGNORE, NO_REPLY, Call, Continue, Exited, Mark, Reply
from runtime.record import BLANK
from runtime.ref import DEFAULT_TIMEOUT_S, Ref
from runtime.request import PendingReply
from runtime.service import PARKED, Ending, Parking, Service
from runtime.snapshot import ActorSnapshot
from runtime.state import (
    DEAD,
    DYING,
    IDLE,
    LABELS,
    READY,
    RUNNING,
    STARTING,
    WATCHED,
    YIELDING,
)

if TYPE_CHECKING:
    from runtime.system import System

CURRENT: ContextVar["Process | None"] = ContextVar("actor", default=None)
"""The process on whose behalf the code runs; None outside actors. Logs read the path from it."""

Result = TypeVar("Result")

INLINE_LEVEL = 8
"""Of the inline credit, what an inline call in an inline call borrows: they nest this deep."""

_GONE: Final = Actor()
"""Stands in for the actor of a dead process, so that its state can be freed."""

_BEGINNING: Final = object()
_TURN: Final = object()
"""What a parked coroutine is, besides a `Sender`'s call and an `Ending`."""

Turn = tuple[BaseException, object] | Parking | None
"""How a turn went: what a handler raised, and on which entry; or that one of them has to wait."""


class Process(Bonded):
    """One incarnation of an actor. See `Ref` for what others may ask of it."""

    __slots__ = ("_context", "_name", "_service", "born_s", "parent")

    def __init__(
        self, system: "System", actor: Actor, name: str | int, parent: "Process | None"
    ) -> None:
        """`name` is a path to register, or a serial number for an actor without one."""
        self.system = system
        self.actor = actor
        self.behaviour = type(actor)
        self.parent = parent
        self.born_s = system.clock.monotonic()
        self._name = name
        self._queue = system.run_queue
        self._state = STARTING
        self._handled = self._signals = 0
        self._suspended = False
        self._mailbox = self._backlog = self._record = self._debug = self._bonds = None
        self._context: Context | None = None
        self._service: Service | None = None
        self._belongings = None
        self._reason = None
        actor.process = self

    # Identity.

    @property
    def path(self) -> str:
        """See `Ref.path`."""
        name = self._name
        if isinstance(name, str):
            return name
        return f"{self.parent.path}/#{name}" if self.parent else f"#{name}"

    @property
    def name(self) -> str | None:
        """The registered name, if any."""
        return self._name if isinstance(self._name, str) else None

    # Talking to it.

    async def call(self, request: Call[Reply], *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Reply:
        """See `Ref.call`. An idle actor answers at once, in the caller's turn, if it can."""
        reply: Reply
        sender = Sender(request, self, CURRENT.get())
        if self._state == IDLE and self._queue.inline_credit > 0:
            self._queue.inline_credit -= 1
            self._state = RUNNING
            self._handled += 1
            context = self._context
            if context is None:
                context = self.own_context()
            result: Any
            try:
                if self.behaviour.is_async:
                    result = self._call_inline(context, sender)
                else:
                    result = context.run(self.actor.handle_call, request, sender)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
                self._crash(error, sender)
            else:
                if (
                    self._state == RUNNING
                    and not self._mailbox
                    and not sender.settled
                    and type(result) is not Mark
                    and result is not PARKED
                ):
                    self._state = IDLE
                    reply = result
                    return reply
                if result is not PARKED:
                    self.finish(sender, result)
                    self._end_turn()
        else:
            self._refuse_call(sender)
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

    def send_request(self, request: Call[Reply]) -> PendingReply[Reply]:
        """See `Ref.send_request`."""
        sender = Sender(request, self, CURRENT.get())
        future = sender.future = self.system.loop.create_future()
        try:
            self._refuse_call(sender)
            self._deliver(sender)
        except ActorError as error:
            sender.fail(error)
        return PendingReply(self, sender, future)

    def _refuse_call(self, sender: Sender) -> None:
        if self._state >= DYING:
            raise NotRunning(self.path, self._reason or NO_PROCESS)
        service = self._service
        if sender.caller is self and service is not None and service.task is current_task():
            raise CallingSelf(self.path)

    # Starting.

    def begin(self) -> Service | None:
        """Run `init`. Returns None when it is done; if not, await the service's `started`.

        Raises StartFailed or StartIgnored; the process is dead then, its name free.
        """
        if self._state == STARTING and not self.behaviour.has_init:
            self._state = IDLE
            return None
        result: object = None
        if self._state == STARTING:
            try:
                result = self.own_context().run(self._run_init)
            except (Exception, asyncio.CancelledError) as error:
                self._fail_to_start(error)
                raise StartFailed(self.path, self._reason or Crashed(error)) from error
            if result is PARKED:
                return self._service
        self._become(result)
        return None

    def _run_init(self) -> object:
        result: object = self.actor.init()
        if inspect.isawaitable(result):
            coroutine = _awaiting(cast("Awaitable[object]", result))
            return self.service().step(coroutine, _BEGINNING)
        return result

    def _become(self, result: object) -> None:
        """`init` returned `result`: begin to live. Raises StartFailed or StartIgnored."""
        if self._state != STARTING:
            if self._state == DYING:
                self.die_as_told()
            raise StartFailed(self.path, self._reason or KILLED)
        if result is IGNORE:
            ignored = StartIgnored(self.path)
            if self._service is not None:
                self._service.settle_start(ignored)
            self.die(NORMAL)
            raise ignored
        behaviour = self.behaviour
        if self._service is not None and not behaviour.is_async:
            self._dismiss_service()  # a plain actor needed a Task for its `init` only
        if isinstance(result, Continue):
            self._signal(Resume(result.message), front=True)
        if self._reason is not None:
            self._signal(Stop(self._reason), front=True)
            self._reason = None
        if behaviour.hibernate_after_s is not None:
            self.belongings().watch_idleness(behaviour.hibernate_after_s)
        self._end_turn()

    def _fail_to_start(self, error: BaseException) -> None:
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

    def _in_own_context(self, function: Callable[[], Result]) -> Result:
        if self._service is not None and self._service.task is current_task():
            return function()  # in the Task, whose context this is
        return self.own_context().run(function)

    # Running.

    def take_turn(self, batch: int) -> None:
        """Handle up to `batch` messages. Called by the run queue."""
        if self._state != READY:
            return
        mailbox = self._mailbox
        if not mailbox or self._suspended:
            self._rest()
            return
        if len(mailbox) > 1:
            self._note_peak(len(mailbox))
        self._state = RUNNING
        context = self._context
        if context is None:
            context = self.own_context()
        debug = self._debug
        if debug is not None:
            batch = 1
            debug.received(mailbox[0])
        if self.behaviour.is_async:
            outcome = context.run(self._begin_batch, mailbox, batch)
            if outcome is PARKED:
                return
        else:
            outcome = context.run(self._handle_batch, mailbox, batch)
        if (
            outcome is None
            and self._state == RUNNING
            and not mailbox
            and self._backlog is None
            and self._debug is None
        ):
            self._state = IDLE
        else:
            self._turn_over(outcome)

    def _handle_batch(self, mailbox: Mailbox, batch: int) -> tuple[BaseException, object] | None:
        """Returns what a handler raised, and on which entry; the crash belongs outside."""
        actor = self.actor
        entry: Any = None  # of the kinds told apart below; a cast() a message would cost a tenth
        handled = 0
        try:
            for _ in range(batch):
                entry = mailbox.popleft()
                handled += 1
                kind: object = type(entry)  # pyright: ignore[reportUnknownVariableType]
                if kind is Sender:
                    result = actor.handle_call(entry.request, entry)
                    if self._state < DYING:
                        entry.finish(result)
                    else:
                        self.finish(entry, result)
                elif kind is Info:
                    self._signals -= 1
                    actor.handle_info(entry.message)
                elif kind is Resume:
                    self._signals -= 1
                    actor.handle_continue(entry.message)
                elif kind is Stop:
                    self.stop_after_handler(entry.reason)
                else:
                    actor.handle_cast(entry)
                if self._state != RUNNING or not mailbox:
                    break
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            return error, entry
        finally:
            self._handled += handled
        return None

    def _begin_batch(self, mailbox: Mailbox, batch: int) -> Turn:
        """As `_handle_batch`, for an async actor: PARKED if one of the handlers has to wait."""
        service = self.service()
        return cast("Turn", service.step(service.handle_batch(mailbox, batch), _TURN))

    def _turn_over(self, outcome: Turn) -> None:
        if outcome is None:
            self._end_turn()
        elif outcome is not PARKED:
            self._crash(*outcome)

    def service(self) -> Service:
        """The Task of this actor; made when first needed."""
        service = self._service
        if service is None:
            service = self._service = Service(self)
        return service

    def _call_inline(self, context: Context, sender: Sender) -> object:
        """Run `handle_call` in the caller's turn, whose own credit shrinks meanwhile."""
        queue = self._queue
        queue.inline_credit -= INLINE_LEVEL
        try:
            return context.run(self._begin_call, sender)
        finally:
            queue.inline_credit += INLINE_LEVEL

    def _begin_call(self, sender: Sender) -> object:
        result = self.actor.handle_call(cast("Call[Any]", sender.request), sender)
        if isinstance(result, CoroutineType):
            return self.service().step(cast("Coroutine[Any, Any, object]", result), sender)
        return result

    def go_on(self, entry: object, result: object, crash: BaseException | None) -> None:
        """What was parked with `entry` returned `result`, or raised `crash`. Called by the Task."""
        if entry is _TURN:
            self._turn_over(cast("Turn", result))
        elif isinstance(entry, Sender):
            if crash is None:
                self.finish(entry, result)
                self._end_turn()
            else:
                self._crash(crash, entry)
        elif isinstance(entry, Ending):
            if crash is not None:
                self._fail_to_terminate(crash)
            elif self._state == DYING:
                self.die_as_told()
            else:
                self.die(entry.reason)
        else:
            self._go_on_from_init(result, crash)

    def _go_on_from_init(self, result: object, crash: BaseException | None) -> None:
        service = self._service
        assert service is not None
        if crash is not None:
            self._fail_to_start(crash)  # dying settles the start
            return
        try:
            self._become(result)
        except StartError as error:
            service.settle_start(error)
        else:
            service.settle_start(None)

    def _note_peak(self, length: int) -> None:
        record = self.record()
        record.peak = max(record.peak, length)

    def finish(self, sender: Sender, result: object) -> None:
        """`handle_call` returned. What the dead return reaches nobody."""
        if self._state < DYING:
            sender.finish(result)
        else:
            sender.exited(self._reason or KILLED)

    def _end_turn(self) -> None:
        """Handlers have returned: stop, go on, or wait for mail."""
        if self._debug is not None and self._state < DYING:
            self._debug.at_rest()
        if self._state >= DYING:
            if self._state == DYING:
                self.die_as_told()
        elif self._reason is not None:
            self._terminate(self._reason)
        else:
            if self._backlog is not None:
                self._admit(self._backlog)
            elif self._mailbox:
                self._mark_backlog()
            if self._belongings is not None and self._belongings.turn_ended():
                self._hibernate()
            if self._state < DYING:
                self._rest()

    def _admit(self, backlog: Backlog) -> None:
        """Let in who waits for room."""
        mailbox = self._mailbox
        if mailbox is None:
            mailbox = self._mailbox = deque()
        backlog.admit(self.behaviour.capacity - len(mailbox) + self._signals, mailbox.append)
        if mailbox:
            self._mark_backlog()
        elif backlog.over:
            self._backlog = None

    def continue_with(self, message: object) -> None:
        """See `Actor.continue_with`."""
        if self._state < DYING:
            self._signal(Resume(message), front=True)

    def idle_timeout(self, after_s: float) -> None:
        """See `Actor.idle_timeout`."""
        self.belongings().await_idleness(after_s)
        if self._state == RUNNING:
            self._state = YIELDING  # the turn ends here, with a count of what was handled

    # Hibernating.

    def hibernate_after_handler(self) -> None:
        """See `Actor.hibernate`."""
        self.belongings().hibernates = True
        if self._state == RUNNING:
            self._state = YIELDING

    def hibernate_if_idle(self) -> None:
        """Hibernate now if nothing is to be done."""
        if self._state <= WATCHED and self._mailbox is not None:
            self._hibernate()

    def _hibernate(self) -> None:
        self._mailbox = None
        try:
            self._in_own_context(self.actor.shrink)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            self._crash(error, "shrink")
            return
        if self._service is not None:
            self._dismiss_service()

    def lose_service(self) -> None:
        """The Task was cancelled by somebody else, while the actor had nothing for it to do."""
        self._service = None
        if self._state < DEAD:
            self._crash(asyncio.CancelledError(), None)

    def _dismiss_service(self) -> None:
        """The Task is not needed until a handler has to wait again."""
        service, self._service = self._service, None
        assert service is not None
        service.retire()

    # Ending.

    def _crash(self, error: BaseException, entry: object) -> None:
        """A handler raised: tidy up, tell its caller, die."""
        if self._state == DYING:
            self.die_as_told()
        elif self._state < DYING:
            self.system.telemetry.crashed(self, error, entry)
            if isinstance(entry, Sender):
                entry.finish(NO_REPLY)  # its caller hears of the death
            self._terminate(Crashed(error))
        if isinstance(entry, Sender) and self._state == DEAD:
            entry.exited(self._reason or KILLED)

    def _terminate(self, reason: ExitReason) -> None:
        self._state = YIELDING  # mail may gather; no turn is taken any more
        self.system.telemetry.ending(self, reason)
        try:
            outcome = self._in_own_context(partial(self._run_terminate, reason))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the process loop
            self._fail_to_terminate(error)
        else:
            if outcome is not PARKED:
                self.die(reason)

    def _run_terminate(self, reason: ExitReason) -> object:
        result = self.actor.terminate(reason)
        if isinstance(result, CoroutineType):
            coroutine = cast("Coroutine[Any, Any, object]", result)
            return self.service().step(coroutine, Ending(reason))
        return None

    def _fail_to_terminate(self, error: BaseException) -> None:
        if self._state == DYING:
            self.die_as_told()
        else:
            self.system.telemetry.crashed(self, error, "terminate")
            self.die(Crashed(error))

    def stop_after_handler(self, reason: ExitReason) -> None:
        """See `Actor.stop`. Outside a handler (in a task of the actor's) it stops next."""
        if self._state in {STARTING, RUNNING, YIELDING}:
            self._reason = reason
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
        debug, self._debug = self._debug, None
        if debug is not None:
            debug.ended(reason)
        service, self._service = self._service, None
        if service is not None:
            service.close(StartFailed(self.path, reason), reason)
        mailbox, self._mailbox = self._mailbox, None
        backlog, self._backlog = self._backlog, None
        for sender in () if backlog is None else backlog.dismiss():
            sender.exited(reason)
        for entry in mailbox or ():
            if isinstance(entry, Sender):
                entry.exited(reason)
        self._context = None
        if self._belongings is not None:
            self._belongings.give_up(reason)
        if self._bonds is not None:
            self.system.obituaries.publish(self, reason)

    def belongings(self) -> Belongings:
        """See `Ref.belongings`."""
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
        record = self._record or BLANK
        suspended = self._suspended and self._state < DYING
        return ActorSnapshot(
            path=path,
            name=path.rsplit("/", 1)[-1],
            kind=self.behaviour.kind,
            behaviour=f"{self.behaviour.__module__}.{self.behaviour.__qualname__}",
            state="suspended" if suspended else LABELS[self._state],
            mailbox=len(self._mailbox or ()),
            oldest_s=self.oldest_s(),
            mailbox_peak=record.peak if self._handled else 0,
            mailbox_capacity=self.behaviour.capacity,
            messages=self._handled,
            unhandled=record.unhandled,
            dropped=record.dropped,
            restarts=record.restarts,
            last_exit=record.last_exit,
            started_at=self.system.at(self.born_s),
            uptime_s=self.system.clock.monotonic() - self.born_s,
            strategy=self.actor.strategy_label(),
            intensity=self.actor.intensity_label(),
            facts=tuple((key, str(value)) for key, value in self.actor.facts().items()),
        )


async def _awaiting(awaitable: Awaitable[object]) -> object:
    return await awaitable
