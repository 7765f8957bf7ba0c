from functools import partial

import pytest

from actors.flow import SetRate, Valve
from actors.flow.orders import Granted, Hold, Release, Request
from runtime import ActorExited, Call, Ref, System, Unhandled
from runtime.testing import Probe, VirtualClock, behind, settle


class Nonsense(Call[None]):
    """Nobody has a case for it."""


@pytest.fixture
def intake(system: System) -> Ref:
    return system.spawn(Probe)


def open_valve(system: System, rate: int | None = None) -> Ref:
    return system.spawn(partial(Valve, rate, interval_s=10.0), name="valve")


def granted(intake: Ref) -> list[int]:
    """What was granted since the last look."""
    probe = behind(intake, Probe)
    grants = [each.messages for each in probe.seen if isinstance(each, Granted)]
    probe.seen.clear()
    return grants


async def test_without_a_rate_everything_is_granted_at_once(system: System, intake: Ref) -> None:
    valve = open_valve(system)
    valve.send(Request(intake, 1_000))
    await settle(system)
    assert granted(intake) == [1_000]
    assert dict(valve.snapshot().facts)["rate"] == "unlimited"


async def test_no_more_than_the_rate_in_an_interval(
    system: System, intake: Ref, clock: VirtualClock
) -> None:
    valve = open_valve(system, 5)
    valve.send(Request(intake, 3))
    valve.send(Request(intake, 9))
    await settle(system)
    assert granted(intake) == [3, 2]
    assert dict(valve.snapshot().facts) == {
        "rate": "5 in 10 s",
        "granted": "5",
        "waiting": "7",
        "holding": "False",
    }
    await clock.advance(9.9, system=system)
    assert granted(intake) == []
    await clock.advance(0.1, system=system)
    assert granted(intake) == [5]
    await clock.advance(10.0, system=system)
    assert granted(intake) == [2]
    valve.send(Request(intake, 9))
    await settle(system)
    assert granted(intake) == [3]


async def test_an_idle_valve_has_no_timer(system: System, intake: Ref, clock: VirtualClock) -> None:
    valve = open_valve(system, 5)
    valve.send(Request(intake, 7))
    await clock.advance(20.0, system=system)
    assert granted(intake) == [5, 2]
    assert clock.pending == 0


async def test_who_was_granted_a_part_waits_behind_the_others(
    system: System, intake: Ref, clock: VirtualClock
) -> None:
    other = system.spawn(Probe)
    valve = open_valve(system, 4)
    valve.send(Hold())
    valve.send(Request(intake, 6))
    valve.send(Request(other, 3))
    valve.send(Release())
    await clock.advance(10.0, system=system)
    assert (granted(intake), granted(other)) == ([4, 1], [3])


async def test_the_dead_are_granted_nothing(system: System, intake: Ref) -> None:
    other = system.spawn(Probe)
    valve = open_valve(system, 4)
    valve.suspend()
    valve.send(Request(other, 4))
    valve.send(Request(intake, 4))
    other.kill()
    valve.resume()
    await settle(system)
    assert granted(intake) == [4]


async def test_a_new_rate_holds_at_once_and_counts_what_was_granted(
    system: System, intake: Ref, clock: VirtualClock
) -> None:
    valve = open_valve(system, 4)
    valve.send(Request(intake, 100))
    await settle(system)
    assert granted(intake) == [4]
    await valve.call(SetRate(6, 10.0))
    await settle(system)
    assert granted(intake) == [2]
    await valve.call(SetRate(3, 10.0))
    await settle(system)
    assert granted(intake) == []
    await clock.advance(10.0, system=system)
    assert granted(intake) == [3]
    await valve.call(SetRate(None))
    await settle(system)
    assert granted(intake) == [88 + 3]


async def test_a_rate_of_nothing_lets_nothing_through_until_it_is_changed(
    system: System, intake: Ref, clock: VirtualClock
) -> None:
    valve = open_valve(system, 0)
    valve.send(Request(intake, 1))
    await clock.advance(60.0, system=system)
    assert granted(intake) == []
    await valve.call(SetRate(1))
    await settle(system)
    assert granted(intake) == [1]


@pytest.mark.parametrize("rate", [SetRate(-1), SetRate(1, 0.0)])
async def test_a_rate_that_makes_no_sense_is_a_crash(system: System, rate: SetRate) -> None:
    with pytest.raises(ActorExited, match="messages in"):
        await open_valve(system).call(rate)


async def test_a_held_valve_grants_nothing_until_its_release(system: System, intake: Ref) -> None:
    valve = open_valve(system)
    valve.send(Hold())
    valve.send(Request(intake, 2))
    await settle(system)
    assert granted(intake) == []
    valve.send(Release())
    await settle(system)
    assert granted(intake) == [2]


async def test_a_valve_understands_nothing_else(system: System) -> None:
    valve = open_valve(system)
    valve.send("nonsense")
    with pytest.raises(Unhandled):
        await valve.call(Nonsense())
    assert valve.snapshot().unhandled == 2
