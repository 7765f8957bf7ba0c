"""Supervisors that end with their significant children (supervisor_SUITE, group significant)."""

from functools import partial

import pytest
from structlog.testing import capture_logs

from runtime import (
    KILLED,
    NORMAL,
    SHUTDOWN,
    AutoShutdown,
    ChildRefused,
    ChildSpec,
    ExitReason,
    Failed,
    Ref,
    Restart,
    RestartChild,
    Shutdown,
    StartChild,
    Started,
    StartFailed,
    System,
    TerminateChild,
)
from runtime.testing import settle, until
from supervisors import DynamicSupervisor, Strategy, Supervisor
from tests.runtime.scripts import Flavour, Tell
from tests.supervisors.ward import LOST, Ward, end, states, supervise

NEVER, ANY, ALL = AutoShutdown
TRANSIENT, TEMPORARY = Restart.TRANSIENT, Restart.TEMPORARY


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


async def end_as(system: System, path: str, reason: ExitReason) -> None:
    """Let a child end by itself, or be killed."""
    if reason == KILLED:
        system.lookup(path).kill()
        await settle(system)
    else:
        await end(system, path, reason)


@pytest.mark.parametrize("reason", [KILLED, LOST, NORMAL, Shutdown("done")])
@pytest.mark.parametrize("restart", [TRANSIENT, TEMPORARY])
@pytest.mark.parametrize("auto_shutdown", AutoShutdown)
async def test_the_end_of_a_child_that_is_not_significant_means_nothing(
    system: System,
    ward: Ward,
    auto_shutdown: AutoShutdown,
    restart: Restart,
    reason: ExitReason,
) -> None:
    top = await supervise(
        system, [ward.spec("a", restart=restart)], auto_shutdown=auto_shutdown, intensity=5
    )
    await end_as(system, "top/a", reason)
    assert top.alive


@pytest.mark.parametrize("reason", [KILLED, LOST, NORMAL, SHUTDOWN, Shutdown("done")])
async def test_any_end_of_a_significant_temporary_child_ends_the_supervisor(
    system: System, ward: Ward, reason: ExitReason
) -> None:
    specs = [
        *ward.specs("ab", restart=TEMPORARY, significant=True),
        ward.spec("c", restart=TEMPORARY),
    ]
    top = await supervise(system, specs, auto_shutdown=ANY)
    with capture_logs() as logs:
        await end_as(system, "top/a", reason)
    assert top.exit_reason == SHUTDOWN
    assert ward.news().endswith("-c -b")
    said = next(entry for entry in logs if entry["event"] == "supervisor.auto_shutdown")
    assert (said["actor"], said["child"], said["reason"]) == ("top", "a", str(reason))


@pytest.mark.parametrize(
    ("reason", "ends"),
    [(KILLED, False), (LOST, False), (NORMAL, True), (SHUTDOWN, True), (Shutdown("done"), True)],
)
async def test_a_significant_transient_child_ends_the_supervisor_unless_it_is_restarted(
    system: System, ward: Ward, reason: ExitReason, ends: bool
) -> None:
    specs = ward.specs("ab", restart=TRANSIENT, significant=True)
    top = await supervise(system, specs, auto_shutdown=ANY)
    await end_as(system, "top/a", reason)
    assert top.alive is not ends
    assert ward.starts["a"] == (1 if ends else 2)


@pytest.mark.parametrize("restart", [TRANSIENT, TEMPORARY])
@pytest.mark.parametrize("auto_shutdown", [ANY, ALL])
async def test_being_terminated_through_the_supervisor_does_not_count(
    system: System, ward: Ward, auto_shutdown: AutoShutdown, restart: Restart
) -> None:
    spec = ward.spec("a", restart=restart, significant=True)
    top = await supervise(system, [spec], auto_shutdown=auto_shutdown)
    await top.call(TerminateChild("a"))
    assert top.alive
    again = StartChild(spec) if restart is TEMPORARY else RestartChild("a")
    assert isinstance(await top.call(again), Started)
    await end(system, "top/a", NORMAL)
    assert top.exit_reason == SHUTDOWN


@pytest.mark.parametrize("restart", [TRANSIENT, TEMPORARY])
async def test_all_significant_children_have_to_end_when_all_are_asked_for(
    system: System, ward: Ward, restart: Restart
) -> None:
    specs = [*ward.specs("ab", restart=restart, significant=True), ward.spec("c")]
    top = await supervise(system, specs, auto_shutdown=ALL)
    await end(system, "top/b", NORMAL)
    assert top.alive
    ward.news()
    await end(system, "top/a", NORMAL)
    assert top.exit_reason == SHUTDOWN
    assert ward.news() == "-a -c"


async def test_a_terminated_child_is_not_waited_for(system: System, ward: Ward) -> None:
    specs = ward.specs("ab", restart=TRANSIENT, significant=True)
    top = await supervise(system, specs, auto_shutdown=ALL)
    await top.call(TerminateChild("a"))
    assert top.alive
    await end(system, "top/b", NORMAL)
    assert top.exit_reason == SHUTDOWN


async def test_a_child_that_is_being_restarted_has_not_ended(system: System, ward: Ward) -> None:
    specs = ward.specs("ab", restart=TRANSIENT, significant=True)
    top = await supervise(system, specs, auto_shutdown=ALL, intensity=10_000_000)
    ward.refusals["a"] = 10_000_000
    system.cast("top/a", Tell(lambda script: script.stop(LOST)))
    await until(lambda: "!a" in ward.log)
    ref = system.lookup("top/b")
    ref.request_stop(NORMAL)
    await ref.join()
    assert await states(top) == {"a": "restarting", "b": "stopped"}
    await top.call(TerminateChild("a"))
    assert top.alive, "the last one did not end by itself"


@pytest.mark.parametrize("restart", [TRANSIENT, TEMPORARY])
@pytest.mark.parametrize("auto_shutdown", [ANY, ALL])
@pytest.mark.parametrize("strategy", Strategy)
async def test_going_down_with_a_sibling_does_not_count(
    system: System,
    ward: Ward,
    strategy: Strategy,
    auto_shutdown: AutoShutdown,
    restart: Restart,
) -> None:
    specs = [
        ward.spec("a", restart=restart, significant=True),
        ward.spec("b", restart=TRANSIENT),
        ward.spec("c", restart=restart, significant=True),
    ]
    top = await supervise(system, specs, strategy, auto_shutdown=auto_shutdown)
    await end_as(system, "top/b", KILLED)
    assert top.alive


def subtree(ward: Ward, *, significant: bool) -> ChildSpec:
    """A supervisor as transient child, with one significant worker."""
    workers = [ward.spec("w", restart=TRANSIENT, significant=True)]
    start = partial(Supervisor, workers, auto_shutdown=ANY)
    return ChildSpec(id="inner", start=start, restart=TRANSIENT, significant=significant)


@pytest.mark.parametrize("significant", [True, False])
async def test_an_automatic_shutdown_climbs_as_far_as_supervisors_are_significant(
    system: System, ward: Ward, significant: bool
) -> None:
    top = await supervise(system, [subtree(ward, significant=significant)], auto_shutdown=ANY)
    inner = system.lookup("top/inner")
    await end(system, "top/inner/w", NORMAL)
    assert inner.exit_reason == SHUTDOWN
    assert top.alive is not significant


@pytest.mark.parametrize(
    ("auto_shutdown", "restart", "fault"),
    [
        (NEVER, TRANSIENT, "it is significant, and auto_shutdown is never"),
        (NEVER, TEMPORARY, "it is significant, and auto_shutdown is never"),
        (ANY, Restart.PERMANENT, "it is significant and permanent"),
        (ALL, Restart.PERMANENT, "it is significant and permanent"),
    ],
)
async def test_significant_children_are_refused_where_they_make_no_sense(
    system: System, ward: Ward, auto_shutdown: AutoShutdown, restart: Restart, fault: str
) -> None:
    spec = ward.spec("a", restart=restart, significant=True)
    with pytest.raises(StartFailed, match=fault):
        await supervise(system, [spec], auto_shutdown=auto_shutdown)
    top = await supervise(system, [], auto_shutdown=auto_shutdown)
    refused = await top.call(StartChild(spec))
    assert refused == ChildRefused("bad_spec", "a")
    assert isinstance(refused, ChildRefused)
    assert refused.detail == fault
    assert ward.news() == ""


async def test_a_dynamic_supervisor_takes_no_significant_children(
    system: System, ward: Ward
) -> None:
    top: Ref = await system.start(DynamicSupervisor, name="top")
    spec = ward.spec("a", restart=TEMPORARY, significant=True)
    assert await top.call(StartChild(spec)) == ChildRefused("bad_spec", "a")


async def test_a_child_that_gives_up_its_start_is_no_end(system: System, ward: Ward) -> None:
    ward.ignoring.add("a")
    specs = [ward.spec("a", restart=TRANSIENT, significant=True), ward.spec("b")]
    top = await supervise(system, specs, auto_shutdown=ANY)
    assert await states(top) == {"a": "ignored", "b": "running"}
    await end(system, "top/b", Failed("lost"))
    assert top.alive
