"""Stages that do as a test tells them, plain and async."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from actors.flow import Consumer, Dispatcher, Producer, ProducerConsumer
from runtime import Actor, ExitReason, Ref, System
from runtime.testing import behind, in_background, until

Work = Callable[[Sequence[Any]], object]


class Shop(Producer[int]):
    """Emits when told, or counts up on demand; keeps the demand it was told of."""

    buffer_size = 5

    def __init__(self, dispatcher: Dispatcher | None = None, *, counts: bool = False) -> None:
        self._dispatcher = dispatcher
        self._counts = counts
        self._next = 0
        self.demands: list[int] = []
        self.lost: list[int] = []

    def make_dispatcher(self) -> Dispatcher:
        return self._dispatcher or super().make_dispatcher()

    def handle_demand(self, demand: int) -> object:
        return self.supply(demand)

    def supply(self, demand: int) -> None:
        self.demands.append(demand)
        if self._counts:
            self.emit(range(self._next, self._next + demand))
            self._next += demand

    def handle_cast(self, message: object) -> object:
        match message:
            case tuple():
                return self.emit(cast("tuple[int, ...]", message))
            case "close":
                return self.cancel_consumers()
            case _:
                return self.unhandled(message)

    def handle_discarded(self, events: Sequence[int]) -> None:
        super().handle_discarded(events)
        self.lost += events


class AsyncShop(Shop):
    """The same, and takes its time: a turn of the loop."""

    async def handle_demand(self, demand: int) -> None:
        await in_background(_turn())
        self.supply(demand)


async def _turn() -> None:
    """Something to wait for."""


class Eater(Consumer[Any]):
    """Keeps the parcels it handles and the ends it heard of."""

    def __init__(self, work: Work | None = None) -> None:
        self._do = work
        self.parcels: list[list[Any]] = []
        self.ends: list[ExitReason] = []

    @property
    def eaten(self) -> list[Any]:
        return [event for parcel in self.parcels for event in parcel]

    def handle_events(self, events: Sequence[Any]) -> object:
        self.parcels.append(list(events))
        return None if self._do is None else self._do(events)

    def handle_cancel(self, producer: Ref, reason: ExitReason) -> object:
        self.ends.append(reason)
        return super().handle_cancel(producer, reason)

    def handle_cast(self, message: object) -> object:
        match message:
            case ("ask", int() as subscription, int() as demand):
                return self.ask(subscription, demand)
            case ("leave", int() as subscription):
                return self.unsubscribe(subscription)
            case _:
                return self.unhandled(message)


class AsyncEater(Eater):
    """The same, and takes its time."""

    async def handle_events(self, events: Sequence[Any]) -> None:
        await in_background(_turn())
        super().handle_events(events)


class Talker(Eater):
    """Async by another handler than the one for events."""

    async def handle_cast(self, message: object) -> None:
        await in_background(_turn())


class Relay(ProducerConsumer[int, int]):
    """Hands on every event `copies` times."""

    def __init__(self, copies: int = 1) -> None:
        self._copies = copies

    def handle_events(self, events: Sequence[int]) -> None:
        self.emit([event for event in events for _ in range(self._copies)])


def subscribed(eater: Ref, producer: Ref, **options: Any) -> int:
    """Subscribe as the consumer would in a handler of its own."""
    consumer: Any = behind(eater, Actor)
    number: int = consumer.subscribe(producer, **options)
    return number


async def all_eaten(system: System, eater: Ref, number: int) -> list[Any]:
    """What a consumer was given, once that is `number` events."""
    actor = behind(eater, Eater)
    await until(lambda: len(actor.eaten) >= number)
    return actor.eaten
