import asyncio
from functools import partial
from typing import Any

import pytest

from runtime import (
    BRUTAL_KILL,
    CALLERS,
    KILLED,
    NORMAL,
    SHUTDOWN,
    ActorExited,
    Call,
    CallTimeout,
    ChildCounts,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    Crashed,
    Died,
    Done,
    ExitReason,
    Failed,
    Ignored,
    NotRunning,
    Patience,
    Ref,
    Restart,
    StartFailed,
    StartIgnored,
    System,
    Task,
    TaskDied,
    TaskRefused,
    Tasks,
    TaskTimeout,
    Terminated,
    Via,
)
from runtime.testing import Probe, VirtualClock, in_background, settle, turns
from supervisors import Supervisor, TaskSupervisor
from tests.runtime.errands import Asker, Gate, Inside, echo, failing, forever, outside
from tests.runtime.scripts import ScriptError, heard


@pytest.fixture(params=["outside", "actor"])
def ask(request: pytest.FixtureRequest, system: System) -> Asker:
    return outside if request.param == "outside" else Inside(system, traps=True)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture(params=["link", "nolink"])
def linked(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "link")


async def supervised(system: System, max_children: int | None = None) -> Tasks:
    """The face of a fresh supervisor called `tasks`."""
    await system.start(partial(TaskSupervisor, max_children=max_children), name="tasks")
    return Tasks(system, "tasks")


def answering(answer: object, _: Call[Any]) -> object:
    """How a supervisor answers that always says the same."""
    return answer


# Tasks that are awaited.


async def test_a_task_runs_under_its_supervisor_and_is_seen_there(
    system: System, ask: Asker, gate: Gate, linked: bool
) -> None:
    tasks = await supervised(system)
    top = system.lookup("tasks")

    async def asking() -> str:
        start = tasks.async_task if linked else tasks.async_nolink
        task = await start(partial(gate.passing, "done"))
        assert task.path == f"tasks/{task.number}"
        assert await tasks.children() == (task.ref,)
        (node,) = system.tree(top).children
        assert node.actor.path == task.path
        gate.open()
        return await task

    assert await ask(asking) == "done"
    assert await tasks.children() == ()
    assert await tasks.count() == ChildCounts(specs=0, active=0, supervisors=0, workers=0)


async def test_the_supervisor_shows_how_many_tasks_it_has(system: System) -> None:
    tasks = await supervised(system, max_children=3)
    top = system.lookup("tasks")
    await tasks.start_child(forever)
    assert top.snapshot().facts == (("tasks", "1"), ("limit", "3"))
    boundless = await system.start(TaskSupervisor, name="boundless")
    assert boundless.snapshot().facts == (("tasks", "0"), ("limit", "none"))


async def test_a_linked_task_takes_its_owner_along_and_not_the_supervisor(
    system: System,
) -> None:
    tasks = await supervised(system)
    inside = Inside(system)

    async def asking() -> None:
        await (await tasks.async_task(failing))

    with pytest.raises(ActorExited) as caught:
        await inside(asking)
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.reason.error, ScriptError)
    assert system.lookup("tasks").alive


async def test_a_task_without_a_link_leaves_its_owner_alive(system: System) -> None:
    tasks = await supervised(system)
    inside = Inside(system)

    async def asking() -> object:
        with pytest.raises(TaskDied):
            await (await tasks.async_nolink(failing))
        return await (await tasks.async_nolink(failing)).yield_for()

    outcome = await inside(asking)
    assert isinstance(outcome, Died)
    await settle(system)
    assert await heard(inside.ref) == ()


async def test_a_linked_task_falls_with_its_owner_and_one_without_a_link_goes_on(
    system: System, gate: Gate
) -> None:
    tasks = await supervised(system)
    inside = Inside(system)

    async def asking() -> tuple[Task[int], Task[int]]:
        work = partial(gate.passing, 1)
        return await tasks.async_task(work), await tasks.async_nolink(work)

    bound, free = await inside(asking)
    assert bound.ref is not None
    assert free.ref is not None
    inside.ref.exit(Failed("lost"))
    assert await bound.ref.join() == Failed("lost")
    assert free.ref.alive
    gate.open()
    assert await free.ref.join() == NORMAL


@pytest.mark.parametrize(
    ("patience", "reason"), [(None, SHUTDOWN), (1.0, SHUTDOWN), (BRUTAL_KILL, KILLED)]
)
async def test_a_task_is_stopped_with_its_supervisor_in_its_own_manner(
    system: System,
    ask: Asker,
    linked: bool,
    patience: float | Patience | None,
    reason: ExitReason,
) -> None:
    tasks = await supervised(system)

    async def asking() -> object:
        start = tasks.async_task if linked else tasks.async_nolink
        task = await start(forever, shutdown=patience)
        await turns(3)
        system.lookup("tasks").request_stop()
        return await task.yield_for()

    assert await ask(asking) == Died(reason)


async def test_no_more_tasks_than_the_supervisor_allows(
    system: System, ask: Asker, linked: bool
) -> None:
    tasks = await supervised(system, max_children=1)

    async def asking() -> None:
        start = tasks.async_task if linked else tasks.async_nolink
        first = await start(forever)
        with pytest.raises(TaskRefused, match=r"tasks refused a task \(max_children\)") as caught:
            await start(forever)
        assert (caught.value.supervisor, caught.value.cause) == ("tasks", "max_children")
        with pytest.raises(TaskRefused):
            await tasks.start_child(forever)
        await first.shutdown()
        assert await (await start(partial(echo, 1))) == 1

    await ask(asking)


async def test_who_has_the_value_may_start_the_next_task_under_a_full_supervisor(
    system: System, ask: Asker
) -> None:
    tasks = await supervised(system, max_children=1)

    async def asking() -> list[int]:
        return [await (await tasks.async_nolink(partial(echo, number))) for number in range(50)]

    assert await ask(asking) == list(range(50))


async def test_await_gives_up_after_its_timeout_and_the_late_value_is_dropped(
    system: System, clock: VirtualClock, gate: Gate
) -> None:
    tasks = await supervised(system)
    inside = Inside(system, traps=True)

    async def asking() -> Ref:
        task = await tasks.async_task(partial(gate.passing, "late"))
        with pytest.raises(TaskTimeout):
            await task.result(timeout_s=0.0)
        assert task.ref is not None
        return task.ref

    ref = await inside(asking)
    gate.open()
    assert await ref.join() == NORMAL
    await settle(system)
    assert await heard(inside.ref) == ()


async def test_a_task_knows_its_callers_and_not_its_supervisor(system: System) -> None:
    tasks = await supervised(system)
    inside = Inside(system)

    async def inner() -> tuple[str, ...]:
        return CALLERS.get()

    async def outer() -> tuple[tuple[str, ...], tuple[str, ...]]:
        return CALLERS.get(), await (await tasks.async_task(inner))

    async def asking() -> tuple[str, object]:
        task = await tasks.async_task(outer)
        return task.path, await task

    path, callers = await inside(asking)
    assert callers == ((inside.ref.path,), (path, inside.ref.path))


# Starts that come to nothing.


async def test_a_start_that_was_cancelled_leaves_no_task(
    system: System, gate: Gate, linked: bool
) -> None:
    tasks = await supervised(system)
    top = system.lookup("tasks")
    top.suspend()
    start = tasks.async_task if linked else tasks.async_nolink
    starting = in_background(start(partial(gate.passing, 1)))
    await settle(system)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    top.resume()
    await settle(system)
    assert await tasks.children() == ()
    assert gate.entered == 0


async def test_a_start_that_takes_too_long_leaves_no_task(
    system: System, clock: VirtualClock, gate: Gate
) -> None:
    tasks = await supervised(system)
    top = system.lookup("tasks")
    top.suspend()
    starting = in_background(tasks.async_nolink(partial(gate.passing, 1)))
    await clock.advance(5.0, system=system)
    with pytest.raises(CallTimeout):
        await starting
    top.resume()
    await settle(system)
    assert await tasks.children() == ()
    assert gate.entered == 0


async def test_an_owner_that_died_before_its_task_began_gets_none(
    system: System, gate: Gate
) -> None:
    tasks = await supervised(system)
    top = system.lookup("tasks")
    top.suspend()
    inside = Inside(system)
    starting = in_background(inside(lambda: tasks.async_task(partial(gate.passing, 1))))
    await settle(system)
    inside.ref.kill()
    with pytest.raises(ActorExited):
        await starting
    top.resume()
    await settle(system)
    assert await tasks.children() == ()
    assert gate.entered == 0


async def test_without_a_supervisor_there_is_no_task(system: System, ask: Asker) -> None:
    tasks = Tasks(system, "nobody")

    async def asking() -> None:
        with pytest.raises(NotRunning, match="nobody is not running"):
            await tasks.async_nolink(forever)

    await ask(asking)


async def test_what_a_supervisor_makes_of_a_start_is_raised_by_name(system: System) -> None:
    for answer, error in (
        (ChildFailed("1", KILLED), StartFailed),
        (Ignored(), StartIgnored),
        (ChildRefused("stopping", "1"), TaskRefused),
    ):
        probe = system.spawn(partial(Probe, partial(answering, answer)))
        with pytest.raises(error, match=probe.path):
            await Tasks(system, probe).async_nolink(forever)


async def test_a_supervisor_may_be_given_by_path_by_name_or_itself(system: System) -> None:
    await supervised(system)
    ref = system.lookup("tasks")
    for address in ("tasks", ref, Via.path(system, "tasks")):
        tasks = Tasks(system, address)
        assert tasks.label == "tasks"
        assert await (await tasks.async_nolink(partial(echo, 1))) == 1


# Work nobody waits for.


async def test_a_child_does_its_work_and_is_forgotten(
    system: System, ask: Asker, gate: Gate
) -> None:
    tasks = await supervised(system)

    async def asking() -> Ref:
        return await tasks.start_child(partial(gate.passing, 1))

    ref = await ask(asking)
    assert await tasks.children() == (ref,)
    gate.open()
    assert await ref.join() == NORMAL
    assert await tasks.children() == ()


async def test_a_child_that_crashes_harms_neither_owner_nor_supervisor(system: System) -> None:
    tasks = await supervised(system)
    inside = Inside(system)

    async def asking() -> Ref:
        return await tasks.start_child(failing)

    ref = await inside(asking)
    assert isinstance(await ref.join(), Crashed)
    await settle(system)
    assert inside.ref.alive
    assert await tasks.children() == ()


@pytest.mark.parametrize(
    ("restart", "crash", "again"),
    [
        (Restart.PERMANENT, True, True),
        (Restart.PERMANENT, False, True),
        (Restart.TRANSIENT, True, True),
        (Restart.TRANSIENT, False, False),
        (Restart.TEMPORARY, True, False),
        (Restart.TEMPORARY, False, False),
    ],
)
async def test_a_child_is_done_anew_by_its_restart_type(
    system: System, restart: Restart, crash: bool, again: bool
) -> None:
    tasks = await supervised(system)
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun > 1:
            await forever()
        if crash:
            await failing()

    await tasks.start_child(work, restart=restart)
    await settle(system)
    assert begun == (2 if again else 1)


async def test_a_child_knows_its_callers(system: System) -> None:
    tasks = await supervised(system)
    inside = Inside(system)
    found: list[tuple[str, ...]] = []

    async def note() -> None:
        found.append(CALLERS.get())

    async def noting() -> None:
        await note()
        await tasks.start_child(note)

    ref = await inside(lambda: tasks.start_child(noting))
    await settle(system)
    assert found == [(inside.ref.path,), (ref.path, inside.ref.path)]


async def test_a_child_is_killed_at_the_stop_if_it_asked_for_that(system: System) -> None:
    tasks = await supervised(system)
    ref = await tasks.start_child(forever, shutdown=BRUTAL_KILL)
    await system.lookup("tasks").stop()
    assert ref.exit_reason == KILLED


async def test_a_child_is_terminated_for_good(system: System) -> None:
    tasks = await supervised(system)
    ref = await tasks.start_child(forever, restart=Restart.PERMANENT)
    assert await tasks.terminate_child(ref) == Terminated()
    assert ref.exit_reason == SHUTDOWN
    assert await tasks.children() == ()
    assert await tasks.terminate_child(ref) == ChildRefused("not_found", ref.path)


# Streams.


async def test_a_stream_runs_under_the_supervisor_and_leaves_nothing_there(
    system: System, ask: Asker, linked: bool
) -> None:
    tasks = await supervised(system, max_children=4)
    most = 0

    async def busy(number: int) -> int:
        nonlocal most
        most = max(most, len(await tasks.children()))
        await turns(20)
        return number

    async def asking() -> list[object]:
        stream = tasks.async_stream if linked else tasks.async_stream_nolink
        return [one async for one in stream(range(40), busy, max_concurrency=4)]

    assert await ask(asking) == [Done(number) for number in range(40)]
    assert most == 4
    assert await tasks.children() == ()


async def test_a_stream_without_a_link_hands_deaths_to_every_kind_of_consumer(
    system: System,
) -> None:
    tasks = await supervised(system)

    async def breaking(number: int) -> int:
        raise ScriptError(str(number))

    async def asking() -> list[str]:
        stream = tasks.async_stream_nolink(range(3), breaking)
        return [str(one.reason) async for one in stream if isinstance(one, Died)]

    for ask in (outside, Inside(system), Inside(system, traps=True)):
        assert await ask(asking) == [f"ScriptError: {number}" for number in range(3)]


async def test_a_linked_stream_takes_its_consumer_along(system: System, gate: Gate) -> None:
    tasks = await supervised(system)
    inside = Inside(system)

    async def last_breaks(number: int) -> int:
        if number == 2:
            await failing()
        return await gate.passing(number)

    async def asking() -> None:
        async for _ in tasks.async_stream(range(3), last_breaks, max_concurrency=3):
            pytest.fail("nothing passes the gate")

    with pytest.raises(ActorExited):
        await inside(asking)
    await settle(system)
    assert gate.cancelled == 2
    assert await tasks.children() == ()


async def test_a_stream_that_is_refused_a_task_stops_those_it_has(
    system: System, ask: Asker, gate: Gate, linked: bool
) -> None:
    tasks = await supervised(system, max_children=2)

    async def asking() -> None:
        stream = tasks.async_stream if linked else tasks.async_stream_nolink
        run = aiter(stream(range(9), gate.passing, max_concurrency=3))
        with pytest.raises(TaskRefused):
            await anext(run)

    await ask(asking)
    assert gate.entered == gate.cancelled
    assert await tasks.children() == ()


async def test_a_break_stops_the_tasks_under_the_supervisor(
    system: System, ask: Asker, linked: bool
) -> None:
    tasks = await supervised(system)

    async def first_is_fast(number: int) -> int:
        if number:
            await forever()
        return number

    async def asking() -> None:
        stream = tasks.async_stream if linked else tasks.async_stream_nolink
        async for outcome in stream(range(9), first_is_fast, max_concurrency=4):
            assert outcome == Done(0)
            break

    await ask(asking)
    await settle(system)
    assert await tasks.children() == ()


async def test_a_stream_cancelled_while_it_starts_a_task_leaves_none(
    system: System, gate: Gate
) -> None:
    tasks = await supervised(system)
    top = system.lookup("tasks")

    async def asking() -> None:
        async for _ in tasks.async_stream_nolink(range(9), gate.passing, max_concurrency=4):
            pytest.fail("nothing passes the gate")

    top.suspend()
    asked = in_background(asking())
    await settle(system)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    top.resume()
    await settle(system)
    assert gate.entered == 0
    assert await tasks.children() == ()


async def test_a_supervisor_that_dies_in_the_middle_ends_the_stream(
    system: System, ask: Asker
) -> None:
    tasks = await supervised(system)
    top = system.lookup("tasks")

    async def murderous(number: int) -> int:
        if number == 1:
            top.kill()
        await forever()
        return number

    async def asking() -> object:
        run = aiter(tasks.async_stream_nolink(range(9), murderous, max_concurrency=2))
        outcome = await anext(run)
        with pytest.raises(NotRunning):
            await anext(run)
        return outcome

    assert await ask(asking) == Died(KILLED)


async def test_a_task_supervisor_is_a_child_like_any_other(system: System) -> None:
    spec = ChildSpec(id="tasks", start=TaskSupervisor)
    root = await system.start(partial(Supervisor, [spec]), name="root")
    tasks = Tasks(system, "root/tasks")
    await tasks.start_child(forever)
    system.lookup("root/tasks").kill()
    await settle(system)
    assert await tasks.children() == ()
    assert await (await tasks.async_nolink(partial(echo, 1))) == 1
    await root.stop()
