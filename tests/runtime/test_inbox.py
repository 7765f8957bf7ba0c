import asyncio
from typing import ClassVar

import pytest

from runtime import KILLED, SHUTDOWN, ActorExited, MailboxFull, Overflow, System
from runtime.testing import in_background, settle, turns
from tests.runtime.scripts import (
    AsyncScript,
    Echo,
    Flavour,
    PlainScript,
    Script,
    Tell,
    actor_of,
    heard,
)


def bounded(flavour: Flavour, policy: Overflow) -> type[Script]:
    """The flavour's script with a mailbox of three."""

    class Bounded(flavour.script):  # type: ignore[name-defined,misc]
        capacity: ClassVar[int] = 3
        overflow: ClassVar[Overflow] = policy

    return Bounded


async def test_a_full_mailbox_refuses_what_comes_next(system: System, flavour: Flavour) -> None:
    ref = system.spawn(bounded(flavour, Overflow.RAISE), name="full")
    ref.suspend()
    for number in range(3):
        ref.cast(number)
    with pytest.raises(MailboxFull) as caught:
        ref.cast(3)
    assert (caught.value.path, caught.value.capacity) == ("full", 3)
    with pytest.raises(MailboxFull):
        await ref.call(Echo(1))
    ref.resume()
    await settle(system)
    assert await heard(ref) == (0, 1, 2)
    assert ref.snapshot().dropped == 2


async def test_drop_newest_drops_what_comes_next(system: System, flavour: Flavour) -> None:
    ref = system.spawn(bounded(flavour, Overflow.DROP_NEWEST))
    ref.suspend()
    for number in range(5):
        ref.cast(number)
    with pytest.raises(MailboxFull):
        await ref.call(Echo(1))
    ref.resume()
    await settle(system)
    assert await heard(ref) == (0, 1, 2)
    assert ref.snapshot().dropped == 3


async def test_drop_oldest_drops_what_waited_longest_and_tells_its_caller(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(bounded(flavour, Overflow.DROP_OLDEST))
    ref.suspend()
    call = in_background(ref.call(Echo(1)))
    await settle(system)
    for number in range(4):
        ref.cast(number)
    with pytest.raises(MailboxFull):
        await call
    ref.resume()
    await settle(system)
    assert await heard(ref) == (1, 2, 3)
    assert ref.snapshot().dropped == 2


@pytest.mark.parametrize("policy", Overflow)
async def test_signals_neither_count_nor_drop(
    system: System, flavour: Flavour, policy: Overflow
) -> None:
    ref = system.spawn(bounded(flavour, policy))
    ref.suspend()
    for number in range(10):
        ref.send(number)
    for letter in "abc":
        ref.cast(letter)
    ref.send(10)
    if policy not in {Overflow.RAISE, Overflow.WAIT}:
        ref.cast("d")
    ref.resume()
    await settle(system)
    letters = ("b", "c", 10, "d") if policy is Overflow.DROP_OLDEST else ("a", "b", "c", 10)
    assert await heard(ref) == (*range(10), *letters)


async def test_room_is_counted_anew_after_signals_were_handled(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(bounded(flavour, Overflow.RAISE))
    for number in range(5):
        ref.send(number)
    await settle(system)
    ref.suspend()
    for number in range(3):
        ref.cast(number)
    with pytest.raises(MailboxFull):
        ref.cast(3)


async def test_a_suspended_actor_leaves_its_mail_until_it_is_resumed(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.cast(1)
    ref.suspend()
    ref.suspend()
    ref.cast(2)
    call = in_background(ref.call(Echo("waits")))
    await settle(system)
    assert script.heard == []
    assert not call.done()
    ref.resume()
    ref.resume()
    assert await call == "waits"
    assert script.heard == [1, 2]


async def test_an_actor_resumed_before_its_turn_has_lost_nothing(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    ref.cast(1)
    ref.suspend()
    ref.resume()
    assert await heard(ref) == (1,)


async def test_suspending_in_a_handler_makes_it_the_last_one(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.cast(Tell(lambda script: script.ref.suspend()))
    ref.cast(1)
    await settle(system)
    assert script.heard == []
    assert ref.snapshot().state == "suspended"
    ref.resume()
    await settle(system)
    assert script.heard == [1]


async def test_suspended_and_resumed_in_one_handler_goes_on(
    system: System, flavour: Flavour
) -> None:
    def nap(script: Script) -> None:
        script.ref.suspend()
        script.ref.resume()

    ref = system.spawn(flavour.script)
    ref.cast(Tell(nap))
    ref.cast(1)
    assert await heard(ref) == (1,)


async def test_an_actor_suspended_before_its_init_is_done_starts_suspended(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(lambda: flavour.script(on_init=lambda script: script.ref.suspend()))
    ref.cast(1)
    await settle(system)
    assert ref.snapshot().mailbox == 1
    ref.resume()
    assert await heard(ref) == (1,)


async def test_a_suspended_actor_can_be_killed_and_stopped(
    system: System, flavour: Flavour
) -> None:
    killed, stopped = system.spawn(flavour.script), system.spawn(flavour.script)
    for ref in (killed, stopped):
        await ref.call(Echo(1))
        ref.suspend()
    killed.kill()
    assert await killed.join() == KILLED
    await stopped.stop(SHUTDOWN)
    assert stopped.exit_reason == SHUTDOWN


async def test_a_suspended_actor_can_end_itself_from_its_task(
    system: System, flavour: Flavour
) -> None:
    gate = asyncio.Event()

    async def later(script: Script) -> None:
        await gate.wait()
        script.stop(SHUTDOWN)

    ref = system.spawn(flavour.script)
    ref.cast(Tell(lambda script: script.start_task(later(script))))
    await settle(system)
    ref.suspend()
    gate.set()
    assert await ref.join() == SHUTDOWN


async def test_mail_for_an_actor_that_dies_before_its_turn_fails_its_callers(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    ref.cast(1)
    call = in_background(ref.call(Echo(1)))
    await turns()
    ref.kill()
    if not call.done():
        with pytest.raises(ActorExited):
            await call


async def test_only_async_actors_with_mail_own_a_task(system: System) -> None:
    plain, coroutine = system.spawn(PlainScript), system.spawn(AsyncScript)
    before = len(asyncio.all_tasks())
    plain.cast(1)
    await settle(system)
    assert len(asyncio.all_tasks()) == before
    coroutine.cast(1)
    await settle(system)
    assert len(asyncio.all_tasks()) == before + 1
