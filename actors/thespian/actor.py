"""A Thespian actor as one actor of our runtime.

Thespian says                              the runtime has
one message at a time                      an async actor: one Task, made at the first message
receiveMessage raised, and raised again    PoisonMessage to the sender; the actor lives on,
or crashes when a supervisor answers for it
ActorExitRequest                           handled like any message, then a normal stop
a supervisor's shutdown                    an ActorExitRequest, then the stop
sys.exit() in a handler                    the end of this actor alone
ChildActorExited                           the caretaker's monitor (see `playhouse.departed`)
wakeupAfter                                the runtime's timers, gone with the actor
"""

import inspect
import traceback
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import structlog
from thespian.actors import (
    Actor as Behaviour,
)
from thespian.actors import (
    ActorAddress,
    ActorExitRequest,
    ActorSystemException,
    ActorSystemMessage,
    ChildActorExited,
    NoCompatibleSystemForActor,
    PoisonMessage,
    Thespian_ActorStatus,
    Thespian_StatusReq,
    WakeupMessage,
)
from thespian.system.timing import ExpirationTimer
from thespian.system.utilis import withPossibleInitArgs

from actors.thespian.capabilities import THREADS_CAPABILITY
from actors.thespian.caretaker import caretaker_of, dismiss, refs
from actors.thespian.letter import Flush, Letter, Wakeup
from actors.thespian.member import Creation, Member
from actors.thespian.outsider import seconds
from actors.thespian.playhouse import Playhouse
from actors.thespian.reference import Reference
from actors.thespian.threads import SLOW_S
from runtime import (
    Actor,
    Call,
    Crashed,
    Exited,
    ExitReason,
    Failed,
    Ref,
    Sender,
    StartFailed,
    TaskDone,
)

ATTEMPTS = 2
"""Times a message is given to an actor that raises, before it is poison."""

log = structlog.get_logger("thespian")


class ThespianActor(Actor):
    """Runs one instance of a Thespian actor class.

    As a child: `ChildSpec(id="greeter", start=partial(ThespianActor, Greeter))`. Its address is its
    path, `ActorAddress("<supervisor>/greeter")`, and stays valid across restarts.
    """

    trap_exit = True

    def __init__(
        self,
        behaviour: type[Behaviour],
        *,
        requirements: Mapping[str, object] | None = None,
        global_name: str | None = None,
        threaded: bool = False,
        creation: Creation | None = None,
    ) -> None:
        """`threaded` puts its handlers into a thread from the first message on."""
        self.behaviour = behaviour
        self._requirements = requirements
        self._global_name = global_name
        self._threaded = threaded
        self._creation = creation
        self._exiting = False
        self._poisoned = 0
        self._last_failure: str | None = None
        self._numbers = count(1)
        self._wakeups: dict[int, tuple[ExpirationTimer, WakeupMessage]] = {}

    # From start to end.

    def init(self) -> None:
        """Make the instance. Raises what its constructor raises; NoCompatibleSystemForActor."""
        self.house = house = Playhouse.of(self.system)
        self._check_requirements()
        self._instance = withPossibleInitArgs(
            capabilities=house.capabilities, requirements=self._requirements
        ).create(self.behaviour)
        self.member = Member(
            self.ref,
            ActorAddress(self.path),
            self.behaviour,
            self._creation,
            global_name=self._global_name,
        )
        self._instance._myRef = Reference(self, house)  # noqa: SLF001 - Thespian's way in
        caretaker = caretaker_of(house)
        house.admit(self.member)
        caretaker.watch(self.member)

    def _check_requirements(self) -> None:
        check: Any = getattr(self.behaviour, "actorSystemCapabilityCheck", None)
        if check is not None and not check(self.house.capabilities, self._requirements or {}):
            raise NoCompatibleSystemForActor(self.behaviour, "the capabilities do not suffice")
        holder = None if self._global_name is None else self.house.named(self._global_name)
        if holder is not None:
            raise ActorSystemException(f"{self._global_name!r} is the name of {holder.path}")

    async def terminate(self, reason: ExitReason) -> None:
        """Tell an actor that is stopped from our side what Thespian would tell it."""
        if not self._exiting and not isinstance(reason, Crashed | Failed):
            await self._exit(ActorExitRequest(), self.house.address)

    # Mail.

    async def handle_cast(self, message: object) -> None:
        """Take a letter."""
        match message:
            case Letter(sender=sender, message=ActorSystemMessage() as content):
                await self._heed(content, sender)
            case Letter(sender=sender, message=content):
                await self._receive(content, sender)
            case _:
                self.unhandled(message)

    async def _heed(self, message: ActorSystemMessage, sender: ActorAddress) -> None:
        """Take what systems and actors say about themselves."""
        match message:
            case ActorExitRequest():
                await self._exit(message, sender)
                self.stop()
            case Thespian_StatusReq():
                self.house.send(self.member.address, sender, self._status())
            case _:
                await self._receive(message, sender)

    async def handle_info(self, message: object) -> None:
        """Take the time an actor asked for, and the signals of our own world."""
        match message:
            case Wakeup(number=number):
                _, wakeup = self._wakeups.pop(number)
                await self._receive(wakeup, self.member.address)
            case Exited(reason=reason):
                self.stop(reason)
            case TaskDone():
                return
            case _:
                self.unhandled(message)

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Answer when everything before has been handled."""
        match request:
            case Flush():
                return None
            case _:
                return self.unhandled(request)

    async def _receive(self, message: object, sender: ActorAddress) -> None:
        """Give a message to the actor, twice if need be; then it is poison."""
        error: Exception | None = None
        for attempt in range(1, ATTEMPTS + 1):
            error = await self._attempt(message, sender)
            if error is None:
                return
            self._last_failure = f"{type(error).__name__}: {error}"
            log.warning(
                "thespian.message_failed",
                actor=self.path,
                message=type(message).__name__,
                attempt=attempt,
                error=type(error).__name__,
            )
        assert error is not None
        self._poisoned += 1
        if not isinstance(message, PoisonMessage | ChildActorExited):
            details = "".join(traceback.format_exception(error))
            self.house.send(self.member.address, sender, PoisonMessage(message, details))
        if self._creation is None:
            raise error

    async def _attempt(self, message: object, sender: ActorAddress) -> Exception | None:
        """Returns what the handler raised, which in Thespian is no end of the actor."""
        try:
            result = self._handle(message, sender)
            if result is not None and inspect.isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - this is Thespian's process loop
            return error
        except SystemExit as error:
            self._exiting = True
            self.stop(Failed("system_exit", str(error.code)))
        return None

    def _handle(self, message: object, sender: ActorAddress) -> object:
        """Handle a message on the loop, or return what is to be awaited."""
        if self._threaded or self.house.threads.serves(self.behaviour):
            return self._handle_in_thread(message, sender)
        since_s = self.clock.monotonic()
        result: object = self._instance.receiveMessage(message, sender)
        held_s = self.clock.monotonic() - since_s
        if held_s > SLOW_S and self.house.capabilities.get(THREADS_CAPABILITY, True):
            self.house.threads.take(self.behaviour, held_s)
        return result

    async def _handle_in_thread(self, message: object, sender: ActorAddress) -> None:
        receive = partial(self._instance.receiveMessage, message, sender)
        result = await self.house.threads.run(receive)
        if inspect.isawaitable(result):
            await result

    async def _exit(self, request: ActorExitRequest, sender: ActorAddress) -> None:
        """Tell the actor. It exits whatever it makes of it."""
        self._exiting = True
        error = await self._attempt(request, sender)
        if error is not None:
            log.warning("thespian.exit_failed", actor=self.path, error=type(error).__name__)
        if not request.isRecursive:
            self.member.let_children_go()

    # What its `Reference` asks for.

    def create_child(
        self,
        behaviour: type[Behaviour] | str,
        requirements: Mapping[str, object] | None,
        global_name: str | None,
        source_hash: str | None,
    ) -> ActorAddress:
        """See `create`; one that does not start is reported by `ChildActorExited`."""
        return create(
            self.house,
            behaviour,
            requirements=requirements,
            global_name=global_name,
            creation=Creation(self.member, source_hash),
        )

    def wake_after(self, period: float | timedelta, payload: object) -> None:
        """Put a `WakeupMessage` into its mailbox after a while."""
        number = next(self._numbers)
        self._wakeups[number] = (ExpirationTimer(period), WakeupMessage(period, payload))
        self.send_after(seconds(period) or 0.0, Wakeup(number))

    def dismiss_all(self) -> None:
        """Let everybody exit, itself included."""
        caretaker_of(self.house).start_task(dismiss(self.house))

    # What others see.

    def children(self) -> Sequence[Ref]:
        """The actors it created."""
        return refs(self.member.children.values())

    def facts(self) -> Mapping[str, object]:
        """What kind it is, and what went wrong."""
        return {
            "class": f"{self.behaviour.__module__}.{self.behaviour.__qualname__}",
            "global_name": self.member.global_name or "",
            "threaded": self._threaded or self.house.threads.serves(self.behaviour),
            "wakeups": len(self._wakeups),
            "poisoned": self._poisoned,
            "last_failure": self._last_failure or "",
        }

    def _status(self) -> Thespian_ActorStatus:
        parent = self.member.parent
        status = Thespian_ActorStatus(
            self.member.address,
            self.behaviour.__name__,
            self.house.address,
            parentAddress=self.house.address if parent is None else parent.address,
            sourceHash=self.member.source_hash,
        )
        for child in self.member.children.values():
            status.addChild(child.address)
        status.addWakeups([(self.member.address, timer) for timer, _ in self._wakeups.values()])
        return status


def create(
    house: Playhouse,
    behaviour: type[Behaviour] | str,
    *,
    requirements: Mapping[str, object] | None = None,
    global_name: str | None = None,
    creation: Creation | None = None,
) -> ActorAddress:
    """Create a Thespian actor, or find the one that has the global name. On the loop's thread.

    A primary actor that does not start raises here what its constructor raised,
    NoCompatibleSystemForActor, or what is wrong with the class that was named. A child does not:
    its parent gets an address and a `ChildActorExited` for it, and only ImportError is raised.
    """
    holder = None if global_name is None else house.named(global_name)
    if holder is not None:
        return holder.address
    creation = creation or Creation(None, None)
    parent = creation.parent
    above = caretaker_of(house).path if parent is None else parent.path
    label = behaviour if isinstance(behaviour, str) else behaviour.__name__
    path = f"{above}/{label.rpartition('.')[2]}-{house.system.next_serial()}"
    try:
        _start(house, path, behaviour, requirements, global_name, creation)
    except ImportError:
        raise
    except Exception as error:
        if parent is None:
            raise
        log.warning(
            "thespian.child_not_created", actor=path, error=f"{type(error).__name__}: {error}"
        )
        house.announce(parent.address, ChildActorExited(ActorAddress(path)))
    return ActorAddress(path)


def _start(
    house: Playhouse,
    path: str,
    behaviour: type[Behaviour] | str,
    requirements: Mapping[str, object] | None,
    global_name: str | None,
    creation: Creation,
) -> None:
    found = house.sources.behaviour(behaviour, creation.source_hash)
    factory = partial(
        ThespianActor,
        found,
        requirements=requirements,
        global_name=global_name,
        creation=creation,
    )
    try:
        house.system.spawn(factory, name=path)
    except StartFailed as error:
        match error.reason:
            case Crashed(error=cause):
                raise cause from None
            case _:
                raise
