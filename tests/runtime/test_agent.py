import asyncio
from functools import partial

import pytest

from runtime import (
    KILLED,
    ActorExited,
    Agent,
    AlreadyStarted,
    Call,
    CallTimeout,
    Crashed,
    NotRunning,
    StartFailed,
    System,
    Unhandled,
    Via,
)
from runtime.testing import VirtualClock, in_background, settle
from tests.runtime.scripts import Flavour, Nonsense, raising

Held = frozenset[str]


def with_name(name: str, held: Held) -> Held:
    return held | {name}


def with_number(number: int, held: list[int]) -> list[int]:
    return [*held, number]


async def test_get_update_and_get_and_update_run_inside_the_agent(system: System) -> None:
    agent = await Agent[Held].start(system, frozenset)
    await agent.update(partial(with_name, "a"))
    assert await agent.get(len) == 1
    taken = await agent.get_and_update(lambda held: (sorted(held), Held()))
    assert taken == ["a"]
    assert await agent.get(lambda held: held) == frozenset()


async def test_a_cast_is_done_in_its_turn(system: System) -> None:
    agent = await Agent[list[int]].start(system, list)
    for number in range(3):
        agent.cast(partial(with_number, number))
    assert await agent.get(lambda held: held) == [0, 1, 2]


async def test_falsy_states_and_answers_are_states_and_answers(system: System) -> None:
    agent = await Agent[int | None].start(system, lambda: None)
    assert await agent.get(lambda held: held) is None
    await agent.update(lambda _: 0)
    assert await agent.get_and_update(lambda held: (held, None)) == 0


async def test_many_callers_are_served_one_at_a_time(system: System) -> None:
    agent = await Agent[int].start(system, lambda: 0)
    await asyncio.gather(*(agent.update(lambda held: held + 1) for _ in range(200)))
    assert await agent.get(lambda held: held) == 200


async def test_a_function_that_raises_ends_the_agent_and_its_caller_hears_why(
    system: System,
) -> None:
    agent = await Agent[int].start(system, lambda: 0)
    with pytest.raises(ActorExited) as caught:
        await agent.get(lambda held: 1 // held)
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    with pytest.raises(NotRunning):
        await agent.update(lambda held: held)


async def test_a_cast_that_raises_ends_the_agent(system: System) -> None:
    agent = await Agent[int].start(system, lambda: 0)
    agent.cast(lambda held: 1 // held)
    assert isinstance(await agent.address.require().join(), Crashed)


async def test_a_state_that_cannot_be_made_fails_the_start_and_leaves_no_name(
    system: System,
) -> None:
    with pytest.raises(StartFailed):
        await Agent[None].start(system, raising, name="agent")
    assert system.whereis("agent") is None
    await Agent[list[int]].start(system, list, name="agent")
    with pytest.raises(AlreadyStarted):
        await Agent[list[int]].start(system, list, name="agent")


async def test_an_agent_found_by_its_path_is_spoken_to_in_each_incarnation(
    system: System,
) -> None:
    agent = Agent[list[int]](Via.path(system, "agent"))
    with pytest.raises(NotRunning):
        await agent.get(len)
    for _ in range(2):
        await system.start(Agent[list[int]].holding(list), name="agent")
        assert await agent.get(len) == 0
        await agent.update(lambda held: [*held, 1])
        assert await agent.get(len) == 1
        await agent.stop()
    with pytest.raises(NotRunning):
        await agent.stop()


async def test_an_agent_dies_with_the_parent_it_is_linked_to(
    system: System, flavour: Flavour
) -> None:
    parent = system.spawn(flavour.script)
    agent = await Agent[list[int]].start(system, list, parent=parent)
    ref = agent.address.require()
    parent.kill()
    assert await ref.join() == KILLED


async def test_waiting_ends_with_the_timeout_and_the_agent_goes_on(
    system: System, clock: VirtualClock
) -> None:
    agent = await Agent[int].start(system, lambda: 1, name="agent")
    agent.address.require().suspend()
    asking = in_background(agent.get(lambda held: held, timeout_s=2.0))
    await clock.advance(2.0, system=system)
    with pytest.raises(CallTimeout):
        await asking
    agent.address.require().resume()
    assert await agent.get(lambda held: held) == 1


async def test_what_is_no_function_for_it_is_unhandled(system: System) -> None:
    agent = await Agent[list[int]].start(system, list)
    request: Call[None] = Nonsense()
    with pytest.raises(Unhandled):
        await agent.address.call(request)
    agent.address.cast("nonsense")
    await settle(system)
    assert agent.address.require().snapshot().unhandled == 2


async def test_its_facts_name_the_kind_of_state_and_nothing_that_is_in_it(
    system: System,
) -> None:
    agent = await Agent[str].start(system, lambda: "secret")
    assert agent.address.require().snapshot().facts == (("holds", "str"),)
