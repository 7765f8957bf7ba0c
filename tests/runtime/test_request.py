import asyncio

import pytest

from runtime import (
    SHUTDOWN,
    ActorExited,
    CallTimeout,
    MailboxFull,
    NotRunning,
    Overflow,
    RequestCollection,
    System,
    Unhandled,
)
from runtime.testing import VirtualClock, in_background, settle, turns
from tests.runtime.scripts import Ask, Echo, Flavour, Nonsense, actor_of, heard, raising
from tests.runtime.test_inbox import bounded


async def test_the_answer_of_a_request_is_taken_later(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    request = ref.send_request(Echo(0))
    before = request.done
    await settle(system)
    assert (before, request.done) == (False, True)
    assert await request.wait(timeout_s=1.0)
    assert await request.receive() == 0


async def test_a_request_fails_when_its_answer_is_taken(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    with pytest.raises(Unhandled):
        await ref.send_request(Nonsense()).receive()
    with pytest.raises(ActorExited):
        await ref.send_request(Ask(raising)).receive()
    dead = ref.send_request(Echo(1))
    with pytest.raises(NotRunning):
        await dead.receive()


async def test_a_request_to_a_full_mailbox_fails(system: System, flavour: Flavour) -> None:
    ref = system.spawn(bounded(flavour, Overflow.RAISE))
    ref.suspend()
    kept = [ref.send_request(Echo(number)) for number in range(3)]
    with pytest.raises(MailboxFull):
        await ref.send_request(Echo(3)).receive()
    ref.resume()
    assert [await request.receive() for request in kept] == [0, 1, 2]


async def test_waiting_may_be_tried_again_and_receiving_gives_up(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    ref.suspend()
    patient, hasty = ref.send_request(Echo("a")), ref.send_request(Echo("b"))
    waiting = in_background(patient.wait(timeout_s=1.0))
    receiving = in_background(hasty.receive(timeout_s=1.0))
    await clock.advance(1.0, system=system)
    assert await waiting is False
    with pytest.raises(CallTimeout):
        await receiving
    ref.resume()
    assert await patient.receive() == "a"
    await settle(system)
    assert not hasty.done


async def test_one_who_is_cancelled_while_receiving_gives_the_request_up(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    ref.suspend()
    request = ref.send_request(Ask(lambda script, _: script.heard.append("done")))
    receiving = in_background(request.receive())
    await turns()
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    ref.resume()
    await settle(system)
    assert not request.done
    assert actor_of(ref).heard == ["done"]


async def test_a_collection_hands_out_answers_as_they_come(
    system: System, flavour: Flavour
) -> None:
    slow, fast = system.spawn(flavour.script), system.spawn(flavour.script)
    slow.suspend()
    requests = RequestCollection[str, object](system.clock)
    requests.add("slow", slow.send_request(Echo(1)))
    requests.add("fast", fast.send_request(Echo(2)))
    first = await requests.receive()
    assert first is not None
    assert (first.label, await first.reply.receive(), len(requests)) == ("fast", 2, 1)
    slow.resume()
    second = await requests.receive()
    assert second is not None
    assert (second.label, await second.reply.receive()) == ("slow", 1)
    assert await requests.receive() is None


async def test_a_collection_that_waits_too_long_gives_nothing_up(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    ref.suspend()
    requests = RequestCollection[int, object](system.clock)
    requests.add(1, ref.send_request(Echo("late")))
    receiving = in_background(requests.receive(timeout_s=2.0))
    await clock.advance(2.0, system=system)
    with pytest.raises(TimeoutError):
        await receiving
    ref.resume()
    answered = await requests.receive()
    assert answered is not None
    assert await answered.reply.receive() == "late"


async def test_an_abandoned_collection_takes_no_answer(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    requests = RequestCollection[int, object](system.clock)
    request = ref.send_request(Echo(1))
    requests.add(1, request)
    requests.abandon()
    await settle(system)
    assert not request.done
    assert await requests.receive() is None
    assert await heard(ref) == ()


async def test_a_collection_hears_of_deaths_too(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    ref.suspend()
    requests = RequestCollection[str, object](system.clock)
    requests.add("gone", ref.send_request(Echo(1)))
    ref.exit(SHUTDOWN)
    answered = await requests.receive()
    assert answered is not None
    with pytest.raises(ActorExited):
        await answered.reply.receive()
