import asyncio

import pytest

from runtime import CURRENT, System, TaskDone, TaskFailed
from runtime.testing import Probe, VirtualClock, behind, settle
from tests.runtime.scripts import Flavour, ScriptError, actor_of, heard, running


async def test_a_timers_message_comes_when_its_time_has_come(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    timer = actor_of(ref).send_after(2.0, "tick")
    actor_of(ref).send_after(1.0, "earlier")
    await clock.advance(1.9, system=system)
    assert await heard(ref) == ("earlier",)
    await clock.advance(0.1, system=system)
    assert await heard(ref) == ("earlier", "tick")
    assert not timer.cancel()


async def test_a_cancelled_timer_never_rings(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    timer = actor_of(ref).send_after(1.0, "tick")
    assert timer.cancel()
    assert not timer.cancel()
    await clock.advance(2.0, system=system)
    assert await heard(ref) == ()


async def test_a_timer_dies_with_its_owner(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    script.send_after(1.0, "tick")
    ref.kill()
    await ref.join()
    assert clock.pending == 0
    assert not script.send_after(1.0, "from the grave").active
    assert clock.pending == 0


async def test_a_tasks_value_comes_as_a_message_with_its_number(system: System) -> None:
    async def work() -> str:
        assert CURRENT.get() is ref
        return "done"

    ref = system.spawn(Probe)
    number = behind(ref, Probe).start_task(work())
    assert await behind(ref, Probe).receive(TaskDone) == TaskDone(number, "done")
    assert running(ref) == 0


async def test_a_tasks_error_comes_as_a_message_and_kills_nobody(system: System) -> None:
    async def fail() -> None:
        raise ScriptError("no")

    async def cancelled() -> None:
        raise asyncio.CancelledError

    ref = system.spawn(Probe)
    number = behind(ref, Probe).start_task(fail())
    failed = await behind(ref, Probe).receive(TaskFailed)
    assert failed.task == number
    assert str(failed.error) == "no"
    behind(ref, Probe).start_task(cancelled())
    failed = await behind(ref, Probe).receive(TaskFailed)
    assert isinstance(failed.error, asyncio.CancelledError)
    assert ref.alive


async def test_a_cancelled_task_sends_nothing(system: System) -> None:
    ref = system.spawn(Probe)
    number = behind(ref, Probe).start_task(asyncio.Event().wait())
    await settle(system)
    behind(ref, Probe).cancel_task(number)
    behind(ref, Probe).cancel_task(number)
    await settle(system)
    assert behind(ref, Probe).seen == []
    assert running(ref) == 0


@pytest.mark.parametrize("begun", [True, False])
async def test_tasks_die_with_their_owner(system: System, flavour: Flavour, begun: bool) -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("tidied up")

    ref = system.spawn(flavour.script)
    actor_of(ref).start_task(work())
    if begun:
        await settle(system)
    ref.kill()
    await ref.join()
    await settle(system)
    assert ended == (["tidied up"] if begun else [])


async def test_a_task_whose_error_comes_after_its_owners_death_is_no_complaint(
    system: System, flavour: Flavour
) -> None:
    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ScriptError

    ref = system.spawn(flavour.script)
    actor_of(ref).start_task(work())
    await settle(system)
    ref.kill()
    await settle(system)


async def test_a_coroutine_given_to_the_dead_is_closed_unrun(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.kill()
    await ref.join()
    script.start_task(asyncio.Event().wait())
    script.cancel_task(1)
