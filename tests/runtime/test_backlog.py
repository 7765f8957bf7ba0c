import pytest

from runtime import NotRunning, Overflow, System
from runtime.backlog import MARKS, Backlog
from runtime.exits import ActorExited, CallTimeout, MailboxFull
from runtime.testing import VirtualClock, in_background, settle, turns
from tests.runtime.scripts import ASYNC, Echo, Flavour, Tell, heard
from tests.runtime.test_inbox import bounded


def test_the_age_of_the_oldest_is_bounded_by_the_last_mark_before_it() -> None:
    backlog = Backlog()
    assert backlog.oldest_s(0, 5.0) == 0.0
    backlog.mark(0, 0, 10.0)
    backlog.mark(64, 100, 20.0)
    assert backlog.oldest_s(64, 25.0) == 15.0
    assert backlog.oldest_s(100, 25.0) == 5.0


def test_marks_stay_few_and_never_make_the_oldest_younger() -> None:
    backlog = Backlog()
    for number in range(10 * MARKS):
        backlog.mark(0, number, float(number))
    assert len(backlog._marks) <= MARKS + 1
    assert backlog.oldest_s(5 * MARKS, 10.0 * MARKS) >= 5.0 * MARKS


async def test_the_oldest_message_ages_until_it_is_handled(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    assert ref.snapshot().oldest_s is None
    ref.suspend()
    ref.cast("old")
    await clock.advance(3.0, system=system)
    ref.cast("new")
    await clock.advance(1.0, system=system)
    assert ref.snapshot().oldest_s == 4.0
    ref.resume()
    await settle(system)
    assert ref.snapshot().oldest_s is None


async def test_mail_behind_a_long_handler_ages_from_its_own_arrival(
    system: System, clock: VirtualClock
) -> None:
    ref = system.spawn(ASYNC.script)
    gate = system.loop.create_future()
    ref.cast(Tell(lambda _: gate))
    await clock.advance(5.0, system=system)
    ref.cast("behind")
    await clock.advance(2.0, system=system)
    assert ref.snapshot().oldest_s == 2.0
    gate.set_result(None)
    assert await heard(ref) == ("behind",)


async def test_casts_and_calls_wait_for_room_in_their_order(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(bounded(flavour, Overflow.WAIT))
    ref.suspend()
    for number in range(3):
        await ref.cast_when_room(number)
    with pytest.raises(MailboxFull):
        ref.cast("refused")
    waiting = [in_background(ref.cast_when_room(number)) for number in range(3, 8)]
    await turns()
    answer = in_background(ref.call(Echo("after")))
    await settle(system)
    assert not any(task.done() for task in (*waiting, answer))
    ref.resume()
    assert await answer == "after"
    assert all(task.done() for task in waiting)
    assert await heard(ref) == tuple(range(8))


async def test_who_waits_too_long_for_room_is_told(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(bounded(flavour, Overflow.WAIT))
    ref.suspend()
    for number in range(3):
        ref.cast(number)
    casting = in_background(ref.cast_when_room("late", timeout_s=1.0))
    calling = in_background(ref.call(Echo(1), timeout_s=1.0))
    gone = in_background(ref.cast_when_room("gone"))
    await turns()
    gone.cancel()
    await clock.advance(1.0, system=system)
    with pytest.raises(MailboxFull):
        await casting
    with pytest.raises(CallTimeout):
        await calling
    ref.resume()
    await settle(system)
    assert await heard(ref) == (0, 1, 2)


async def test_who_waits_for_room_hears_of_the_death(system: System, flavour: Flavour) -> None:
    ref = system.spawn(bounded(flavour, Overflow.WAIT))
    ref.suspend()
    for number in range(3):
        ref.cast(number)
    casting = in_background(ref.cast_when_room("dropped"))
    calling = in_background(ref.call(Echo(1)))
    await turns()
    ref.kill()
    await casting
    with pytest.raises(ActorExited):
        await calling
    await ref.cast_when_room("to the dead")
    with pytest.raises(NotRunning):
        await ref.call(Echo(1))


async def test_room_is_made_by_others_too(system: System, flavour: Flavour) -> None:
    ref = system.spawn(bounded(flavour, Overflow.WAIT))
    for number in range(20):
        await ref.cast_when_room(number)
    assert await heard(ref) == tuple(range(20))
