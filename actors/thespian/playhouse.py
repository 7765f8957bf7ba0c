"""One system's Thespian actors: where each is found, who belongs to whom, what becomes of mail.

A Thespian address holds the actor's path in our runtime. Mail is looked up by path each time it is
sent, so an actor that its supervisor started again is reached by its old address. Everything here
happens on the loop's thread; other threads come in by the `Crossing`.
"""

import asyncio
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, ref

import structlog
from thespian.actors import (
    ActorAddress,
    ActorExitRequest,
    ChildActorExited,
    DeadEnvelope,
    Thespian_StatusReq,
    Thespian_SystemStatus,
    ValidatedSource,
)

from actors.thespian.capabilities import standard_capabilities
from actors.thespian.crossing import Crossing
from actors.thespian.letter import Letter
from actors.thespian.member import Member
from actors.thespian.outsider import Asker, Outsider
from actors.thespian.source_shelf import SourceShelf
from actors.thespian.threads import Threads
from runtime import DEFAULT_TIMEOUT_S, MailboxFull, System

if TYPE_CHECKING:
    from actors.thespian.caretaker import Caretaker

SYSTEM_ADDRESS = "/ActorSys"
"""Thespian's name for the system itself, fixed in `thespian.actors.ActorSystem`."""

log = structlog.get_logger("thespian")

_houses: "WeakKeyDictionary[System, ref[Playhouse]]" = WeakKeyDictionary()
_houses_lock = threading.Lock()


class Playhouse:
    """The Thespian side of one `runtime.System`. Get it with `Playhouse.of(system)`."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.address = ActorAddress(SYSTEM_ADDRESS)
        self.crossing = Crossing(system.loop)
        self.threads = Threads(system.loop)
        self.sources = SourceShelf(self.announce)
        self.capabilities: dict[str, object] = standard_capabilities()
        self.caretaker: Caretaker | None = None
        self.dead_letters = 0
        """Messages that reached nobody."""
        self._dead_letter_reader: ActorAddress | None = None
        self._members: dict[str, Member] = {}
        self._names: dict[str, Member] = {}
        self._outsiders: dict[str, Outsider] = {}

    @classmethod
    def of(cls, system: System) -> "Playhouse":
        """The one playhouse of a system, made when first asked for. On the loop's thread.

        It lasts as long as anybody holds it: an actor, the caretaker, a base.
        """
        with _houses_lock:
            kept = _houses.get(system)
            house = None if kept is None else kept()
            if house is None:
                house = cls(system)
                _houses[system] = ref(house)
        return house

    # Who is here.

    def members(self) -> tuple[Member, ...]:
        """Every living actor, in the order in which they came."""
        return tuple(member for member in self._members.values() if member.ref.alive)

    def roll(self) -> tuple[Member, ...]:
        """The same, and those whose death nobody has seen to yet."""
        return tuple(self._members.values())

    def find(self, address: ActorAddress) -> Member | None:
        """The living actor of that address."""
        member = self._members.get(address.actorAddressString)
        return member if member is not None and member.ref.alive else None

    def named(self, global_name: str) -> Member | None:
        """The living actor of that global name."""
        member = self._names.get(global_name)
        return member if member is not None and member.ref.alive else None

    def admit(self, member: Member) -> None:
        """An actor has started. A successor takes its predecessor's place."""
        self._members[member.path] = member
        if member.global_name is not None:
            self._names[member.global_name] = member
        if member.creation is not None and member.creation.parent is not None:
            member.parent = member.creation.parent
            member.parent.children[member.path] = member

    def departed(self, member: Member) -> None:
        """An actor is dead: tell its parent, ask its children to exit, forget it.

        What a supervised actor registered for stays with its address, for the successor.
        """
        if self._members.get(member.path) is member:
            del self._members[member.path]
        if member.global_name is not None and self._names.get(member.global_name) is member:
            del self._names[member.global_name]
        if member.creation is not None:
            self.sources.forget(member.address)
            self.read_dead_letters(member.address, enable=False)
        parent, member.parent = member.parent, None
        if parent is not None and parent.ref.alive:
            del parent.children[member.path]
            self.announce(parent.address, ChildActorExited(member.address))
        for child in tuple(member.children.values()):
            child.parent = None
            if child.ref.alive:
                self.announce(child.address, ActorExitRequest())

    # Mail.

    def send(self, sender: ActorAddress, target: ActorAddress, message: object) -> None:
        """Deliver a message, or make it a dead letter. Never raises: Thespian's `send` does not."""
        path = target.actorAddressString
        member = self._members.get(path)
        if member is not None and member.ref.alive:
            try:
                member.ref.cast(Letter(sender, message))
            except MailboxFull as error:
                log.warning("thespian.mailbox_full", actor=path, capacity=error.capacity)
                self._bury(sender, target, message)
        elif path in self._outsiders:
            if not self._outsiders[path].take(message):
                self._bury(sender, target, message)
        elif path == SYSTEM_ADDRESS:
            self._hear(sender, message)
        else:
            self._bury(sender, target, message)

    def announce(self, target: ActorAddress, message: object) -> None:
        """Send in the system's own name."""
        self.send(self.address, target, message)

    def _bury(self, sender: ActorAddress, target: ActorAddress, message: object) -> None:
        self.dead_letters += 1
        reader = self._dead_letter_reader
        if reader is not None and reader != target and not isinstance(message, DeadEnvelope):
            self.send(sender, reader, DeadEnvelope(target, message))

    def read_dead_letters(self, reader: ActorAddress, *, enable: bool) -> None:
        """Send dead letters to one actor from now on, in place of any before it; or no longer."""
        if enable:
            self._dead_letter_reader = reader
        elif self._dead_letter_reader == reader:
            self._dead_letter_reader = None

    def _hear(self, sender: ActorAddress, message: object) -> None:
        """Mail to the system itself."""
        match message:
            case ValidatedSource() if sender == self.sources.authority:
                self.sources.validated(message)
            case Thespian_StatusReq():
                self.announce(sender, self.status())
            case _:
                log.debug("thespian.ignored_by_system", message=type(message).__name__)

    # The outside.

    def open_door(self, name: str, outsider: Outsider) -> ActorAddress:
        """Give somebody outside an address of that name, freshly numbered."""
        path = f"{name}:{self.system.next_serial()}"
        self._outsiders[path] = outsider
        return ActorAddress(path)

    def close_door(self, address: ActorAddress) -> None:
        """Mail to that address is dead letters from now on."""
        self._outsiders.pop(address.actorAddressString, None)

    def tell(self, address: ActorAddress, message: object) -> None:
        """Send from nobody in particular. On the loop's thread."""
        self.announce(address, message)

    async def ask(
        self, address: ActorAddress, message: object, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> object:
        """Send and await the first answer; None when none came in time, as Thespian has it."""
        answer = self.system.loop.create_future()
        door = self.open_door("System:Asker", Asker(answer))
        timer = self.system.clock.call_later(timeout_s, lambda: _give_up(answer))
        try:
            self.send(door, address, message)
            return await answer
        finally:
            timer.cancel()
            self.close_door(door)

    # About itself.

    def update_capability(self, name: str, value: object) -> None:
        """Set a capability, or remove it with None."""
        if value is None:
            self.capabilities.pop(name, None)
        else:
            self.capabilities[name] = value

    def status(self) -> Thespian_SystemStatus:
        """What Thespian's own tools show of a system."""
        status = Thespian_SystemStatus(self.address, capabilities=dict(self.capabilities))
        for member in self.members():
            if member.parent is None:
                status.addChild(member.address)
        for name, member in self._names.items():
            status.addGlobalActor(name, member.address)
        if self._dead_letter_reader is not None:
            status.setDeadLetterHandler(self._dead_letter_reader)
        status.sourceAuthority = self.sources.authority
        status.loadedSources = [(source_hash, "") for source_hash in self.sources.hashes]
        return status


def _give_up(answer: "asyncio.Future[object]") -> None:
    if not answer.done():
        answer.set_result(None)
