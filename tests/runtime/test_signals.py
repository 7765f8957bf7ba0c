"""Signals, links, monitors and names as OTP promises them: docs/otp.md, points 1 to 7.

What the modules' own tests say already is not said again.
"""

import asyncio
from itertools import count

import pytest

from runtime import (
    KILL,
    KILLED,
    NO_PROCESS,
    NORMAL,
    SHUTDOWN,
    Actor,
    ActorExited,
    AlreadyStarted,
    Down,
    Exited,
    ExitReason,
    Failed,
    NotRunning,
    Ref,
    Shutdown,
    System,
)
from runtime.testing import Probe, VirtualClock, every_order, in_background, settle, turns
from tests.runtime.scripts import Ask, AsyncScript, Echo, Flavour, Script, Tell, actor_of, raising

ABNORMAL: tuple[ExitReason, ...] = (
    Failed("lost"),
    SHUTDOWN,
    Shutdown("for the night"),
    KILLED,
    NO_PROCESS,
)

# 1. Order.


async def test_what_was_sent_before_a_death_comes_before_the_news_of_it(
    system: System, flavour: Flavour
) -> None:
    probe = Probe.spawn(system)

    def speak_and_crash(script: Script) -> None:
        for number in range(3):
            probe.ref.cast(number)
        raising()

    speaker = system.spawn(flavour.script)
    probe.link(speaker)
    probe.monitor(speaker)
    speaker.cast(Tell(speak_and_crash))
    await speaker.join()
    await settle(system)
    assert [type(message) for message in probe.seen] == [int, int, int, Exited, Down]


@every_order(seeds=20)
async def test_two_actors_speak_in_order_whatever_the_order_of_the_others(
    system: System, flavour: Flavour
) -> None:
    probe = Probe.spawn(system)
    speakers = [system.spawn(flavour.script) for _ in range(3)]

    def speaking(number: int) -> Tell:
        return Tell(lambda script: probe.ref.cast(f"{script.path} {number}"))

    for number in range(10):
        for speaker in speakers:
            speaker.cast(speaking(number))
    await settle(system)
    for speaker in speakers:
        said = [message for message in probe.seen if str(message).startswith(f"{speaker.path} ")]
        assert said == [f"{speaker.path} {number}" for number in range(10)]


async def test_an_answer_comes_before_the_end_of_who_gave_it(
    system: System, flavour: Flavour
) -> None:
    def answer_and_stop(script: Script, sender: object) -> str:
        script.stop()
        return "farewell"

    ref = system.spawn(flavour.script)
    assert await ref.call(Ask(answer_and_stop)) == "farewell"
    assert await ref.join() == NORMAL


# 2. Links.


async def test_a_link_made_twice_is_one_link(system: System, flavour: Flavour) -> None:
    probe, other = Probe.spawn(system), system.spawn(flavour.script)
    probe.link(other)
    probe.link(other)
    other.kill()
    assert (await probe.receive(Exited)).ref is other
    await probe.refute_receive(Exited)


async def test_one_unlink_undoes_a_link_made_twice_from_either_side(
    system: System, flavour: Flavour
) -> None:
    one, two = (system.spawn(flavour.script) for _ in range(2))
    actor_of(one).link(two)
    actor_of(two).link(one)
    actor_of(one).unlink(two)
    one.kill()
    await one.join()
    assert await two.call(Echo(1)) == 1


async def test_an_exit_that_already_waits_in_the_mailbox_is_kept_by_unlink(
    system: System, flavour: Flavour
) -> None:
    probe, other = Probe.spawn(system), system.spawn(flavour.script)
    probe.link(other)
    probe.ref.suspend()
    other.kill()
    await other.join()
    probe.unlink(other)
    probe.ref.resume()
    assert (await probe.receive(Exited)).reason == KILLED


async def test_a_link_can_be_made_anew_after_unlink(system: System, flavour: Flavour) -> None:
    one, two = (system.spawn(flavour.script) for _ in range(2))
    actor_of(one).link(two)
    actor_of(one).unlink(two)
    actor_of(one).link(two)
    two.exit(Failed("lost"))
    assert await one.join() == Failed("lost")


# 3. Monitors.


async def test_the_others_of_a_stack_of_monitors_outlive_a_demonitor(
    system: System, flavour: Flavour
) -> None:
    probe, victim = Probe.spawn(system), system.spawn(flavour.script)
    first, second, third = (probe.monitor(victim) for _ in range(3))
    probe.demonitor(second)
    victim.kill()
    await victim.join()
    await settle(system)
    assert [down.monitor for down in probe.seen if isinstance(down, Down)] == [first, third]


async def test_a_monitor_keeps_nobody_alive_and_ends_with_its_owner(
    system: System, flavour: Flavour
) -> None:
    watcher, victim = system.spawn(flavour.script), system.spawn(flavour.script)
    actor_of(watcher).monitor(victim)
    watcher.kill()
    await watcher.join()
    assert await victim.call(Echo(1)) == 1
    victim.kill()
    assert await victim.join() == KILLED


@pytest.mark.parametrize("reason", [NORMAL, *ABNORMAL], ids=str)
async def test_a_monitor_hears_of_every_end_also_the_normal_one(
    system: System, flavour: Flavour, reason: ExitReason
) -> None:
    probe, victim = Probe.spawn(system), system.spawn(flavour.script)
    probe.monitor(victim)
    await victim.stop(reason)
    await probe.assert_down(victim, reason)


async def test_an_actor_that_died_between_start_and_monitor_is_down_with_noproc(
    system: System, flavour: Flavour
) -> None:
    probe = Probe.spawn(system)
    child = await system.start(flavour.script)
    child.kill()
    await child.join()
    number = probe.monitor(child)
    down = await probe.receive(Down)
    assert (down.monitor, down.ref, down.reason) == (number, child, NO_PROCESS)


async def test_a_monitor_set_while_its_target_is_dying_hears_the_true_reason(
    system: System,
) -> None:
    tidied = asyncio.Event()

    async def tidy(_: Script) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await tidied.wait()

    probe, victim = Probe.spawn(system), system.spawn(AsyncScript)
    victim.cast(Tell(tidy))
    await settle(system)
    victim.exit(Failed("lost"))
    probe.monitor(victim)
    await probe.refute_receive(Down)
    tidied.set()
    await probe.assert_down(victim, Failed("lost"))


async def test_a_child_that_dies_as_it_starts_is_heard_of_by_its_parent(
    system: System, flavour: Flavour
) -> None:
    """The link is there before init, so no death falls between start and watch."""
    parent = Probe.spawn(system)
    child = await system.start(
        lambda: flavour.script(on_init=lambda script: script.ref.cast(Tell(raising))),
        parent=parent.ref,
    )
    exited = await parent.receive(Exited)
    assert exited.ref is child
    assert str(exited.reason) == "ScriptError: as told"


# 4. Exit signals.


@pytest.mark.parametrize("reason", ABNORMAL, ids=str)
async def test_any_reason_but_normal_ends_a_linked_actor_with_that_reason(
    system: System, flavour: Flavour, reason: ExitReason
) -> None:
    one, two = (system.spawn(flavour.script) for _ in range(2))
    script = actor_of(two)
    script.link(one)
    await one.stop(reason)
    assert await two.join() == reason
    assert script.ended == [], "terminate is for those who trap exits"


async def test_kill_as_a_reason_by_a_link_ends_who_does_not_trap_and_stays_kill(
    system: System, flavour: Flavour
) -> None:
    one, two = (system.spawn(flavour.script) for _ in range(2))
    actor_of(two).link(one)
    await one.stop(KILL)
    assert await two.join() == KILL


async def test_one_that_traps_hears_of_a_normal_end_too(system: System, flavour: Flavour) -> None:
    probe, other = Probe.spawn(system), system.spawn(flavour.script)
    probe.link(other)
    await other.stop(NORMAL)
    assert (await probe.receive(Exited)).reason == NORMAL
    probe.ref.exit(NORMAL, source=other)
    assert (await probe.receive(Exited)).ref is other


async def test_a_killed_actor_takes_its_links_with_it_as_killed(
    system: System, flavour: Flavour
) -> None:
    victim, mortal = (system.spawn(flavour.script) for _ in range(2))
    trapper = system.spawn(flavour.trapper)
    for other in (mortal, trapper):
        actor_of(victim).link(other)
    victim.kill()
    assert await mortal.join() == KILLED
    assert trapper.alive, "killed can be trapped; only kill cannot"


async def test_an_exit_signal_leaves_the_mail_that_waits_unhandled(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.cast("mail")
    ref.exit(Failed("lost"))
    assert await ref.join() == Failed("lost")
    assert script.heard == []


# 5. Names and deaths.


@every_order(seeds=10)
async def test_whoever_hears_of_a_death_can_start_the_successor_under_the_name(
    system: System, flavour: Flavour
) -> None:
    numbers = count(1)

    class Heir(Actor):
        def init(self) -> None:
            self._crown()

        def handle_info(self, message: object) -> None:
            assert isinstance(message, Down)
            self._crown()

        def _crown(self) -> None:
            next(numbers)
            self.monitor(self.system.spawn(flavour.script, name="throne"))

    heir = system.spawn(Heir)
    for _ in range(20):
        king = system.lookup("throne")
        king.cast(Tell(raising))
        await king.join()
        await settle(system)
    assert heir.alive
    assert next(numbers) == 22


async def test_who_waited_for_a_death_or_an_answer_finds_the_name_free(
    system: System, flavour: Flavour
) -> None:
    async def succeed(old: Ref) -> bool:
        await old.join()
        return system.whereis("throne") is None

    async def ask(old: Ref) -> bool:
        with pytest.raises(ActorExited):
            await old.call(Echo("too late"))
        return system.whereis("throne") is None

    king = system.spawn(flavour.script, name="throne")
    king.suspend()
    waiting = [in_background(succeed(king)), in_background(ask(king))]
    await settle(system)
    king.kill()
    assert await asyncio.gather(*waiting) == [True, True]


# 6 and 7. Names and the dead.


async def test_the_second_to_want_a_name_is_told_and_the_holder_is_not_disturbed(
    system: System, flavour: Flavour
) -> None:
    holder = system.spawn(flavour.script, name="throne")
    with pytest.raises(AlreadyStarted) as caught:
        await system.start(flavour.script, name="throne")
    assert caught.value.path == "throne"
    assert system.whereis("throne") is holder
    assert len(system.living()) == 1


async def test_a_ref_means_one_incarnation_and_a_name_whoever_has_it_now(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    old = system.spawn(flavour.script, name="worker")
    await old.stop()
    new = system.spawn(flavour.script, name="worker")
    old.cast("to the dead")
    system.cast("worker", "to the living")
    await turns()
    await settle(system)
    assert actor_of(new).heard == ["to the living"]
    with pytest.raises(NotRunning):
        await old.call(Echo(1))
    assert await system.call("worker", Echo(1)) == 1
    assert clock.monotonic() == 0.0
