from collections.abc import Sequence
from typing import Any

import pytest

from actors.flow import (
    BroadcastDispatcher,
    DemandDispatcher,
    Dispatcher,
    PartitionDispatcher,
    PartitionTaken,
    Subscribe,
    UnknownPartition,
)
from runtime import Ref, System
from runtime.testing import Probe


@pytest.fixture
def somebody(system: System) -> Ref:
    return system.spawn(Probe)


def given(dispatcher: Dispatcher, events: Sequence[Any]) -> tuple[dict[int, list[Any]], list[Any]]:
    """What each subscription gets of `events`, and what is left."""
    shares, left = dispatcher.dispatch(events)
    got: dict[int, list[Any]] = {}
    for share in shares:
        got.setdefault(share.subscription, []).extend(share.events)
    return got, list(left)


def opened(dispatcher: Dispatcher, somebody: Ref, **asks: int) -> Dispatcher:
    """Accounts 1, 2 … with that demand each."""
    for number, demand in enumerate(asks.values(), 1):
        dispatcher.subscribe(Subscribe(somebody, number))
        dispatcher.ask(number, demand)
    return dispatcher


async def test_events_go_to_who_wants_most(somebody: Ref) -> None:
    dispatcher = opened(DemandDispatcher(), somebody, a=2, b=5)
    assert given(dispatcher, "xyz") == ({2: ["x", "y", "z"]}, [])
    assert dispatcher.demand == 4


async def test_among_equals_events_go_to_who_asked_first(somebody: Ref) -> None:
    dispatcher = opened(DemandDispatcher(), somebody, a=2, b=2)
    assert given(dispatcher, "x") == ({1: ["x"]}, [])
    dispatcher.ask(1, 1)
    assert given(dispatcher, "y") == ({2: ["y"]}, [])


async def test_what_nobody_wants_is_left(somebody: Ref) -> None:
    dispatcher = opened(DemandDispatcher(), somebody, a=1, b=2)
    assert given(dispatcher, "wxyz") == ({2: ["w", "x"], 1: ["y"]}, ["z"])
    assert dispatcher.demand == 0
    assert dispatcher.reach(7) == 0
    assert given(DemandDispatcher(), "x") == ({}, ["x"])


async def test_who_leaves_takes_its_demand_along(somebody: Ref) -> None:
    dispatcher = opened(DemandDispatcher(), somebody, a=1, b=2)
    dispatcher.cancel(2)
    assert dispatcher.demand == 1
    assert dispatcher.reach(7) == 1
    assert given(dispatcher, "xy") == ({1: ["x"]}, ["y"])


async def test_a_broadcast_goes_to_all_at_the_pace_of_the_slowest(somebody: Ref) -> None:
    dispatcher = opened(BroadcastDispatcher(), somebody, a=1, b=3)
    assert dispatcher.demand == 1
    assert given(dispatcher, "xy") == ({1: ["x"], 2: ["x"]}, ["y"])
    dispatcher.cancel(1)
    assert dispatcher.demand == 2
    assert given(dispatcher, "y") == ({2: ["y"]}, [])


async def test_without_listeners_a_broadcast_is_left(somebody: Ref) -> None:
    assert BroadcastDispatcher().demand == 0
    assert given(BroadcastDispatcher(), "x") == ({}, ["x"])


async def test_what_a_selector_leaves_out_costs_no_demand(somebody: Ref) -> None:
    dispatcher = BroadcastDispatcher()
    dispatcher.subscribe(Subscribe(somebody, 1, selector=lambda event: event % 2 == 0))
    dispatcher.subscribe(Subscribe(somebody, 2))
    dispatcher.ask(1, 2)
    dispatcher.ask(2, 9)
    assert given(dispatcher, [1, 2, 3, 4, 5]) == ({1: [2, 4], 2: [1, 2, 3, 4]}, [5])


def parity(event: int) -> str:
    return "odd" if event % 2 else "even"


async def test_an_event_goes_to_its_partition_and_waits_for_it(somebody: Ref) -> None:
    dispatcher = PartitionDispatcher(("even", "odd"), parity)
    for number, partition in enumerate(("even", "odd"), 1):
        dispatcher.subscribe(Subscribe(somebody, number, partition))
    dispatcher.ask(1, 2)
    dispatcher.ask(2, 1)
    assert dispatcher.demand == 3
    assert dispatcher.reach(7) == 7
    assert given(dispatcher, [1, 2, 3, 4, 6]) == ({1: [2, 4], 2: [1]}, [3, 6])
    dispatcher.ask(2, 1)
    dispatcher.cancel(1)
    assert dispatcher.demand == 1
    assert given(dispatcher, [3, 6]) == ({2: [3]}, [6])


async def test_without_a_rule_the_hash_of_an_event_names_its_partition(somebody: Ref) -> None:
    dispatcher = PartitionDispatcher(range(2))
    for number in (1, 2):
        dispatcher.subscribe(Subscribe(somebody, number, number - 1))
        dispatcher.ask(number, 9)
    assert given(dispatcher, [0, 1, 2, 3]) == ({1: [0, 2], 2: [1, 3]}, [])


async def test_a_partition_has_one_consumer_and_has_to_exist(somebody: Ref) -> None:
    dispatcher = PartitionDispatcher(("a",), lambda event: event)
    dispatcher.subscribe(Subscribe(somebody, 1, "a"))
    with pytest.raises(PartitionTaken, match="'a'"):
        dispatcher.subscribe(Subscribe(somebody, 2, "a"))
    with pytest.raises(UnknownPartition, match="'b'"):
        dispatcher.subscribe(Subscribe(somebody, 2, "b"))
    with pytest.raises(UnknownPartition, match="'c'"):
        dispatcher.dispatch("c")
