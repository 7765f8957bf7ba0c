"""Producers, consumers and what is in between, as actors."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from actors.flow import (
    Ask,
    BroadcastDispatcher,
    Cancel,
    Cancelled,
    Events,
    PartitionDispatcher,
    Subscribe,
    SubscribeTo,
    Unsubscribe,
)
from runtime import (
    NO_PROCESS,
    NORMAL,
    SHUTDOWN,
    Call,
    CallError,
    Crashed,
    ExitReason,
    Failed,
    Killed,
    Ref,
    System,
)
from runtime.testing import Probe, behind, settle
from tests.actors.flow.stages import (
    AsyncEater,
    AsyncShop,
    Eater,
    Relay,
    Shop,
    Talker,
    all_eaten,
    subscribed,
)


class Nonsense(Call[None]):
    """Nobody has a case for it."""


@pytest.fixture(params=[Eater, AsyncEater, Talker], ids=["plain", "async", "talker"])
def eater(system: System, request: pytest.FixtureRequest) -> Ref:
    return system.spawn(request.param, name="eater")


@pytest.fixture(params=[Shop, AsyncShop], ids=["plain_shop", "async_shop"])
def shop(system: System, request: pytest.FixtureRequest) -> Ref:
    return system.spawn(request.param, name="shop")


def test_one_async_handler_makes_a_stage_async() -> None:
    assert (Shop.is_async, AsyncShop.is_async) == (False, True)
    assert (Eater.is_async, AsyncEater.is_async) == (False, True)
    assert not Relay.is_async


async def test_a_consumer_asks_for_a_thousand_and_again_at_five_hundred(
    system: System, shop: Ref, eater: Ref
) -> None:
    subscribed(eater, shop)
    await settle(system)
    assert behind(shop, Shop).demands == [1_000]
    shop.cast(tuple(range(499)))
    await settle(system)
    assert behind(shop, Shop).demands == [1_000]
    shop.cast((499,))
    await settle(system)
    assert behind(shop, Shop).demands == [1_000, 500]
    assert await all_eaten(system, eater, 500) == list(range(500))


async def test_a_large_parcel_is_handled_in_portions_between_asks(
    system: System, shop: Ref, eater: Ref
) -> None:
    subscribed(eater, shop, max_demand=10, min_demand=6)
    await settle(system)
    shop.cast(tuple(range(10)))
    await settle(system)
    assert [len(parcel) for parcel in behind(eater, Eater).parcels] == [4, 4, 2]
    assert sum(behind(shop, Shop).demands) == 18


async def test_an_async_consumer_is_given_events_while_it_works(system: System) -> None:
    shop = system.spawn(partial(Shop, counts=True))
    eater = system.spawn(AsyncEater)
    subscription = subscribed(eater, shop, max_demand=4, min_demand=2)
    await all_eaten(system, eater, 20)
    eater.cast(("leave", subscription))
    await settle(system)
    eaten = behind(eater, Eater).eaten
    assert eaten == list(range(len(eaten)))


async def test_a_manual_consumer_gets_what_it_asks_for(system: System, shop: Ref) -> None:
    eater = system.spawn(Eater)
    subscription = subscribed(eater, shop, manual=True)
    shop.cast((1, 2, 3))
    await settle(system)
    assert behind(eater, Eater).eaten == []
    eater.cast(("ask", subscription, 2))
    await settle(system)
    assert behind(eater, Eater).eaten == [1, 2]


async def test_others_may_tell_a_consumer_to_subscribe(system: System, shop: Ref) -> None:
    eater = await system.start(Eater)
    number = await eater.call(SubscribeTo(producer=shop, max_demand=3))
    await settle(system)
    assert list(behind(eater, Eater).subscriptions) == [number]
    assert behind(shop, Shop).demands == [3]
    with pytest.raises(CallError, match="does not understand"):
        await eater.call(Nonsense())


async def test_a_dead_consumer_gives_its_demand_up(system: System, shop: Ref, eater: Ref) -> None:
    subscribed(eater, shop, max_demand=10)
    other = system.spawn(Eater)
    await settle(system)
    eater.kill()
    await settle(system)
    subscribed(other, shop, max_demand=12)
    await settle(system)
    assert behind(shop, Shop).demands == [10, 2]
    shop.cast(tuple(range(12)))
    await settle(system)
    assert await all_eaten(system, other, 12) == list(range(12))


async def test_a_consumer_that_leaves_gives_its_demand_up(system: System, shop: Ref) -> None:
    eater = system.spawn(Eater)
    subscription = subscribed(eater, shop)
    await settle(system)
    eater.cast(("leave", subscription))
    await settle(system)
    shop.cast((1,))
    await settle(system)
    assert behind(eater, Eater).eaten == []
    assert shop.snapshot().facts[:4] == (
        ("delivered", "0"),
        ("consumers", "0"),
        ("wanted", "0"),
        ("buffered", "1"),
    )


async def test_events_on_their_way_to_who_left_are_dropped(system: System) -> None:
    eater = system.spawn(Eater)
    shop = system.spawn(Probe)
    subscription = subscribed(eater, shop)
    eater.cast(("leave", subscription))
    eater.send(Events(subscription, (1,)))
    await settle(system)
    assert behind(eater, Eater).eaten == []
    assert [type(each) for each in behind(shop, Probe).seen] == [Subscribe, Ask, Unsubscribe]


async def test_a_producer_that_sends_too_much_crashes_its_consumer(system: System) -> None:
    eater = system.spawn(Eater)
    subscription = subscribed(eater, system.spawn(Probe), max_demand=2)
    eater.send(Events(subscription, (1, 2, 3)))
    await settle(system)
    assert "1 events more than asked for" in str(eater.exit_reason)


@pytest.mark.parametrize(
    ("cancel", "reason", "lives"),
    [
        (Cancel.PERMANENT, NORMAL, False),
        (Cancel.PERMANENT, Failed("lost"), False),
        (Cancel.TRANSIENT, NORMAL, True),
        (Cancel.TRANSIENT, SHUTDOWN, True),
        (Cancel.TRANSIENT, Failed("lost"), False),
        (Cancel.TEMPORARY, NORMAL, True),
        (Cancel.TEMPORARY, Failed("lost"), True),
    ],
)
async def test_a_producer_s_end_does_what_the_cancel_option_says(
    system: System, eater: Ref, shop: Ref, cancel: Cancel, reason: ExitReason, lives: bool
) -> None:
    subscribed(eater, shop, cancel=cancel)
    await settle(system)
    ends = behind(eater, Eater).ends
    await shop.stop(reason)
    await settle(system)
    assert eater.alive is lives
    assert ends == [reason]
    assert eater.exit_reason == (None if lives else reason)


async def test_a_producer_may_cancel_all_its_consumers(
    system: System, eater: Ref, shop: Ref
) -> None:
    subscribed(eater, shop, cancel=Cancel.TEMPORARY)
    subscribed(eater, shop, cancel=Cancel.TRANSIENT)
    shop.cast("close")
    await settle(system)
    assert behind(eater, Eater).ends == [SHUTDOWN, SHUTDOWN]
    assert shop.alive
    shop.cast("close")
    await settle(system)
    assert len(behind(eater, Eater).ends) == 2


async def test_both_sides_may_end_a_subscription_at_once(system: System, shop: Ref) -> None:
    eater = system.spawn(Eater)
    subscription = subscribed(eater, shop, cancel=Cancel.TEMPORARY)
    await settle(system)
    eater.send(Cancelled(subscription, SHUTDOWN))
    eater.send(Cancelled(subscription, SHUTDOWN))
    shop.send(Unsubscribe(subscription))
    shop.send(Unsubscribe(subscription))
    await settle(system)
    assert behind(eater, Eater).ends == [SHUTDOWN]
    assert shop.alive


async def test_a_subscription_to_the_dead_ends_at_once(system: System, eater: Ref) -> None:
    shop = system.spawn(Shop)
    shop.kill()
    ends = behind(eater, Eater).ends
    subscribed(eater, shop)
    await settle(system)
    assert ends == [NO_PROCESS]
    assert eater.exit_reason == NO_PROCESS


async def test_what_came_is_handled_before_a_permanent_consumer_ends(system: System) -> None:
    shop = system.spawn(Shop)
    relay = system.spawn(Relay)
    eater = system.spawn(Eater)
    subscribed(relay, shop)
    await settle(system)
    shop.cast((1, 2, 3))
    await settle(system)
    shop.kill()
    await settle(system)
    assert relay.alive
    subscribed(eater, relay, cancel=Cancel.TEMPORARY)
    await settle(system)
    assert behind(eater, Eater).eaten == [1, 2, 3]
    assert relay.exit_reason == Killed()


async def test_a_producer_consumer_handles_nothing_while_nobody_wants_any(system: System) -> None:
    shop = system.spawn(partial(Shop, counts=True))
    relay = system.spawn(partial(Relay, copies=3))
    eater = system.spawn(Eater)
    subscribed(relay, shop, max_demand=4, min_demand=2)
    await settle(system)
    assert behind(shop, Shop).demands == [4]
    subscription = subscribed(eater, relay, manual=True)
    eater.cast(("ask", subscription, 1))
    await settle(system)
    assert behind(eater, Eater).eaten == [0]
    eater.cast(("ask", subscription, 7))
    await settle(system)
    assert behind(eater, Eater).eaten == [0, 0, 0, 1, 1, 1, 2, 2]
    facts = dict(relay.snapshot().facts)
    assert facts["buffered"] == "4"
    assert facts["waiting"] == "4"
    relay_facts = [key for key, _ in relay.snapshot().facts]
    assert len(relay_facts) == len(set(relay_facts)) == 8


def is_even(event: int) -> bool:
    return event % 2 == 0


async def test_a_broadcast_reaches_all_and_selectors_choose(system: System) -> None:
    shop = system.spawn(partial(Shop, BroadcastDispatcher()))
    everything, even = system.spawn(Eater), system.spawn(Eater)
    subscribed(everything, shop)
    subscribed(even, shop, selector=is_even)
    shop.cast((1, 2, 3, 4))
    await settle(system)
    assert behind(everything, Eater).eaten == [1, 2, 3, 4]
    assert behind(even, Eater).eaten == [2, 4]
    even.kill()
    shop.cast((5,))
    await settle(system)
    assert behind(everything, Eater).eaten == [1, 2, 3, 4, 5]


async def test_a_partition_has_one_consumer_and_the_second_is_refused(system: System) -> None:
    shop = system.spawn(partial(Shop, PartitionDispatcher(range(2))))
    first, second = system.spawn(Eater), system.spawn(Eater)
    subscribed(first, shop, partition=1)
    subscribed(second, shop, partition=1)
    shop.cast((1, 3))
    await settle(system)
    assert behind(first, Eater).eaten == [1, 3]
    assert str(second.exit_reason) == "subscription_refused: partition 1 has a consumer already"
    assert shop.alive


async def test_a_producer_that_pushes_drops_what_its_buffer_cannot_hold(system: System) -> None:
    shop = system.spawn(Shop)
    shop.cast(tuple(range(7)))
    await settle(system)
    assert behind(shop, Shop).lost == [0, 1]
    assert dict(shop.snapshot().facts)["discarded"] == "2"


async def test_a_stage_hands_what_it_does_not_know_to_its_base(system: System, shop: Ref) -> None:
    eater = system.spawn(Eater)
    for stage in (shop, eater):
        stage.send("nonsense")
    await settle(system)
    assert (shop.snapshot().unhandled, eater.snapshot().unhandled) == (1, 1)


async def test_a_consumer_that_crashes_leaves_the_rest_to_the_others(system: System) -> None:
    def choke(events: Sequence[Any]) -> None:
        raise ValueError(events)

    shop = system.spawn(Shop)
    bad, good = system.spawn(partial(Eater, choke)), system.spawn(Eater)
    subscribed(bad, shop, max_demand=4)
    subscribed(good, shop, max_demand=2)
    shop.cast((1, 2, 3, 4, 5))
    await settle(system)
    assert isinstance(bad.exit_reason, Crashed)
    assert behind(good, Eater).eaten == [5]


async def test_a_consumer_that_does_not_end_with_its_producer_may_find_another(
    system: System,
) -> None:
    eater = system.spawn(Eater)
    for _ in range(2):
        shop = system.spawn(Shop)
        subscribed(eater, shop, cancel=Cancel.TEMPORARY)
        shop.cast((1, 2))
        await settle(system)
        shop.kill()
        await settle(system)
    assert behind(eater, Eater).eaten == [1, 2, 1, 2]
    assert behind(eater, Eater).subscriptions == {}
