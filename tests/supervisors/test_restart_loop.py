"""A child that never comes back leaves its supervisor free to act (supervisor_SUITE, OTP-9549)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from runtime import (
    BRUTAL_KILL,
    SHUTDOWN,
    ChildCounts,
    ChildRefused,
    CountChildren,
    DeleteChild,
    Ref,
    RestartChild,
    StartChild,
    Started,
    System,
    TerminateChild,
    Terminated,
)
from runtime.testing import settle, until
from supervisors import DynamicSupervisor, Strategy
from tests.runtime.scripts import Flavour, Tell
from tests.supervisors.ward import LOST, Ward, states, supervise

ENDLESS = 10_000_000


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


@asynccontextmanager
async def hanging(system: System, ward: Ward, child_id: str) -> AsyncGenerator[None]:
    """The child dies and does not start again, until this is over."""
    ward.refusals[child_id] = ENDLESS
    system.cast(f"top/{child_id}", Tell(lambda script: script.stop(LOST)))
    await until(lambda: f"!{child_id}" in ward.log)
    yield
    ward.refusals.clear()
    ward.log.clear()


@pytest.mark.parametrize("strategy", [Strategy.ONE_FOR_ONE, Strategy.ONE_FOR_ALL])
async def test_a_supervisor_in_a_restart_loop_answers_and_ends_the_loop_when_told(
    system: System, ward: Ward, strategy: Strategy
) -> None:
    spec = ward.spec("a", shutdown=BRUTAL_KILL)
    top = await supervise(system, [spec], strategy, intensity=ENDLESS)
    async with hanging(system, ward, "a"):
        assert await top.call(StartChild(spec)) == ChildRefused("already_present", "a")
        assert await top.call(RestartChild("a")) == ChildRefused("restarting", "a")
        assert await top.call(DeleteChild("a")) == ChildRefused("restarting", "a")
        assert await states(top) == {"a": "restarting"}
        assert await top.call(CountChildren()) == ChildCounts(1, 0, 0, 1)
        assert await top.call(TerminateChild("a")) == Terminated()
        assert await states(top) == {"a": "stopped"}
    assert isinstance(await top.call(RestartChild("a")), Started)
    async with hanging(system, ward, "a"):
        await top.stop(SHUTDOWN)
        assert top.exit_reason == SHUTDOWN


async def test_those_behind_a_child_in_a_restart_loop_wait_and_go_on_when_it_is_given_up(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("abc"), Strategy.REST_FOR_ONE, intensity=ENDLESS)
    async with hanging(system, ward, "b"):
        assert await top.call(StartChild(ward.spec("b"))) == ChildRefused("already_present", "b")
        assert await top.call(RestartChild("b")) == ChildRefused("restarting", "b")
        assert await top.call(DeleteChild("b")) == ChildRefused("restarting", "b")
        assert await states(top) == {"a": "running", "b": "restarting", "c": "restarting"}
        assert await top.call(CountChildren()) == ChildCounts(3, 1, 0, 3)
        assert await top.call(TerminateChild("b")) == Terminated()
        await settle(system)
        # OTP leaves c stopped; here it was only waiting for b, and need not any more.
        assert await states(top) == {"a": "running", "b": "stopped", "c": "running"}
    assert isinstance(await top.call(RestartChild("b")), Started)
    async with hanging(system, ward, "b"):
        await top.stop(SHUTDOWN)
        assert top.exit_reason == SHUTDOWN


async def test_a_dynamic_supervisor_in_a_restart_loop_ends_it_by_ref(
    system: System, ward: Ward
) -> None:
    top = await system.start(partial(DynamicSupervisor, intensity=ENDLESS), name="top")
    started = await top.call(StartChild(ward.spec("a")))
    assert isinstance(started, Started)
    async with hanging(system, ward, "a"):
        assert await states(top) == {"a": "restarting"}
        assert await top.call(CountChildren()) == ChildCounts(1, 0, 0, 1)
        assert await top.call(RestartChild("a")) == ChildRefused("restarting", "a")
        assert await top.call(DeleteChild("a")) == ChildRefused("restarting", "a")
        assert await top.call(TerminateChild(started.ref)) == Terminated()
        assert await states(top) == {}
        gone = ChildRefused("not_found", "top/a")
        assert await top.call(TerminateChild(started.ref)) == gone
    ref: Ref = started.ref
    again = await top.call(StartChild(ward.spec("a")))
    assert isinstance(again, Started)
    assert again.ref is not ref
    async with hanging(system, ward, "a"):
        await top.stop(SHUTDOWN)
        assert top.exit_reason == SHUTDOWN
