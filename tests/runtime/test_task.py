import asyncio
from functools import partial

import pytest

from runtime import (
    BRUTAL_KILL,
    CALLERS,
    INFINITY,
    KILLED,
    NORMAL,
    SHUTDOWN,
    ActorExited,
    Crashed,
    Died,
    Done,
    Exited,
    Failed,
    NotOwner,
    NotRunning,
    Patience,
    StartFailed,
    System,
    Task,
    TaskDied,
    TaskSpent,
    TaskTimeout,
    async_task,
)
from runtime.testing import VirtualClock, in_background, settle, turns
from tests.runtime.errands import Asker, Gate, Inside, echo, failing, forever, outside
from tests.runtime.scripts import ASYNC, Script, ScriptError, Tell, heard


@pytest.fixture(params=["outside", "actor"])
def ask(request: pytest.FixtureRequest, system: System) -> Asker:
    return outside if request.param == "outside" else Inside(system, traps=True)


@pytest.fixture
def gate() -> Gate:
    return Gate()


# Awaiting.


async def test_the_value_of_a_task_is_what_its_work_returns(system: System, ask: Asker) -> None:
    async def asking() -> tuple[str, int]:
        task = await async_task(system, partial(echo, "fast"))
        return await task, await (await async_task(system, partial(echo, 0))).result()

    assert await ask(asking) == ("fast", 0)


async def test_none_is_a_value(system: System, ask: Asker) -> None:
    async def asking() -> object:
        return await (await async_task(system, partial(echo, None))).yield_for()

    assert await ask(asking) == Done(None)


async def test_a_task_runs_while_its_owner_goes_on(system: System, ask: Asker, gate: Gate) -> None:
    async def asking() -> list[int]:
        tasks = [await async_task(system, partial(gate.passing, number)) for number in range(3)]
        await turns(5)
        assert gate.entered == 3
        gate.open()
        return [await task for task in tasks]

    assert await ask(asking) == [0, 1, 2]


async def test_who_has_the_value_finds_no_trace_of_the_task(system: System, ask: Asker) -> None:
    async def asking() -> Task[int]:
        task = await async_task(system, partial(echo, 1))
        await task
        assert task.ref is not None
        assert not task.ref.alive
        assert task.ref.exit_reason == NORMAL
        return task

    task = await ask(asking)
    assert task.ref not in system.living()


async def test_an_owner_that_traps_exits_hears_nothing_of_a_task_that_is_done(
    system: System,
) -> None:
    inside = Inside(system, traps=True)

    async def asking() -> int:
        return await (await async_task(system, partial(echo, 1)))

    assert await inside(asking) == 1
    await settle(system)
    assert await heard(inside.ref) == ()


async def test_what_the_work_raised_is_the_cause_of_what_the_owner_gets(
    system: System, ask: Asker
) -> None:
    async def asking() -> TaskDied:
        task = await async_task(system, failing)
        with pytest.raises(TaskDied) as caught:
            await task
        return caught.value

    error = await ask(asking)
    assert isinstance(error.reason, Crashed)
    assert isinstance(error.__cause__, ScriptError)
    assert str(error).endswith("died (ScriptError: as told)")


async def test_work_that_is_cancelled_by_code_in_it_is_a_crash_and_not_a_silent_end(
    system: System, ask: Asker
) -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    async def asking() -> TaskDied:
        with pytest.raises(TaskDied) as caught:
            await (await async_task(system, cancelled))
        return caught.value

    assert isinstance((await ask(asking)).reason, Crashed)


async def test_await_gives_up_after_its_timeout_and_the_late_value_is_dropped(
    system: System, clock: VirtualClock, ask: Asker, gate: Gate
) -> None:
    tasks: list[Task[str]] = []

    async def asking() -> None:
        tasks.append(await async_task(system, partial(gate.passing, "late")))
        with pytest.raises(TaskTimeout, match="has not ended within 2 s") as caught:
            await tasks[0].result(timeout_s=2.0)
        assert caught.value.timeout_s == 2.0
        gate.open()
        while tasks[0].ref in system.living():
            await turns()
        with pytest.raises(TaskSpent):
            await tasks[0]

    asked = in_background(ask(asking))
    await clock.advance(2.0, system=system)
    await asked
    assert tasks[0]._outcome is None
    assert system._releases == {}


async def test_a_timeout_of_zero_never_waits(system: System, ask: Asker) -> None:
    async def asking() -> None:
        task = await async_task(system, forever)
        with pytest.raises(TaskTimeout):
            await task.result(timeout_s=0.0)
        assert task.ref is not None
        task.ref.kill()

    await ask(asking)


async def test_no_timeout_waits_for_as_long_as_it_takes(
    system: System, clock: VirtualClock, gate: Gate
) -> None:
    task = await async_task(system, partial(gate.passing, 1))
    waiting = in_background(clock.advance(1e6, system=system))
    await waiting
    gate.open()
    assert await task.result(timeout_s=None) == 1


async def test_a_task_that_dies_while_it_is_awaited_is_heard_of_at_once(
    system: System, ask: Asker
) -> None:
    async def asking() -> TaskDied:
        task = await async_task(system, forever)
        assert task.ref is not None
        system.loop.call_soon(task.ref.exit, Failed("lost"))
        with pytest.raises(TaskDied) as caught:
            await task
        return caught.value

    assert (await ask(asking)).reason == Failed("lost")


async def test_a_cancelled_await_gives_nothing_up(
    system: System, clock: VirtualClock, ask: Asker, gate: Gate
) -> None:
    async def asking() -> int:
        task = await async_task(system, partial(gate.passing, 1))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await task
        gate.open()
        return await task

    assert await ask(asking) == 1


async def test_only_the_owner_may_await_look_or_end(system: System, ask: Asker) -> None:
    async def asking() -> Task[None]:
        return await async_task(system, forever)

    task = await (ask(asking) if ask is not outside else in_background(ask(asking)))
    for verb in (task.result, task.yield_for, task.shutdown):
        with pytest.raises(NotOwner, match="belongs to") as caught:
            await verb()
        assert caught.value.owner == task.callers[0]
    with pytest.raises(NotOwner):
        task.ignore()


async def test_an_actor_s_own_coroutines_may_await_what_its_handlers_started(
    system: System, gate: Gate
) -> None:
    results: list[int] = []

    async def awaiting(task: Task[int]) -> None:
        results.append(await task)

    async def asking(me: Script) -> None:
        me.start_task(awaiting(await async_task(system, partial(gate.passing, 1))))

    ref = system.spawn(ASYNC.script)
    ref.cast(Tell(asking))
    await settle(system)
    gate.open()
    await settle(system)
    assert results == [1]


async def test_of_two_waits_for_one_outcome_the_second_comes_too_late(
    system: System, gate: Gate
) -> None:
    found: list[object] = []

    async def awaiting(task: Task[int]) -> None:
        try:
            found.append(await task)
        except TaskSpent as error:
            found.append(error)

    async def asking(me: Script) -> None:
        task = await async_task(system, partial(gate.passing, 1))
        for _ in range(2):
            me.start_task(awaiting(task))

    ref = system.spawn(ASYNC.script)
    ref.cast(Tell(asking))
    await settle(system)
    gate.open()
    await settle(system)
    value, error = found
    assert value == 1
    assert isinstance(error, TaskSpent)


# Yielding.


async def test_yield_says_none_and_may_be_asked_again(
    system: System, clock: VirtualClock, ask: Asker, gate: Gate
) -> None:
    async def asking() -> tuple[object, ...]:
        task = await async_task(system, partial(gate.passing, 1))
        before = await task.yield_for(0.0), await task.yield_for(3.0)
        gate.open()
        after = await task.yield_for(3.0)
        with pytest.raises(TaskSpent):
            await task.yield_for()
        return *before, after

    asked = in_background(ask(asking))
    await clock.advance(3.0, system=system)
    assert await asked == (None, None, Done(1))


async def test_yield_names_the_reason_of_a_death(system: System, ask: Asker) -> None:
    async def asking() -> Done[None] | Died[None] | None:
        return await (await async_task(system, failing)).yield_for()

    outcome = await ask(asking)
    assert isinstance(outcome, Died)
    assert isinstance(outcome.reason, Crashed)
    assert outcome.item is None


# Shutting down.


@pytest.mark.parametrize("patience", [5.0, INFINITY, BRUTAL_KILL])
async def test_shutdown_ends_the_task_says_none_and_harms_nobody(
    system: System, ask: Asker, gate: Gate, patience: float | Patience
) -> None:
    async def asking() -> None:
        task = await async_task(system, partial(gate.passing, 1))
        await turns(3)
        assert await task.shutdown(patience) is None
        assert task.ref is not None
        assert task.ref.exit_reason == (KILLED if patience is BRUTAL_KILL else SHUTDOWN)
        with pytest.raises(TaskSpent):
            await task.shutdown()

    await ask(asking)
    assert gate.cancelled == 1
    if isinstance(ask, Inside):
        assert await heard(ask.ref) == ()


async def test_shutdown_gives_the_outcome_that_was_there_before(system: System, ask: Asker) -> None:
    async def asking() -> tuple[object, object]:
        done = await async_task(system, partial(echo, 1))
        dead = await async_task(system, failing)
        await turns(10)
        return await done.shutdown(), await dead.shutdown(BRUTAL_KILL)

    done, dead = await ask(asking)
    assert done == Done(1)
    assert isinstance(dead, Died)
    assert isinstance(dead.reason, Crashed)


async def test_shutdown_gives_what_the_work_still_returns_in_the_time_it_has(
    system: System, ask: Asker
) -> None:
    async def lingering() -> str:
        try:
            await forever()
        except asyncio.CancelledError:
            return "in order"
        return "never"

    async def asking() -> object:
        task = await async_task(system, lingering)
        await turns(3)
        return await task.shutdown(1.0)

    assert await ask(asking) == Done("in order")


async def test_a_kill_by_somebody_else_during_the_shutdown_is_named(
    system: System, clock: VirtualClock
) -> None:
    task = await async_task(system, forever)
    assert task.ref is not None
    task.ref.kill()
    outcome = await task.shutdown(1.0)
    assert outcome == Died(KILLED)


async def test_work_that_outstays_its_time_is_dead_all_the_same(
    system: System, clock: VirtualClock, ask: Asker
) -> None:
    async def stubborn() -> None:
        for _ in range(2):
            try:
                await forever()
            except asyncio.CancelledError:
                continue

    async def asking() -> object:
        task = await async_task(system, stubborn)
        await turns(3)
        return await task.shutdown(1.0)

    asked = in_background(ask(asking))
    await clock.advance(6.0, system=system)
    assert await asked is None


# Ignoring.


async def test_an_ignored_task_goes_on_without_its_owner(
    system: System, ask: Asker, gate: Gate
) -> None:
    async def asking() -> Task[int]:
        task = await async_task(system, partial(gate.passing, 1))
        done = await async_task(system, partial(echo, 2))
        await turns(10)
        assert task.ignore() is None
        assert done.ignore() == Done(2)
        with pytest.raises(TaskSpent):
            await task
        return task

    task = await (ask(asking) if ask is not outside else in_background(ask(asking)))
    if isinstance(ask, Inside):
        ask.ref.kill()
    assert task.ref is not None
    assert task.ref.alive
    gate.open()
    assert await task.ref.join() == NORMAL


# Links.


async def test_a_task_that_crashes_takes_its_owner_along(system: System) -> None:
    inside = Inside(system)

    async def asking() -> None:
        await (await async_task(system, failing))

    with pytest.raises(ActorExited) as caught:
        await inside(asking)
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.reason.error, ScriptError)


async def test_an_owner_that_traps_exits_lives_and_hears_of_the_crash(system: System) -> None:
    inside = Inside(system, traps=True)

    async def asking() -> None:
        with pytest.raises(TaskDied):
            await (await async_task(system, failing))

    await inside(asking)
    (exited,) = await heard(inside.ref)
    assert isinstance(exited, Exited)
    assert isinstance(exited.reason, Crashed)


async def test_an_owner_that_dies_takes_its_task_along(system: System, gate: Gate) -> None:
    inside = Inside(system)

    async def asking() -> Task[int]:
        return await async_task(system, partial(gate.passing, 1))

    task = await inside(asking)
    await settle(system)
    inside.ref.exit(Failed("lost"))
    assert task.ref is not None
    assert await task.ref.join() == Failed("lost")
    assert gate.cancelled == 1


async def test_a_task_outlives_an_owner_that_ends_normally(system: System, gate: Gate) -> None:
    inside = Inside(system)

    async def asking() -> Task[int]:
        return await async_task(system, partial(gate.passing, 1))

    task = await inside(asking)
    await inside.ref.stop()
    gate.open()
    assert task.ref is not None
    assert await task.ref.join() == NORMAL


async def test_a_coroutine_that_ends_takes_its_tasks_along(system: System, gate: Gate) -> None:
    async def asking() -> Task[int]:
        task = await async_task(system, partial(gate.passing, 1))
        await turns(3)
        return task

    task = await in_background(asking())
    assert task.ref is not None
    assert await task.ref.join() == SHUTDOWN
    assert gate.cancelled == 1


async def test_a_task_that_is_done_leaves_nothing_with_the_coroutine_that_owned_it(
    system: System,
) -> None:
    async def asking() -> None:
        for work in (partial(echo, 1), failing):
            await (await async_task(system, work)).yield_for()
        assert task_callbacks() == before

    def task_callbacks() -> int:
        return repr(asyncio.current_task()).count("Task._owner_ended")

    before = task_callbacks()
    await in_background(asking())


# Starting.


async def test_a_dying_actor_starts_no_task(system: System) -> None:
    found: list[BaseException] = []

    async def last_words() -> None:
        try:
            await forever()
        finally:
            with pytest.raises(NotRunning) as caught:
                await async_task(system, forever)
            found.append(caught.value)

    ref = system.spawn(ASYNC.script, name="owner")
    ref.cast(Tell(lambda _: last_words()))
    await settle(system)
    ref.kill()
    await ref.join()
    (error,) = found
    assert str(error) == "owner is not running (killed)"


async def test_a_system_that_closes_starts_no_task() -> None:
    system = System()
    await system.close()
    with pytest.raises(StartFailed):
        await async_task(system, forever)


# Tracing.


async def test_a_task_knows_on_whose_behalf_it_runs(system: System) -> None:
    async def inner() -> tuple[str, ...]:
        return CALLERS.get()

    async def outer() -> tuple[tuple[str, ...], tuple[str, ...]]:
        task = await async_task(system, inner)
        return CALLERS.get(), await task

    async def asking(_: Script) -> None:
        task = await async_task(system, outer)
        assert task.callers == ("boss",)
        assert await task == (("boss",), (task.path, "boss"))
        done.set()

    done = asyncio.Event()
    boss = system.spawn(ASYNC.script, name="boss")
    boss.cast(Tell(asking))
    await done.wait()
    assert CALLERS.get() == ()


async def test_the_facts_of_a_task_name_its_work_and_hide_what_it_was_given(
    system: System,
) -> None:
    inside = Inside(system)

    async def asking() -> Task[str]:
        return await async_task(system, partial(Gate().passing, "secret"))

    task = await inside(asking)
    assert task.ref is not None
    assert task.path == f"{inside.ref.path}/#{task.number + 1}"
    facts = dict(task.ref.snapshot().facts)
    assert facts == {"work": "Gate.passing", "callers": inside.ref.path}
