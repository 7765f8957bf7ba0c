import asyncio
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime import (
    BRUTAL_KILL,
    INFINITY,
    KILLED,
    NORMAL,
    SHUTDOWN,
    Backoff,
    ChildCounts,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    DeleteChild,
    Exited,
    ExitReason,
    GetChildSpec,
    Ignored,
    Patience,
    Ref,
    Restart,
    RestartChild,
    Shutdown,
    StartChild,
    Started,
    StartFailed,
    System,
    TerminateChild,
    Terminated,
    WhichChild,
)
from runtime.testing import VirtualClock, in_background, settle, until
from supervisors import DynamicSupervisor
from tests.runtime.scripts import ASYNC, Flavour, Script, Tell, actor_of, raising
from tests.supervisors.ward import LOST, Ward, counted, end, states


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


async def dynamic(system: System, **options: Any) -> Ref:
    return await system.start(partial(DynamicSupervisor, **options), name="top")


async def test_children_come_and_go(system: System, ward: Ward) -> None:
    top = await dynamic(system)
    assert top.snapshot().strategy == "dynamic"
    for name in "ab":
        assert isinstance(await top.call(StartChild(ward.spec(name))), Started)
    assert await top.call(TerminateChild("a")) == Terminated()
    assert await states(top) == {"b": "running"}
    assert await top.call(TerminateChild("a")) == ChildRefused("not_found", "a")
    assert await top.call(RestartChild("a")) == ChildRefused("not_found", "a")
    assert await top.call(DeleteChild("a")) == ChildRefused("not_found", "a")


async def test_children_are_restarted_one_for_one(system: System, ward: Ward) -> None:
    top = await dynamic(system)
    for name in "abc":
        await top.call(StartChild(ward.spec(name)))
    ward.news()
    await end(system, "top/b")
    assert ward.news() == "-b +b"


@pytest.mark.parametrize("restart", [Restart.TRANSIENT, Restart.TEMPORARY])
async def test_a_child_that_ends_for_good_is_forgotten(
    system: System, ward: Ward, restart: Restart
) -> None:
    top = await dynamic(system, max_children=1)
    await top.call(StartChild(ward.spec("a", restart=restart)))
    await end(system, "top/a", NORMAL)
    assert await states(top) == {}
    assert isinstance(await top.call(StartChild(ward.spec("b"))), Started)


async def test_a_child_that_ignores_or_fails_is_not_kept(system: System, ward: Ward) -> None:
    top = await dynamic(system)
    ward.ignoring.add("a")
    ward.refusals["b"] = 1
    assert await top.call(StartChild(ward.spec("a"))) == Ignored()
    assert isinstance(await top.call(StartChild(ward.spec("b"))), ChildFailed)
    assert await states(top) == {}


async def test_a_child_that_ignores_its_restart_is_forgotten(system: System, ward: Ward) -> None:
    top = await dynamic(system)
    await top.call(StartChild(ward.spec("a")))
    ward.ignoring.add("a")
    await end(system, "top/a")
    assert await states(top) == {}


async def test_no_more_children_than_allowed_and_restarting_ones_count(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await dynamic(system, max_children=2)
    backoff = Backoff(initial_s=1.0, jitter=0.0)
    for name in "ab":
        await top.call(StartChild(ward.spec(name, backoff=backoff)))
    await end(system, "top/b")
    await end(system, "top/b")
    assert (await top.call(CountChildren())).active == 1
    assert await top.call(StartChild(ward.spec("c"))) == ChildRefused("max_children", "c")
    assert await top.call(TerminateChild("b")) == Terminated()
    assert isinstance(await top.call(StartChild(ward.spec("c"))), Started)


async def test_more_restarts_than_the_intensity_end_it(system: System, ward: Ward) -> None:
    top = await dynamic(system, intensity=1, period_s=5)
    for name in "ab":
        await top.call(StartChild(ward.spec(name)))
    await end(system, "top/a")
    await end(system, "top/b")
    assert top.exit_reason == SHUTDOWN
    assert system.names.paths() == ()


async def test_children_are_stopped_all_at_once_each_with_its_own_patience(
    system: System, clock: VirtualClock
) -> None:
    top = await dynamic(system)
    gate = asyncio.Event()
    lingering = partial(ASYNC.trapper, on_terminate=lambda _, __: gate.wait())
    patience: dict[str, float | Patience] = {
        "inf": INFINITY,
        "3": 3.0,
        "1": 1.0,
        "kill": BRUTAL_KILL,
        "2": 2.0,
    }
    children: dict[str, Ref] = {}
    for name, shutdown in patience.items():
        spec = ChildSpec(id=name, start=lingering, shutdown=shutdown)
        started = await top.call(StartChild(spec))
        assert isinstance(started, Started)
        children[name] = started.ref
    stopping = in_background(top.stop())
    await settle(system)
    with capture_logs():
        for alive in ({"inf", "3", "2", "1"}, {"inf", "3", "2"}, {"inf", "3"}, {"inf"}):
            assert {name for name, ref in children.items() if ref.alive} == alive
            await clock.advance(1.0, system=system)
    gate.set()
    await stopping
    assert children["inf"].exit_reason == SHUTDOWN
    assert children["2"].exit_reason == KILLED


async def test_many_children_come_and_go_in_one_breath(system: System, ward: Ward) -> None:
    top = await dynamic(system)
    spec = partial(ward.spec, restart=Restart.TEMPORARY)
    for number in range(400):
        await top.call(StartChild(spec(str(number))))
    for number in range(0, 400, 2):
        system.cast(f"top/{number}", "mail")
        system.lookup(f"top/{number}").request_stop()
    await settle(system)
    assert (await top.call(CountChildren())).active == 200
    await top.stop()
    assert system.living() == ()


async def added(top: Ref, spec: ChildSpec) -> Ref:
    """A child that is started."""
    outcome = await top.call(StartChild(spec))
    assert isinstance(outcome, Started)
    return outcome.ref


def ending_as(flavour: Flavour, reason: ExitReason) -> "partial[Script]":
    """A child that, when it is told to stop, ends as it likes."""

    def end_otherwise(script: Script, _: ExitReason) -> None:
        script.process.die(reason)

    return partial(flavour.trapper, on_terminate=end_otherwise)


# Starting (dynamic_supervisor_test.exs, start_child/2).


async def test_what_the_start_of_a_child_raises_is_told_and_nothing_kept(
    system: System, flavour: Flavour
) -> None:
    top = await dynamic(system)

    def cancelled(_: Script) -> None:
        raise asyncio.CancelledError

    def killed(script: Script) -> None:
        script.ref.kill()

    starts: dict[str, Any] = {
        "ScriptError: as told": partial(flavour.script, on_init=raising),
        "CancelledError": partial(flavour.script, on_init=cancelled),
        "killed": partial(flavour.script, on_init=killed),
        "TypeError: the factory made 7, which is no Actor": lambda: 7,
    }
    for reason, start in starts.items():
        outcome = await top.call(StartChild(ChildSpec(id="a", start=start)))
        assert isinstance(outcome, ChildFailed)
        assert str(outcome.reason) == reason
    assert await top.call(CountChildren()) == ChildCounts(0, 0, 0, 0)


async def test_no_children_at_all_may_be_allowed(system: System, ward: Ward) -> None:
    top = await dynamic(system, max_children=0)
    assert await top.call(StartChild(ward.spec("a"))) == ChildRefused("max_children", "a")
    with pytest.raises(StartFailed, match="max_children of -1 makes no sense"):
        await system.start(partial(DynamicSupervisor, max_children=-1))


@pytest.mark.parametrize("reason", [NORMAL, SHUTDOWN, Shutdown("signal"), LOST])
@pytest.mark.parametrize("restart", Restart)
async def test_a_dynamic_child_comes_back_as_its_restart_type_says(
    system: System, ward: Ward, restart: Restart, reason: ExitReason
) -> None:
    top = await dynamic(system)
    await added(top, ward.spec("a", restart=restart))
    await end(system, "top/a", reason)
    returns = restart is Restart.PERMANENT or (restart is Restart.TRANSIENT and reason == LOST)
    assert await states(top) == ({"a": "running"} if returns else {})


async def test_extra_arguments_reach_every_start(system: System) -> None:
    seen: list[object] = []

    def start(*, database: object = None) -> Script:
        seen.append(database)
        return ASYNC.script()

    top = await dynamic(system, extra_arguments={"database": "db"})
    await added(top, ChildSpec(id="a", start=start))
    await end(system, "top/a")
    assert seen == ["db", "db"]


# Restarting.


@pytest.mark.parametrize("restart", [Restart.PERMANENT, Restart.TRANSIENT])
async def test_a_restart_may_come_to_anything_and_the_counts_follow(
    system: System, ward: Ward, restart: Restart
) -> None:
    top = await dynamic(system, intensity=10_000_000)
    for name in ("fine", "ignoring", "failing"):
        await added(top, ward.spec(name, restart=restart))
    await end(system, "top/fine")
    assert await top.call(CountChildren()) == ChildCounts(3, 3, 0, 3)
    ward.ignoring.add("ignoring")
    await end(system, "top/ignoring")
    assert await top.call(CountChildren()) == ChildCounts(2, 2, 0, 2)
    ward.refusals["failing"] = 10_000_000
    system.cast("top/failing", Tell(lambda script: script.stop(LOST)))
    await until(lambda: "!failing" in ward.log)
    assert await top.call(CountChildren()) == ChildCounts(2, 1, 0, 2)
    assert await states(top) == {"fine": "running", "failing": "restarting"}
    await top.call(TerminateChild("failing"))
    assert await states(top) == {"fine": "running"}


async def test_a_child_that_is_back_or_on_its_way_counts_as_a_child(
    system: System, ward: Ward
) -> None:
    top = await dynamic(system, max_children=1, intensity=10_000_000)
    await added(top, ward.spec("a"))
    await end(system, "top/a")
    assert await top.call(StartChild(ward.spec("b"))) == ChildRefused("max_children", "b")
    ward.refusals["a"] = 10_000_000
    system.cast("top/a", Tell(lambda script: script.stop(LOST)))
    await until(lambda: "!a" in ward.log)
    assert await top.call(StartChild(ward.spec("b"))) == ChildRefused("max_children", "b")
    await top.call(TerminateChild("a"))
    await added(top, ward.spec("b"))


async def test_a_dynamic_child_is_restarted_when_it_is_tried_again(
    system: System, ward: Ward
) -> None:
    top = await dynamic(system, intensity=2)
    await added(top, ward.spec("a"))
    ward.refusals["a"] = 1
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a !a +a"
    assert await top.call(CountChildren()) == ChildCounts(1, 1, 0, 1)


@pytest.mark.parametrize("intensity", [1, 10])
async def test_trying_again_too_often_ends_a_dynamic_supervisor(
    system: System, ward: Ward, intensity: int
) -> None:
    top = await dynamic(system, intensity=intensity)
    await added(top, ward.spec("a"))
    ward.refusals["a"] = 100
    await end(system, "top/a")
    assert top.exit_reason == SHUTDOWN
    assert ward.refusals["a"] == 100 - intensity


async def test_an_exit_of_a_stranger_does_not_spoil_a_dynamic_supervisor(
    system: System, ward: Ward
) -> None:
    top = await dynamic(system)
    former = await added(top, ward.spec("a", restart=Restart.TEMPORARY))
    await end(system, "top/a")
    top.send(Exited(former, "top/a", LOST))
    top.exit(LOST, source=system.spawn(Script))
    await settle(system)
    assert await states(top) == {}
    await added(top, ward.spec("b"))
    await end(system, "top/b")
    assert await states(top) == {"b": "running"}


# Stopping (terminate/2 and terminate_child/2).


@pytest.mark.parametrize("restart", Restart)
@pytest.mark.parametrize("shutdown", [BRUTAL_KILL, INFINITY, 1.0])
@pytest.mark.parametrize("how", [SHUTDOWN, NORMAL, Shutdown("oops"), LOST])
async def test_children_that_end_otherwise_do_not_disturb_the_stop_and_are_reported(
    system: System,
    flavour: Flavour,
    restart: Restart,
    shutdown: float | Patience,
    how: ExitReason,
) -> None:
    top = await dynamic(system)
    start = ending_as(flavour, how)
    specs = [ChildSpec(id=name, start=start, shutdown=shutdown, restart=restart) for name in "abc"]
    children = [await added(top, spec) for spec in specs]
    with capture_logs() as logs:
        await top.stop(SHUTDOWN)
    ends = KILLED if shutdown is BRUTAL_KILL else how
    assert [child.exit_reason for child in children] == [ends] * 3
    reported = sum(entry["event"] == "child.shutdown_failed" for entry in logs)
    forgiven = restart is not Restart.PERMANENT and ends in {NORMAL, Shutdown("oops")}
    expected = forgiven or ends in {SHUTDOWN, KILLED}
    assert reported == (0 if expected else 3)


async def test_a_dynamic_child_that_unlinked_cannot_hang_the_stop(
    system: System, flavour: Flavour
) -> None:
    top = await dynamic(system)
    child = await added(top, ChildSpec(id="a", start=flavour.script))
    actor_of(child).unlink(top)
    await top.stop()
    assert child.exit_reason == SHUTDOWN


@pytest.mark.parametrize(("shutdown", "reason"), [(BRUTAL_KILL, KILLED), (1.0, SHUTDOWN)])
async def test_a_dynamic_child_is_terminated_by_its_ref(
    system: System, ward: Ward, shutdown: float | Patience, reason: ExitReason
) -> None:
    top = await dynamic(system)
    child = await added(top, ward.spec("a", shutdown=shutdown))
    assert await top.call(GetChildSpec(child)) == await top.call(GetChildSpec("a"))
    assert await top.call(WhichChild(child)) == await top.call(WhichChild("a"))
    assert await top.call(TerminateChild(child)) == Terminated()
    assert child.exit_reason == reason
    for request in (TerminateChild(child), GetChildSpec(child), WhichChild(child)):
        assert await top.call(request) == ChildRefused("not_found", "top/a")


async def test_an_earlier_incarnation_is_nobodys_ref(system: System, ward: Ward) -> None:
    top = await dynamic(system)
    former = await added(top, ward.spec("a"))
    await end(system, "top/a")
    assert await top.call(TerminateChild(former)) == ChildRefused("not_found", "top/a")
    assert await states(top) == {"a": "running"}


async def test_many_temporary_children_take_as_many_steps_each_as_few(
    system: System, ward: Ward
) -> None:
    top = await dynamic(system)

    async def come_and_go(number: int) -> int:
        spec = partial(ward.spec, restart=Restart.TEMPORARY)
        with counted() as steps:
            refs = [await added(top, spec(str(each))) for each in range(number)]
            for ref in refs:
                await top.call(TerminateChild(ref))
        assert await top.call(CountChildren()) == ChildCounts(0, 0, 0, 0)
        return steps()

    few, many = await come_and_go(50), await come_and_go(1_000)
    assert many < 20 * few * 1.1
