import asyncio
from collections.abc import Callable
from functools import partial
from typing import cast

import pytest
from structlog.testing import capture_logs

from runtime import (
    IGNORE,
    KILLED,
    NO_PROCESS,
    SHUTDOWN,
    ActorExited,
    ActorFactory,
    AlreadyStarted,
    Continue,
    Crashed,
    Failed,
    NotRunning,
    StartError,
    StartFailed,
    StartIgnored,
    StartTimeout,
    System,
    UnknownPath,
)
from runtime.system import HANDOVER_S
from runtime.testing import Probe, VirtualClock, behind, in_background, settle, turns
from tests.runtime.scripts import (
    AsyncScript,
    AsyncTrapper,
    Echo,
    Flavour,
    PlainScript,
    PlainTrapper,
    Script,
    ScriptError,
    Tell,
    actor_of,
    heard,
    raising,
    running,
)


async def pause(script: Script) -> None:
    await turns()


async def for_ever(script: Script) -> None:
    await asyncio.Event().wait()


async def fail_later(script: Script) -> None:
    await turns()
    raise ScriptError("as told")


# Starting.


async def test_start_returns_only_after_init_and_the_name_is_there_before(
    system: System, flavour: Flavour
) -> None:
    seen: list[object] = []

    async def init(script: Script) -> None:
        seen.append(system.whereis("worker"))
        await turns()
        seen.append("done")

    ref = await system.start(partial(flavour.script, on_init=init), name="worker")
    assert seen == [ref, "done"]
    assert ref.snapshot().state == "idle"


@pytest.mark.parametrize("init", [raising, fail_later])
async def test_an_init_that_raises_fails_the_start_and_leaves_nothing(
    system: System, flavour: Flavour, init: Callable[[Script], None]
) -> None:
    ended: list[object] = []
    factory = partial(flavour.script, on_init=init, on_terminate=lambda _, __: ended.append(1))
    with capture_logs() as logs, pytest.raises(StartFailed) as caught:
        await system.start(factory, name="worker")
    assert str(caught.value.reason) == "ScriptError: as told"
    assert caught.value.path == "worker"
    assert [(entry["event"], entry["message"]) for entry in logs] == [("actor.crashed", "init")]
    assert system.whereis("worker") is None
    assert system.living() == ()
    assert ended == []
    await system.start(flavour.script, name="worker")


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_an_init_that_ignores_leaves_nothing(
    system: System, flavour: Flavour, asynchronous: bool
) -> None:
    async def ignore_later() -> object:
        await turns()
        return IGNORE

    def init(script: Script) -> object:
        return ignore_later() if asynchronous else IGNORE

    with capture_logs() as logs, pytest.raises(StartIgnored) as caught:
        await system.start(partial(flavour.script, on_init=init), name="worker")
    assert caught.value.path == "worker"
    assert system.whereis("worker") is None
    assert logs == []


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_continue_runs_before_mail_that_came_during_init(
    system: System, flavour: Flavour, asynchronous: bool
) -> None:
    async def later() -> Continue:
        await turns()
        return Continue("first")

    def init(script: Script) -> object:
        script.ref.cast("mail")
        return later() if asynchronous else Continue("first")

    ref = await system.start(partial(flavour.script, on_init=init))
    assert await heard(ref) == ("first", "mail")


async def test_a_call_during_init_is_answered_after_it(system: System, flavour: Flavour) -> None:
    gate = asyncio.Event()

    async def init(_: Script) -> None:
        await gate.wait()

    starting = in_background(system.start(partial(flavour.script, on_init=init), name="worker"))
    await settle(system)
    assert system.lookup("worker").snapshot().state == "starting"
    call = in_background(system.call("worker", Echo(1)))
    await settle(system)
    assert not call.done()
    gate.set()
    await starting
    assert await call == 1


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_an_actor_may_stop_in_its_init(
    system: System, flavour: Flavour, asynchronous: bool
) -> None:
    async def stop_later(script: Script) -> Continue:
        await turns()
        script.stop(Failed("no_use"))
        return Continue("never")

    def init(script: Script) -> object:
        if asynchronous:
            return stop_later(script)
        script.stop(Failed("no_use"))
        return None

    scripts: list[Script] = []

    def factory() -> Script:
        scripts.append(flavour.script(on_init=init))
        return scripts[0]

    ref = await system.start(factory)
    assert await ref.join() == Failed("no_use")
    assert (scripts[0].heard, scripts[0].ended) == ([], [Failed("no_use")])


async def test_a_start_that_takes_too_long_kills_the_half_started(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    tidied: list[str] = []

    async def init(_: Script) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            tidied.append("yes")

    starting = in_background(
        system.start(partial(flavour.script, on_init=init), name="worker", timeout_s=2.0)
    )
    await clock.advance(2.0, system=system)
    with pytest.raises(StartTimeout) as caught:
        await starting
    assert (caught.value.path, caught.value.timeout_s) == ("worker", 2.0)
    assert tidied == ["yes"]
    assert system.whereis("worker") is None


async def test_a_start_within_its_time_leaves_no_timer(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    await system.start(partial(flavour.script, on_init=pause), timeout_s=2.0)
    with pytest.raises(StartFailed):
        await system.start(partial(flavour.script, on_init=fail_later), timeout_s=2.0)
    assert clock.pending == 0


@pytest.mark.parametrize("begun", [True, False])
async def test_an_actor_killed_while_it_starts_fails_the_start(
    system: System, flavour: Flavour, begun: bool
) -> None:
    starting = in_background(system.start(partial(flavour.script, on_init=for_ever), name="worker"))
    await turns()
    if begun:
        await settle(system)
    system.lookup("worker").kill()
    with pytest.raises(StartFailed) as caught:
        await starting
    assert caught.value.reason == KILLED
    assert system.whereis("worker") is None


async def test_an_init_that_survives_its_kill_does_not_start(
    system: System, flavour: Flavour
) -> None:
    async def stubborn(_: Script) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await turns()

    async def angry(_: Script) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ScriptError

    for init in (stubborn, angry):
        starting = in_background(system.start(partial(flavour.script, on_init=init), name="worker"))
        await settle(system)
        system.lookup("worker").kill()
        with pytest.raises(StartFailed) as caught:
            await starting
        assert caught.value.reason == KILLED


async def test_an_actor_that_kills_itself_in_init_does_not_start(
    system: System, flavour: Flavour
) -> None:
    def dies(script: Script) -> None:
        script.ref.kill()

    def dies_angry(script: Script) -> None:
        script.ref.kill()
        raise ScriptError

    for init in (dies, dies_angry):
        with pytest.raises(StartFailed) as caught:
            await system.start(partial(flavour.script, on_init=init))
        assert caught.value.reason == KILLED


async def test_a_starter_that_is_cancelled_takes_the_half_started_with_it(
    system: System, flavour: Flavour
) -> None:
    starting = in_background(system.start(partial(flavour.script, on_init=for_ever), name="worker"))
    await settle(system)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await settle(system)
    assert system.names.paths() == ()


async def test_a_starter_cancelled_in_the_turn_init_is_done_kills_what_started(
    system: System, flavour: Flavour
) -> None:
    gate = asyncio.Event()

    async def init(_: Script) -> None:
        await gate.wait()

    starting = in_background(system.start(partial(flavour.script, on_init=init), name="worker"))
    await settle(system)
    gate.set()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await settle(system)
    assert system.names.paths() == ()


async def test_an_init_may_be_any_awaitable(system: System, flavour: Flavour) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    starting = in_background(system.start(lambda: flavour.script(on_init=lambda _: future)))
    await settle(system)
    future.set_result(None)
    assert (await starting).alive


async def test_a_killed_init_cancels_what_it_waits_for(system: System, flavour: Flavour) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    starting = in_background(
        system.start(lambda: flavour.script(on_init=lambda _: future), name="worker")
    )
    await turns()
    system.lookup("worker").kill()
    with pytest.raises(StartFailed):
        await starting
    assert future.cancelled()


async def test_a_plain_actor_needs_its_task_for_init_only(system: System) -> None:
    ref = await system.start(partial(PlainScript, on_init=pause))
    ref.cast("mail")
    assert await heard(ref) == ("mail",)
    assert running(ref) == 0


async def test_an_error_of_another_start_inside_init_is_a_failed_start(
    system: System, flavour: Flavour
) -> None:
    async def init(script: Script) -> None:
        await system.start(partial(flavour.script, on_init=raising), name="inner")

    with capture_logs() as logs, pytest.raises(StartFailed) as caught:
        await system.start(partial(flavour.script, on_init=init), name="outer")
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.reason.error, StartFailed)
    assert [entry["actor"] for entry in logs] == ["inner"]
    assert system.names.paths() == ()


async def test_spawn_refuses_an_async_init(system: System, flavour: Flavour) -> None:
    with pytest.raises(TypeError, match=r"worker: an async init needs `await system\.start"):
        system.spawn(partial(flavour.script, on_init=pause), name="worker")
    await settle(system)
    assert system.names.paths() == ()


async def test_a_factory_that_raises_or_makes_no_actor_fails_the_start(system: System) -> None:
    def broken() -> Script:
        raise ScriptError("no parts")

    with pytest.raises(StartFailed, match=r"unnamed actor failed to start .*no parts"):
        system.spawn(broken)
    with pytest.raises(StartFailed, match="is no Actor"):
        system.spawn(cast("ActorFactory", dict), name="worker")
    assert system.names.paths() == ()


async def test_a_name_belongs_to_one_living_actor(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script, name="worker")
    with pytest.raises(AlreadyStarted) as caught:
        await system.start(flavour.script, name="worker")
    assert caught.value.path == "worker"
    with pytest.raises(AlreadyStarted):
        system.spawn(flavour.script, name="worker")
    await ref.stop()
    system.spawn(flavour.script, name="worker")


async def test_a_child_of_the_dead_does_not_start(system: System, flavour: Flavour) -> None:
    parent = system.spawn(flavour.script)
    parent.kill()
    await parent.join()
    for factory in (flavour.script, partial(flavour.script, on_init=pause)):
        with pytest.raises(StartFailed) as caught:
            await system.start(factory, parent=parent, name="child")
        assert caught.value.reason == NO_PROCESS


async def test_a_name_is_handed_over_by_an_actor_that_is_dying(system: System) -> None:
    tidied: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await turns()
            tidied.append("yes")

    old = system.spawn(AsyncScript, name="worker")
    old.cast(Tell(lambda _: work()))
    await settle(system)
    old.kill()
    assert not old.alive
    assert system.whereis("worker") is None
    with pytest.raises(AlreadyStarted):
        system.spawn(PlainScript, name="worker")
    new = await system.start(PlainScript, name="worker")
    assert tidied == ["yes"]
    assert system.lookup("worker") is new


async def test_a_name_is_handed_over_by_an_orphan_in_time_or_by_force(
    system: System, clock: VirtualClock
) -> None:
    parent = system.spawn(PlainTrapper)
    slow = await system.start(
        partial(AsyncTrapper, on_terminate=lambda script, _: for_ever(script)),
        name="child",
        parent=parent,
    )
    await parent.stop()
    successor = in_background(system.start(PlainScript, name="child"))
    await clock.advance(HANDOVER_S - 0.1, system=system)
    assert not successor.done()
    await clock.advance(0.1, system=system)
    assert (await successor).alive
    assert slow.exit_reason == KILLED


async def test_two_that_want_one_name_at_its_handover_get_it_once(system: System) -> None:
    old = system.spawn(AsyncScript, name="worker")
    old.cast(Tell(for_ever))
    await settle(system)
    old.kill()
    starts = [in_background(system.start(PlainScript, name="worker")) for _ in range(2)]
    results = await asyncio.gather(*starts, return_exceptions=True)
    assert [isinstance(result, StartError) for result in results].count(True) == 1


async def test_crash_at_once_after_registration_a_thousand_times(
    system: System, flavour: Flavour
) -> None:
    watcher = system.spawn(Probe)
    probe = behind(watcher, Probe)
    with capture_logs():
        for _ in range(1_000):
            ref = system.spawn(flavour.script, name="phoenix")
            probe.monitor(ref)
            ref.cast(Tell(raising))
            assert isinstance(await ref.join(), Crashed)
            assert system.whereis("phoenix") is None
    await settle(system)
    assert len(probe.seen) == 1_000


# Finding and talking.


async def test_actors_are_found_and_spoken_to_by_name(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script, name="epp/verisign/pool")
    assert system.whereis("epp/verisign/pool") is ref
    assert system.lookup("epp/verisign/pool") is ref
    system.cast("epp/verisign/pool", "hello")
    assert await system.call("epp/verisign/pool", Echo(1)) == 1
    assert await heard(ref) == ("hello",)


async def test_an_unknown_path_fails_at_once_and_names_the_nearest(
    system: System, clock: VirtualClock
) -> None:
    system.spawn(PlainScript, name="epp/verisign/pool")
    with pytest.raises(UnknownPath) as caught:
        system.lookup("epp/verisgn/pool")
    assert caught.value.nearest == ("epp/verisign/pool",)
    assert str(caught.value) == "no actor 'epp/verisgn/pool'; nearest: epp/verisign/pool"
    with pytest.raises(UnknownPath, match=r"^no actor 'xyz'$"):
        system.lookup("xyz")
    with pytest.raises(NotRunning):
        await system.call("xyz", Echo(1))
    with pytest.raises(NotRunning):
        system.cast("xyz", 1)
    assert clock.pending == 0


async def test_a_tree_of_one_is_its_snapshot(system: System) -> None:
    ref = system.spawn(PlainScript, name="alone")
    tree = system.tree(ref)
    assert (tree.actor, tree.children) == (ref.snapshot(), ())


# Ending.


async def test_close_ends_every_actor_and_task(clock: VirtualClock, flavour: Flavour) -> None:
    system = System(clock=clock)
    parent = system.spawn(flavour.trapper)
    child = await system.start(flavour.trapper, parent=parent)
    script = actor_of(child)
    script.start_task(asyncio.Event().wait())
    working = system.spawn(AsyncScript)
    working.cast(Tell(for_ever))
    await settle(system)
    await system.close()
    assert system.living() == ()
    assert script.ended == [KILLED]
    assert asyncio.all_tasks() == {asyncio.current_task()}
    with pytest.raises(StartFailed) as caught:
        system.spawn(PlainScript)
    assert caught.value.reason == SHUTDOWN


async def test_close_fails_calls_and_drops_their_deadlines(clock: VirtualClock) -> None:
    async with System(clock=clock) as system:
        ref = system.spawn(PlainScript)
        ref.suspend()
        call = in_background(ref.call(Echo(1)))
        await settle(system)
        assert clock.pending == 1
    assert clock.pending == 0
    with pytest.raises(ActorExited):
        await call


async def test_close_does_not_wait_for_ever(clock: VirtualClock) -> None:
    async def stubborn(script: Script) -> None:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    released = asyncio.Event()
    system = System(clock=clock)
    ref = system.spawn(AsyncScript)
    ref.cast(Tell(stubborn))
    await settle(system)
    await system.close(grace_s=0.0)
    assert ref.exit_reason == KILLED
    released.set()
    await settle(system)


async def test_an_actor_may_close_the_system_it_lives_in(clock: VirtualClock) -> None:
    async def close(script: Script) -> None:
        await script.system.close()

    system = System(clock=clock)
    ref = system.spawn(PlainScript)
    ref.cast(Tell(lambda script: script.start_task(close(script))))
    assert await ref.join() == KILLED
    assert system.living() == ()
