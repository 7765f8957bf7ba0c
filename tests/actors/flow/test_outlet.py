from collections.abc import Sequence
from typing import Any

import pytest

from actors.flow import DemandDispatcher, Events, PartitionDispatcher, PartitionTaken, Subscribe
from actors.flow.buffer import Buffer
from actors.flow.dispatchers import Dispatcher
from actors.flow.outlet import Outlet
from runtime import Ref, System
from runtime.testing import Probe


class Counter:
    """An outlet and what came out of it."""

    def __init__(self, consumer: Ref, dispatcher: Dispatcher | None = None) -> None:
        self._consumer = consumer
        self.given: list[tuple[int, list[Any]]] = []
        self.dropped: list[Any] = []
        self.outlet = Outlet(
            dispatcher or DemandDispatcher(),
            Buffer(3),
            deliver=self._deliver,
            discard=self._discard,
        )

    def _deliver(self, consumer: Ref, parcel: Events) -> None:
        assert consumer is self._consumer
        self.given.append((parcel.subscription, list(parcel.events)))

    def _discard(self, events: Sequence[Any]) -> None:
        self.dropped += events

    def open(self, number: int, demand: int = 0, partition: object = None) -> None:
        self.outlet.subscribe(Subscribe(self._consumer, number, partition))
        if demand:
            self.outlet.ask(number, demand)


@pytest.fixture
def consumer(system: System) -> Ref:
    return system.spawn(Probe)


async def test_events_wait_for_demand_and_come_first_when_it_is_there(consumer: Ref) -> None:
    counter = Counter(consumer)
    counter.open(1)
    counter.outlet.emit("ab")
    assert counter.given == []
    counter.outlet.ask(1, 1)
    assert counter.given == [(1, ["a"])]
    counter.outlet.ask(1, 3)
    assert counter.given[1:] == [(1, ["b"])]
    assert counter.outlet.wanted == 2
    assert counter.outlet.delivered == 2


async def test_what_waits_is_not_asked_of_the_producer(consumer: Ref) -> None:
    counter = Counter(consumer)
    counter.open(1)
    counter.outlet.emit("ab")
    counter.outlet.ask(1, 5)
    assert counter.outlet.due() == 3
    assert counter.outlet.due() == 0


async def test_demand_that_a_dead_consumer_gave_up_is_not_asked_for_again(consumer: Ref) -> None:
    counter = Counter(consumer)
    counter.open(1, 5)
    assert counter.outlet.due() == 5
    assert counter.outlet.cancel(1) is consumer
    counter.open(2, 7)
    assert counter.outlet.due() == 2
    counter.outlet.emit("abcdefg")
    assert counter.given == [(2, list("abcdefg"))]
    counter.outlet.ask(2, 1)
    assert counter.outlet.due() == 1


async def test_more_than_the_buffer_holds_is_dropped_and_told(consumer: Ref) -> None:
    counter = Counter(consumer)
    counter.outlet.emit("abcde")
    assert counter.dropped == ["a", "b"]
    assert counter.outlet.buffer.dropped == 2


async def test_demand_of_a_consumer_that_has_left_is_nothing(consumer: Ref) -> None:
    counter = Counter(consumer)
    counter.outlet.ask(1, 5)
    assert counter.outlet.due() == 0
    assert counter.outlet.cancel(1) is None


async def test_a_refused_consumer_is_not_on_the_books(consumer: Ref) -> None:
    counter = Counter(consumer, PartitionDispatcher("ab", lambda event: event))
    counter.open(1, partition="a")
    with pytest.raises(PartitionTaken):
        counter.open(2, partition="a")
    assert list(counter.outlet.subscribers) == [1]


async def test_waiting_events_of_other_partitions_stay_in_order(consumer: Ref) -> None:
    counter = Counter(consumer, PartitionDispatcher("ab", lambda event: event[0]))
    counter.open(1, partition="a")
    counter.open(2, partition="b")
    counter.outlet.emit(["a1", "b1", "a2"])
    counter.outlet.ask(2, 5)
    assert counter.given == [(2, ["b1"])]
    counter.outlet.ask(1, 1)
    counter.outlet.ask(1, 1)
    assert counter.given[1:] == [(1, ["a1"]), (1, ["a2"])]
