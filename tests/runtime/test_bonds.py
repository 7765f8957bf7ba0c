import asyncio
from itertools import pairwise

import pytest

from runtime import (
    KILL,
    KILLED,
    NO_PROCESS,
    NORMAL,
    SHUTDOWN,
    Actor,
    Down,
    Exited,
    Failed,
    Ref,
    System,
)
from runtime.testing import Probe, VirtualClock, behind, in_background, settle
from tests.runtime.scripts import AsyncScript, Echo, Flavour, Script, Tell, actor_of


def probe_of(ref: Ref) -> Probe:
    return behind(ref, Probe)


def downs(ref: Ref) -> list[Down]:
    return [message for message in probe_of(ref).seen if isinstance(message, Down)]


async def test_a_link_takes_both_ways(system: System, flavour: Flavour) -> None:
    for victim, other in ((0, 1), (1, 0)):
        pair = [system.spawn(flavour.script) for _ in range(2)]
        actor_of(pair[0]).link(pair[1])
        actor_of(pair[0]).link(pair[1])
        pair[victim].exit(Failed("lost"))
        assert await pair[other].join() == Failed("lost")


async def test_a_chain_of_three_thousand_links_falls_without_deep_recursion(
    system: System, flavour: Flavour
) -> None:
    chain = [system.spawn(flavour.script) for _ in range(3_000)]
    for left, right in pairwise(chain):
        actor_of(left).link(right)
    chain[0].kill()
    assert await chain[-1].join() == KILLED


async def test_a_link_to_oneself_changes_nothing(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    actor_of(ref).link(ref)
    assert await ref.call(Echo(1)) == 1


async def test_after_unlink_no_exit_signal_comes(system: System, flavour: Flavour) -> None:
    one, two = system.spawn(flavour.script), system.spawn(flavour.script)
    actor_of(one).unlink(two)
    actor_of(one).link(two)
    actor_of(two).unlink(one)
    one.kill()
    await one.join()
    assert await two.call(Echo(1)) == 1


async def test_a_link_to_the_dead_is_an_exit_signal_with_noproc(
    system: System, flavour: Flavour
) -> None:
    dead = system.spawn(flavour.script)
    await dead.stop()
    mortal, probe = system.spawn(flavour.script), system.spawn(Probe)
    actor_of(mortal).link(dead)
    assert await mortal.join() == NO_PROCESS
    probe_of(probe).link(dead)
    exited = await probe_of(probe).receive(Exited)
    assert (exited.ref, exited.reason) == (dead, NO_PROCESS)


async def test_the_dead_make_no_bonds(system: System, flavour: Flavour) -> None:
    dead, living = system.spawn(flavour.script), system.spawn(flavour.script)
    script = actor_of(dead)
    await dead.stop()
    script.link(living)
    script.demonitor(script.monitor(living))
    living.kill()
    await living.join()


async def test_a_normal_end_kills_no_linked_actor(system: System, flavour: Flavour) -> None:
    one, two = system.spawn(flavour.script), system.spawn(flavour.script)
    actor_of(one).link(two)
    await one.stop(NORMAL)
    assert await two.call(Echo(1)) == 1


async def test_normal_sent_by_oneself_to_oneself_does_kill(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    ref.exit(NORMAL)
    assert ref.alive
    ref.exit(NORMAL, source=ref)
    assert await ref.join() == NORMAL


async def test_one_that_traps_exits_hears_of_them(system: System, flavour: Flavour) -> None:
    probe, victim = system.spawn(Probe), system.spawn(flavour.script, name="victim")
    probe_of(probe).link(victim)
    victim.exit(Failed("lost"))
    exited = await probe_of(probe).receive(Exited)
    assert (exited.ref, exited.path, exited.reason) == (victim, "victim", Failed("lost"))
    probe.exit(SHUTDOWN)
    assert (await probe_of(probe).receive(Exited)).reason == SHUTDOWN
    assert probe.alive


async def test_a_kill_cannot_be_trapped_and_is_heard_as_killed(
    system: System, flavour: Flavour
) -> None:
    watcher, victim = system.spawn(Probe), system.spawn(flavour.trapper)
    probe_of(watcher).link(victim)
    probe_of(watcher).monitor(victim)
    victim.kill()
    assert (await probe_of(watcher).receive(Exited)).reason == KILLED
    assert (await probe_of(watcher).receive(Down)).reason == KILLED


async def test_kill_as_a_reason_that_comes_by_a_link_can_be_trapped(
    system: System, flavour: Flavour
) -> None:
    probe, victim = system.spawn(Probe), system.spawn(flavour.script)
    probe_of(probe).link(victim)
    victim.cast(Tell(lambda script: script.stop(KILL)))
    assert (await probe_of(probe).receive(Exited)).reason == KILL
    assert probe.alive


async def test_monitors_are_one_way_and_stack(system: System, flavour: Flavour) -> None:
    watcher, victim = system.spawn(Probe), system.spawn(flavour.script, name="victim")
    numbers = [probe_of(watcher).monitor(victim) for _ in range(3)]
    victim.kill()
    await victim.join()
    await settle(system)
    assert downs(watcher) == [Down(number, victim, "victim", KILLED) for number in numbers]
    other = system.spawn(Probe)
    probe_of(other).monitor(watcher)
    other.kill()
    await other.join()
    assert watcher.alive


async def test_a_monitor_of_the_dead_is_down_at_once_with_noproc(
    system: System, flavour: Flavour
) -> None:
    watcher, victim = system.spawn(Probe), system.spawn(flavour.script)
    await victim.stop()
    number = probe_of(watcher).monitor(victim)
    await settle(system)
    assert [(down.monitor, down.reason) for down in downs(watcher)] == [(number, NO_PROCESS)]


async def test_demonitor_also_removes_a_down_that_already_waits(
    system: System, flavour: Flavour
) -> None:
    watcher = system.spawn(Probe)
    victims = [system.spawn(flavour.script) for _ in range(3)]
    numbers = [probe_of(watcher).monitor(victim) for victim in victims]
    probe_of(watcher).demonitor(numbers[0])
    victims[0].kill()
    watcher.suspend()
    watcher.cast("other mail")
    victims[1].kill()
    victims[2].kill()
    await victims[2].join()
    probe_of(watcher).demonitor(numbers[1])
    probe_of(watcher).demonitor(numbers[1])
    watcher.resume()
    await settle(system)
    assert [down.monitor for down in downs(watcher)] == [numbers[2]]


async def test_a_demonitor_that_empties_the_mailbox_leaves_an_idle_actor(
    system: System, flavour: Flavour
) -> None:
    watcher, victim = system.spawn(flavour.script), system.spawn(flavour.script)
    number = actor_of(watcher).monitor(victim)
    victim.kill()
    await victim.join()
    actor_of(watcher).demonitor(number)
    await settle(system)
    assert await watcher.call(Echo(1)) == 1


async def test_a_name_is_free_before_anybody_hears_of_the_death(
    system: System, flavour: Flavour
) -> None:
    successors: list[Ref] = []

    class Heir(Actor):
        trap_exit = True

        def handle_info(self, message: object) -> object:
            match message:
                case Down() | Exited():
                    assert self.system.whereis("throne") is None
                    successors.append(self.system.spawn(flavour.script, name="throne"))
                    successors.pop().kill()
                    return None
                case _:
                    return self.unhandled(message)

    heir = system.spawn(Heir)
    for _ in range(3):
        king = system.spawn(flavour.script, name="throne")
        heir_actor = behind(heir, Heir)
        heir_actor.monitor(king)
        heir_actor.link(king)
        king.exit(Failed("old age"))
        await king.join()
        await settle(system)
    assert heir.alive


async def test_deaths_are_announced_in_the_order_the_bonds_were_made(
    system: System, flavour: Flavour
) -> None:
    watcher = system.spawn(Probe)
    root = system.spawn(flavour.script)
    victims = [system.spawn(flavour.script) for _ in range(50)]
    for victim in victims:
        actor_of(root).link(victim)
        probe_of(watcher).monitor(victim)
    root.kill()
    await victims[-1].join()
    await settle(system)
    assert [down.ref for down in downs(watcher)] == victims


async def test_signals_from_one_actor_to_another_keep_their_order(
    system: System, flavour: Flavour
) -> None:
    probe = system.spawn(Probe)

    def speak_and_die(script: Script) -> None:
        probe.cast("last words")
        probe.send("and a signal")
        script.stop()

    speaker = system.spawn(flavour.script)
    probe_of(probe).monitor(speaker)
    speaker.cast(Tell(speak_and_die))
    down = await probe_of(probe).receive(Down)
    assert down.reason == NORMAL
    assert probe_of(probe).seen == ["last words", "and a signal"]


async def test_a_trapping_child_stops_in_order_when_its_parent_says_so(
    system: System, flavour: Flavour
) -> None:
    parent = system.spawn(flavour.script)
    child = await system.start(flavour.trapper, parent=parent)
    script = actor_of(child)
    child.cast("mail before")
    child.exit(SHUTDOWN, source=parent)
    assert await child.join() == SHUTDOWN
    assert (script.heard, script.ended) == (["mail before"], [SHUTDOWN])


async def test_a_child_dies_with_its_parent(system: System, flavour: Flavour) -> None:
    parent = system.spawn(flavour.script)
    child = await system.start(flavour.script, parent=parent)
    trapping = await system.start(flavour.trapper, parent=parent)
    script = actor_of(trapping)
    parent.kill()
    assert await child.join() == KILLED
    assert await trapping.join() == KILLED
    assert script.ended == [KILLED]


async def test_waiting_for_a_death_has_an_end(system: System, clock: VirtualClock) -> None:
    ref = system.spawn(AsyncScript)
    waiting = in_background(ref.join(timeout_s=2.0))
    patient = in_background(ref.join())
    await clock.advance(2.0, system=system)
    with pytest.raises(TimeoutError):
        await waiting
    patient.cancel()
    hasty = in_background(ref.join(timeout_s=0.0))
    await settle(system)
    hasty.cancel()
    await clock.advance(1.0, system=system)
    with pytest.raises(asyncio.CancelledError):
        await hasty
    ref.kill()
    assert await ref.join() == KILLED
    assert clock.pending == 0


async def test_a_death_in_the_turn_of_the_timeout_counts_as_in_time(
    system: System, clock: VirtualClock
) -> None:
    ref = system.spawn(AsyncScript)
    waiting = in_background(ref.join(timeout_s=2.0))
    await settle(system)
    ref.kill()
    _, _, alarm = clock._alarms[0]
    assert alarm.callback is not None
    alarm.callback()
    assert await waiting == KILLED
