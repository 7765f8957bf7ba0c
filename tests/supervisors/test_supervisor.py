import asyncio
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime import (
    BRUTAL_KILL,
    IGNORE,
    INFINITY,
    KILLED,
    NORMAL,
    SHUTDOWN,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    Crashed,
    Down,
    ExitReason,
    Failed,
    Mark,
    Ref,
    Restart,
    RestartChild,
    Shutdown,
    StartChild,
    Started,
    StartFailed,
    StartIgnored,
    System,
)
from runtime.testing import Probe, VirtualClock, behind, in_background, settle
from supervisors import ChildStartFailed, Supervisor
from tests.runtime.scripts import ASYNC, Flavour, Script, actor_of
from tests.supervisors.ward import LOST, StartRefused, Ward, child_of, states, supervise


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


def unchecked(**values: Any) -> ChildSpec:
    """A spec as it may come from code that no type checker has seen."""
    return ChildSpec(**values)


async def test_children_start_in_order_and_stop_in_reverse(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("abc"))
    assert ward.news() == "+a +b +c"
    await top.stop(SHUTDOWN)
    assert ward.news() == "-c -b -a"
    assert top.exit_reason == SHUTDOWN


async def test_children_are_named_below_their_supervisor_unless_it_is_the_root(
    system: System, ward: Ward
) -> None:
    await supervise(system, ward.specs("a"))
    await system.start(partial(Supervisor, ward.specs("b"), names_children_bare=True), name="root")
    assert system.names.paths() == ("top", "top/a", "root", "b")


async def test_a_child_that_does_not_start_stops_those_before_it_and_the_supervisor(
    system: System, ward: Ward
) -> None:
    ward.refusals["c"] = 1
    with pytest.raises(StartFailed) as caught:
        await supervise(system, ward.specs("abcd"))
    reason = caught.value.reason
    assert isinstance(reason, Crashed)
    assert isinstance(reason.error, ChildStartFailed)
    assert reason.error.path == "top/c"
    assert str(reason.error) == "failed to start child top/c (StartRefused: c)"
    assert ward.news() == "+a +b !c -b -a"
    assert system.names.paths() == ()


async def test_a_failed_start_is_logged_once_where_it_happened(system: System, ward: Ward) -> None:
    ward.refusals["a"] = 1
    with capture_logs() as logs, pytest.raises(StartFailed):
        await supervise(system, ward.specs("a"))
    assert [entry["actor"] for entry in logs if entry["event"] == "actor.crashed"] == ["top/a"]


async def test_a_child_that_ignores_keeps_its_spec_unless_it_is_temporary(
    system: System, ward: Ward
) -> None:
    ward.ignoring |= {"b", "t"}
    top = await supervise(
        system, [*ward.specs("ab"), ward.spec("t", restart=Restart.TEMPORARY), ward.spec("c")]
    )
    assert await states(top) == {"a": "running", "b": "ignored", "c": "running"}
    assert (await child_of(top, "b")).ref is None
    ward.ignoring.clear()
    assert isinstance(await top.call(RestartChild("b")), Started)


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        (ChildSpec(id="", start=Script), "the id is empty"),
        (ChildSpec(id="a", start=Script, shutdown=-1.0), "shutdown of -1 s"),
        (ChildSpec(id="a", start=Script, start_timeout_s=0.0), "start_timeout_s of 0"),
        (unchecked(id=7, start=Script), "id 7 is no text"),
        (unchecked(id="a", start="Script"), "start 'Script' is no factory"),
        (unchecked(id="a", start=Script, restart="always"), "restart 'always' is no Restart"),
        (unchecked(id="a", start=Script, shutdown="soon"), "shutdown 'soon' is no time"),
        (unchecked(id="a", start=Script, start_timeout_s="5"), "start_timeout_s '5' is no time"),
    ],
)
async def test_a_spec_that_makes_no_sense_is_refused_with_the_reason(
    system: System, spec: ChildSpec, fault: str
) -> None:
    with pytest.raises(StartFailed, match=fault):
        await supervise(system, [spec])
    top = await supervise(system, [])
    with capture_logs() as logs:
        refused = await top.call(StartChild(spec))
    assert refused == ChildRefused("bad_spec", spec.id)
    assert isinstance(refused, ChildRefused)
    assert refused.detail == logs[0]["reason"] == fault
    assert await states(top) == {}


async def test_two_children_of_one_name_are_refused(system: System, ward: Ward) -> None:
    with pytest.raises(StartFailed, match="two children of top are called 'a'"):
        await supervise(system, ward.specs("aba"))


async def test_a_child_that_takes_too_long_to_start_is_given_up(
    system: System, ward: Ward, clock: VirtualClock, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    slow = ChildSpec(
        id="slow",
        start=partial(flavour.script, on_init=lambda _: asyncio.Event().wait()),
        start_timeout_s=2.0,
    )
    call = in_background(top.call(StartChild(slow)))
    await clock.advance(2.0, system=system)
    outcome = await call
    assert isinstance(outcome, ChildFailed)
    assert "did not start within 2 s" in str(outcome.reason)
    assert await states(top) == {}


async def test_each_child_gets_the_stop_its_spec_asks_for(
    system: System, ward: Ward, clock: VirtualClock, flavour: Flavour
) -> None:
    probe = system.spawn(Probe)
    watcher = behind(probe, Probe)
    top = await supervise(
        system,
        [
            ward.spec("brutal", shutdown=BRUTAL_KILL),
            ward.spec("timed", shutdown=2.0),
            ward.spec("patient", shutdown=INFINITY),
            ward.spec("plain", traps=False),
        ],
    )
    for name in ("brutal", "timed", "patient", "plain"):
        watcher.monitor(system.lookup(f"top/{name}"))
    await top.stop()
    await settle(system)
    downs = {down.path: down.reason for down in watcher.seen if isinstance(down, Down)}
    assert downs == {
        "top/brutal": KILLED,
        "top/timed": SHUTDOWN,
        "top/patient": SHUTDOWN,
        "top/plain": SHUTDOWN,
    }
    assert clock.pending == 0


def lingering(flavour: Flavour, gate: asyncio.Event) -> "partial[Script]":
    """A child whose `terminate` takes as long as the gate is shut."""
    return partial(flavour.trapper, on_terminate=lambda _, __: gate.wait())


async def test_a_child_that_does_not_stop_in_time_is_killed_and_reported(
    system: System, clock: VirtualClock
) -> None:
    top = await supervise(
        system, [ChildSpec(id="a", start=lingering(ASYNC, asyncio.Event()), shutdown=2.0)]
    )
    child = system.lookup("top/a")
    stopping = in_background(top.stop())
    with capture_logs() as logs:
        await clock.advance(1.9, system=system)
        assert child.alive
        await clock.advance(0.1, system=system)
        await stopping
    assert child.exit_reason == KILLED
    assert [(entry["event"], entry["reason"]) for entry in logs] == [
        ("child.shutdown_failed", "killed")
    ]


async def test_infinity_waits_for_as_long_as_it_takes(system: System, clock: VirtualClock) -> None:
    gate = asyncio.Event()
    top = await supervise(
        system, [ChildSpec(id="a", start=lingering(ASYNC, gate), shutdown=INFINITY)]
    )
    child = system.lookup("top/a")
    stopping = in_background(top.stop())
    await clock.advance(3_600.0, system=system)
    assert child.alive
    gate.set()
    await stopping
    assert child.exit_reason == SHUTDOWN


async def test_a_child_that_unlinked_cannot_hang_the_stop(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    top = await supervise(system, ward.specs("ab", traps=False))
    child = system.lookup("top/a")
    actor_of(child).unlink(top)
    await top.stop()
    assert child.exit_reason == SHUTDOWN


async def test_a_child_that_dies_by_itself_during_the_stop_is_reported(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    ref_of_a: list[Ref] = []

    def take_a_along(script: Script, reason: ExitReason) -> None:
        ref_of_a[0].exit(Failed("pushed"))

    top = await supervise(
        system,
        [
            ward.spec("a", traps=False),
            ChildSpec(id="b", start=partial(flavour.trapper, on_terminate=take_a_along)),
        ],
    )
    ref_of_a.append(system.lookup("top/a"))
    with capture_logs() as logs:
        await top.stop()
    assert [(entry["event"], entry["actor"], entry["reason"]) for entry in logs] == [
        ("child.shutdown_failed", "top/a", "pushed")
    ]


async def test_children_die_with_a_supervisor_that_is_killed(system: System, ward: Ward) -> None:
    top = await supervise(system, [*ward.specs("ab"), *ward.specs("cd", traps=False)])
    children = [system.lookup(f"top/{name}") for name in "abcd"]
    top.kill()
    for child in children:
        assert await child.join() == KILLED
    assert sorted(ward.news().split()[4:]) == ["-a", "-b"]


async def test_children_die_with_a_supervisor_that_is_killed_while_it_stops_them(
    system: System,
) -> None:
    top = await supervise(
        system,
        [
            ChildSpec(id="a", start=ASYNC.script),
            ChildSpec(id="b", start=lingering(ASYNC, asyncio.Event())),
        ],
    )
    first, last = system.lookup("top/a"), system.lookup("top/b")
    top.request_stop()
    await settle(system)
    assert last.alive
    top.kill()
    assert await first.join() == KILLED
    last.kill()
    await last.join()


async def test_a_supervisor_killed_while_a_child_starts_takes_the_child_with_it(
    system: System, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    slow = ChildSpec(
        id="slow", start=partial(flavour.script, on_init=lambda _: asyncio.Event().wait())
    )
    call = in_background(top.call(StartChild(slow)))
    await settle(system)
    child = system.lookup("top/slow")
    top.kill()
    assert await child.join() == KILLED
    with pytest.raises(Exception, match="killed"):
        await call


async def test_an_exit_signal_from_its_parent_stops_a_supervisor_in_order(
    system: System, ward: Ward
) -> None:
    inner = ChildSpec(id="inner", start=partial(Supervisor, ward.specs("ab")))
    top = await supervise(system, [ward.spec("z"), inner])
    ward.news()
    await top.stop()
    assert ward.news() == "-b -a -z"


async def test_an_exit_signal_from_a_stranger_is_only_a_message(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"))
    stranger = system.spawn(Script)
    actor_of(stranger).link(top)
    stranger.kill()
    top.exit(LOST)
    await settle(system)
    assert await states(top) == {"a": "running"}
    assert ward.news() == "+a"


# What a supervisor's own start may come to.


class Hesitant(Supervisor):
    """A supervisor that finds in `init` that it is not needed."""

    async def init(self) -> Mark | None:
        return IGNORE


async def test_a_supervisor_that_ignores_its_start_leaves_nothing_behind(
    system: System, ward: Ward
) -> None:
    with pytest.raises(StartIgnored):
        await system.start(partial(Hesitant, ward.specs("a")), name="top")
    assert system.names.paths() == ()
    assert ward.news() == ""
    outer = await supervise(system, [ChildSpec(id="inner", start=Hesitant)])
    assert await states(outer) == {"inner": "ignored"}


class Broken(Supervisor):
    """A supervisor whose `init` raises after its children have started."""

    async def init(self) -> Mark | None:
        await super().init()
        raise StartRefused("top")


async def test_a_supervisor_whose_start_fails_tells_its_caller_and_leaves_nothing_behind(
    system: System, ward: Ward
) -> None:
    with pytest.raises(StartFailed, match="StartRefused: top"):
        await system.start(partial(Broken, ward.specs("a")), name="top")
    await settle(system)
    assert system.living() == ()
    with pytest.raises(StartFailed, match="shutdown of -1 s"):
        await supervise(system, [ward.spec("a"), ward.spec("b", shutdown=-1.0)])
    assert ward.starts["a"] == 1, "specs are looked at before anybody is started"


@pytest.mark.parametrize(
    "options", [{"intensity": -1}, {"period_s": 0}, {"intensity": -1, "period_s": -5}]
)
async def test_an_intensity_that_makes_no_sense_is_refused(
    system: System, options: dict[str, Any]
) -> None:
    with pytest.raises(StartFailed, match="makes no sense"):
        await supervise(system, [], **options)


async def test_a_start_that_failed_is_reported_by_the_supervisor(
    system: System, ward: Ward
) -> None:
    ward.refusals["a"] = 1
    with capture_logs() as logs, pytest.raises(StartFailed):
        await supervise(system, ward.specs("a"))
    said = [entry for entry in logs if entry["event"] == "child.start_failed"]
    assert [(entry["actor"], entry["reason"], entry["attempt"]) for entry in said] == [
        ("top/a", "StartRefused: a", 0)
    ]


async def test_a_supervisor_without_children_starts_and_stops(system: System) -> None:
    top = await supervise(system, [])
    await top.stop(SHUTDOWN)
    assert top.exit_reason == SHUTDOWN


# Children that end by themselves while they are being stopped.

REASONS: list[ExitReason] = [NORMAL, SHUTDOWN, Shutdown("test"), LOST]


async def test_a_stop_is_complete_though_children_end_otherwise_meanwhile(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    racing: dict[str, tuple[Restart, ExitReason]] = {
        f"{restart.value}-{reason}": (restart, reason) for restart in Restart for reason in REASONS
    }

    def end_the_others(script: Script, why: ExitReason) -> None:
        for child_id, (_, reason) in racing.items():
            ref = system.lookup(f"top/{child_id}")
            ref.exit(reason, source=ref)

    top = await supervise(
        system,
        [
            ward.spec("a", restart=Restart.TEMPORARY),
            *(
                ChildSpec(id=child_id, start=flavour.script, restart=restart)
                for child_id, (restart, _) in racing.items()
            ),
            ChildSpec(id="z", start=partial(flavour.trapper, on_terminate=end_the_others)),
        ],
    )
    children = {child_id: system.lookup(f"top/{child_id}") for child_id in racing}
    with capture_logs() as logs:
        await top.stop(SHUTDOWN)
    assert top.exit_reason == SHUTDOWN
    assert {child_id: str(ref.exit_reason) for child_id, ref in children.items()} == {
        child_id: str(reason) for child_id, (_, reason) in racing.items()
    }
    assert ward.news() == "+a -a"
    reported = {entry["actor"] for entry in logs if entry["event"] == "child.shutdown_failed"}
    assert reported == {
        "top/permanent-normal",
        "top/permanent-shutdown: test",
        "top/permanent-lost",
        "top/transient-lost",
        "top/temporary-lost",
    }
