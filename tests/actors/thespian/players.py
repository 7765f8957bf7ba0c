"""Thespian actors for tests, written as Thespian's users write them, and a place to listen."""

from typing import Any

from thespian.actors import (
    Actor,
    ActorAddress,
    ActorExitRequest,
    ActorSystemMessage,
    ActorTypeDispatcher,
)

from actors.thespian import Playhouse, ThespianActor, create
from runtime import Ref
from runtime.testing import behind


class Ear:
    """Somebody outside who keeps what reaches the address."""

    def __init__(self, house: Playhouse) -> None:
        self._house = house
        self.heard: list[object] = []
        self.room = True
        self.address = house.open_door("Test", self)

    def take(self, message: object) -> bool:
        if self.room:
            self.heard.append(message)
        return self.room

    def tell(self, address: ActorAddress, *messages: object) -> None:
        for message in messages:
            self._house.send(self.address, address, message)

    def news(self) -> list[object]:
        """What was heard since the last look."""
        news, self.heard = self.heard, []
        return news


class Echo(Actor):
    """Sends back what it gets."""

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        if not isinstance(msg, ActorSystemMessage):
            self.send(sender, msg)


class AsyncEcho(Actor):
    """The same, as a coroutine."""

    async def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        if not isinstance(msg, ActorSystemMessage):
            self.send(sender, msg)


class Diary(Actor):
    """Keeps everything it gets."""

    def __init__(self) -> None:
        self.notes: list[Any] = []

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        self.notes.append(msg)


class Touchy(Actor):
    """Raises at strings, each time or only the first; counts the attempts."""

    def __init__(self) -> None:
        self.attempts = 0

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        self.attempts += 1
        match msg:
            case "never":
                raise ValueError("never this")
            case "once" if self.attempts == 1:
                raise ValueError("not the first time")
            case "leave":
                raise SystemExit(3)
            case ActorExitRequest():
                raise ValueError("not even that")
            case _:
                self.send(sender, (msg, self.attempts))


class Parent(Actor):
    """Creates children of the class it is sent, and keeps what it hears of them."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        match msg:
            case type() | str():
                self.send(sender, self.createActor(msg))
            case (type() as behaviour, str() as global_name):
                self.send(sender, self.createActor(behaviour, globalName=global_name))
            case _:
                self.heard.append(msg)


class Stillborn(Actor):
    """Cannot be made."""

    def __init__(self) -> None:
        raise ValueError("not today")


class Dispatcher(ActorTypeDispatcher):
    """One method a type; one of them is a coroutine."""

    def receiveMsg_int(self, number: int, sender: ActorAddress) -> None:
        self.send(sender, number + 1)

    async def receiveMsg_str(self, text: str, sender: ActorAddress) -> None:
        self.send(sender, text.upper())


def instance(house: Playhouse, address: ActorAddress) -> Any:
    """The Thespian actor itself, to look at."""
    return behind(ref(house, address), ThespianActor)._instance


def ref(house: Playhouse, address: ActorAddress) -> Ref:
    """The runtime's handle of a living Thespian actor."""
    member = house.find(address)
    assert member is not None
    return member.ref


def new(house: Playhouse, behaviour: type[Actor], **options: Any) -> ActorAddress:
    """A primary actor."""
    return create(house, behaviour, **options)
