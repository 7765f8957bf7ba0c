import asyncio
from functools import partial

import pytest
from structlog.testing import capture_logs

from runtime import (
    BRUTAL_KILL,
    INFINITY,
    KILLED,
    NORMAL,
    SHUTDOWN,
    Backoff,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    DeleteChild,
    Ignored,
    Patience,
    Ref,
    Restart,
    RestartChild,
    StartChild,
    Started,
    System,
    TerminateChild,
    Terminated,
)
from runtime.testing import VirtualClock, in_background, settle
from supervisors import DynamicSupervisor
from tests.runtime.scripts import ASYNC, Flavour
from tests.supervisors.ward import Ward, end, states


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


async def dynamic(system: System, **options: int) -> Ref:
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
    assert system.registry.paths() == ()


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
