import asyncio
import gc
import weakref
from dataclasses import replace
from functools import partial

import pytest

from runtime import (
    BRUTAL_KILL,
    INFINITY,
    NORMAL,
    CallTimeout,
    Child,
    ChildCounts,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    DeleteChild,
    Deleted,
    GetChildSpec,
    Ignored,
    NotRunning,
    Ref,
    Restart,
    RestartChild,
    StartChild,
    Started,
    System,
    TerminateChild,
    Terminated,
    WhichChild,
    WhichChildren,
)
from runtime.testing import VirtualClock, in_background, settle
from supervisors import Supervisor
from tests.runtime.scripts import Flavour, Nonsense, Script
from tests.supervisors.ward import Ward, counted, end, states, supervise


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


async def test_a_child_is_added_terminated_restarted_and_deleted(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("a"))
    added = await top.call(StartChild(ward.spec("b")))
    assert isinstance(added, Started)
    assert system.lookup("top/b") is added.ref
    assert await top.call(StartChild(ward.spec("b"))) == ChildRefused("already_started", "b")
    assert await top.call(RestartChild("b")) == ChildRefused("running", "b")
    assert await top.call(DeleteChild("b")) == ChildRefused("running", "b")
    assert await top.call(TerminateChild("b")) == Terminated()
    assert await top.call(TerminateChild("b")) == Terminated()
    assert await states(top) == {"a": "running", "b": "stopped"}
    assert await top.call(StartChild(ward.spec("b"))) == ChildRefused("already_present", "b")
    assert isinstance(await top.call(RestartChild("b")), Started)
    await top.call(TerminateChild("b"))
    assert await top.call(DeleteChild("b")) == Deleted()
    assert await states(top) == {"a": "running"}
    assert system.telemetry.history() == ()


@pytest.mark.parametrize("request_type", [TerminateChild, RestartChild, DeleteChild])
async def test_requests_for_children_that_do_not_exist_are_refused(
    system: System, request_type: type[TerminateChild | RestartChild | DeleteChild]
) -> None:
    top = await supervise(system, [])
    assert await top.call(request_type("x")) == ChildRefused("not_found", "x")


async def test_a_temporary_childs_spec_is_forgotten_when_it_is_terminated(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("a", restart=Restart.TEMPORARY))
    assert await top.call(TerminateChild("a")) == Terminated()
    assert await states(top) == {}


async def test_an_added_child_that_does_not_start_is_not_kept(system: System, ward: Ward) -> None:
    top = await supervise(system, [])
    ward.refusals["a"] = 1
    failed = await top.call(StartChild(ward.spec("a")))
    assert isinstance(failed, ChildFailed)
    assert str(failed.reason) == "StartRefused: a"
    assert await states(top) == {}
    ward.ignoring.add("b")
    assert await top.call(StartChild(ward.spec("b"))) == Ignored()
    assert await states(top) == {"b": "ignored"}
    assert await top.call(StartChild(ward.spec("b", restart=Restart.TEMPORARY))) == ChildRefused(
        "already_present", "b"
    )


async def test_a_child_whose_name_another_holds_does_not_start(
    system: System, ward: Ward, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    holder = system.spawn(flavour.script, name="top/a")
    refused = await top.call(StartChild(ward.spec("a")))
    assert refused == ChildRefused("already_started", "a")
    assert isinstance(refused, ChildRefused)
    assert refused.ref is holder
    assert await states(top) == {}


async def test_children_are_listed_and_counted(system: System, ward: Ward) -> None:
    ward.ignoring.add("i")
    inner = ChildSpec(id="inner", start=partial(Supervisor, ward.specs("x")))
    top = await supervise(system, [ward.spec("a"), inner, ward.spec("i")])
    rows = await top.call(WhichChildren())
    assert [(row.id, row.state, row.kind) for row in rows] == [
        ("a", "running", "worker"),
        ("inner", "running", "supervisor"),
        ("i", "ignored", "worker"),
    ]
    assert rows[0].ref is system.lookup("top/a")
    assert rows[1].behaviour == "supervisors.supervisor.Supervisor"
    assert await top.call(CountChildren()) == ChildCounts(3, 2, 1, 2)


async def test_a_supervisor_lives_on_when_it_is_told_nonsense(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"))
    with pytest.raises(Exception, match="does not understand Nonsense"):
        await top.call(Nonsense())
    top.send("gossip")
    await settle(system)
    assert top.snapshot().unhandled == 2
    assert await states(top) == {"a": "running"}


async def test_a_supervisor_busy_with_a_start_keeps_its_callers_waiting(
    system: System, clock: VirtualClock, flavour: Flavour
) -> None:
    top = await supervise(system, [])
    gate = asyncio.Event()
    slow = ChildSpec(id="slow", start=partial(flavour.script, on_init=lambda _: gate.wait()))
    start = in_background(top.call(StartChild(slow), timeout_s=60.0))
    await settle(system)
    count = in_background(top.call(CountChildren()))
    await clock.advance(5.0, system=system)
    with pytest.raises(CallTimeout):
        await count
    gate.set()
    assert isinstance(await start, Started)


async def test_a_refusal_says_who_holds_the_place(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"))
    holder = system.lookup("top/a")
    for request in (StartChild(ward.spec("a")), RestartChild("a")):
        refused = await top.call(request)
        assert isinstance(refused, ChildRefused)
        assert refused.ref is holder
    await top.call(TerminateChild("a"))
    refused = await top.call(StartChild(ward.spec("a")))
    assert refused == ChildRefused("already_present", "a")
    assert isinstance(refused, ChildRefused)
    assert refused.ref is None


async def test_a_child_with_an_id_is_not_known_by_its_ref(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a"))
    child = system.lookup("top/a")
    for request in (TerminateChild(child), GetChildSpec(child), WhichChild(child)):
        assert await top.call(request) == ChildRefused("not_found", "top/a")
    assert await states(top) == {"a": "running"}


async def test_a_spec_can_be_asked_for_with_its_defaults_made_explicit(
    system: System, ward: Ward
) -> None:
    specs = [
        ward.spec("a"),
        ward.spec("b", shutdown=BRUTAL_KILL, restart=Restart.TRANSIENT),
        ChildSpec(id="c", start=Supervisor),
    ]
    top = await supervise(system, specs)
    assert await top.call(GetChildSpec("a")) == replace(specs[0], shutdown=5.0)
    assert await top.call(GetChildSpec("b")) == specs[1]
    assert await top.call(GetChildSpec("c")) == replace(specs[2], shutdown=INFINITY)
    assert await top.call(GetChildSpec("d")) == ChildRefused("not_found", "d")


class Baggage:
    """Much that a factory may carry."""


def carrier(flavour: Flavour, restart: Restart) -> tuple[ChildSpec, weakref.ref[Baggage]]:
    """A spec whose factory carries something, and the means to see when that is gone."""
    baggage = Baggage()

    def start(_: Baggage) -> Script:
        return flavour.script()

    spec = ChildSpec(id="a", start=partial(start, baggage), restart=restart)
    return spec, weakref.ref(baggage)


@pytest.mark.parametrize("restart", Restart)
async def test_a_temporary_childs_factory_is_forgotten_once_it_runs(
    system: System, flavour: Flavour, clock: VirtualClock, restart: Restart
) -> None:
    top = await supervise(system, [])
    spec, baggage = carrier(flavour, restart)
    await top.call(StartChild(spec))
    del spec
    await clock.advance(6.0, system=system)  # the call's deadline holds its request until then
    gc.collect()
    assert (baggage() is None) is (restart is Restart.TEMPORARY)


async def test_a_factory_that_was_forgotten_says_so(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("a", restart=Restart.TEMPORARY))
    kept = await top.call(GetChildSpec("a"))
    assert isinstance(kept, ChildSpec)
    with pytest.raises(LookupError, match="started only once"):
        kept.start()


async def test_one_child_can_be_asked_for(system: System, ward: Ward) -> None:
    top = await supervise(system, ward.specs("ab"))
    child = system.lookup("top/a")
    row = Child("a", child, "running", "worker", "functools.partial")
    assert replace(await which(top, "a"), behaviour="functools.partial") == row
    await top.call(TerminateChild("a"))
    assert (await which(top, "a")).ref is None
    assert (await which(top, "a")).state == "stopped"
    assert [child.id for child in await top.call(WhichChildren())] == ["a", "b"]
    await top.call(DeleteChild("a"))
    assert await top.call(WhichChild("a")) == ChildRefused("not_found", "a")
    assert [child.id for child in await top.call(WhichChildren())] == ["b"]


async def which(top: Ref, child_id: str) -> Child:
    row = await top.call(WhichChild(child_id))
    assert isinstance(row, Child)
    return row


async def test_a_stopped_child_that_does_not_start_keeps_its_spec(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, ward.specs("a"))
    await top.call(TerminateChild("a"))
    ward.refusals["a"] = 1
    failed = await top.call(RestartChild("a"))
    assert isinstance(failed, ChildFailed)
    assert str(failed.reason) == "StartRefused: a"
    assert await states(top) == {"a": "stopped"}
    ward.ignoring.add("a")
    assert await top.call(RestartChild("a")) == Ignored()
    assert await states(top) == {"a": "ignored"}
    assert await top.call(DeleteChild("a")) == Deleted()


async def test_an_added_temporary_child_that_ignores_is_not_kept(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, [])
    ward.ignoring.add("a")
    assert await top.call(StartChild(ward.spec("a", restart=Restart.TEMPORARY))) == Ignored()
    assert isinstance(await top.call(StartChild(ward.spec("b"))), Started)
    assert await states(top) == {"b": "running"}
    assert await top.call(CountChildren()) == ChildCounts(1, 1, 0, 1)


@pytest.mark.parametrize("how", ["terminated", "normal", "lost"])
@pytest.mark.parametrize("restart", Restart)
async def test_what_becomes_of_a_spec_when_its_child_ends(
    system: System, ward: Ward, restart: Restart, how: str
) -> None:
    top = await supervise(system, [])
    spec = ward.spec("a", restart=restart)
    await top.call(StartChild(spec))
    match how:
        case "terminated":
            await top.call(TerminateChild("a"))
        case "normal":
            await end(system, "top/a", NORMAL)
        case _:
            await end(system, "top/a")
    again = await top.call(StartChild(spec))
    match restart:
        case Restart.TEMPORARY:
            assert isinstance(again, Started)
        case Restart.PERMANENT if how != "terminated":
            assert again == ChildRefused("already_started", "a")
        case Restart.TRANSIENT if how == "lost":
            assert again == ChildRefused("already_started", "a")
        case _:
            assert again == ChildRefused("already_present", "a")
            assert isinstance(await top.call(RestartChild("a")), Started)


async def test_a_request_to_a_supervisor_that_is_not_there_fails_at_once(system: System) -> None:
    with pytest.raises(NotRunning):
        await system.call("nobody", WhichChildren())
    top = await supervise(system, [])
    await top.stop()
    with pytest.raises(NotRunning):
        await top.call(CountChildren())


async def test_a_child_whose_start_finds_another_name_taken_has_failed(
    system: System, flavour: Flavour
) -> None:
    system.spawn(flavour.script, name="other")

    def take_other(script: Script) -> None:
        script.system.spawn(flavour.script, name="other")

    top = await supervise(system, [])
    spec = ChildSpec(id="a", start=partial(flavour.script, on_init=take_other))
    failed = await top.call(StartChild(spec))
    assert isinstance(failed, ChildFailed)
    assert str(failed.reason) == "AlreadyStarted: other is already started"


async def test_starting_and_stopping_takes_the_same_steps_however_many_there_are(
    system: System, ward: Ward
) -> None:
    top = await supervise(system, [])

    async def start_and_stop(number: int) -> int:
        ids = [str(each) for each in range(number)]
        with counted() as steps:
            for child_id in ids:
                await top.call(StartChild(ward.spec(child_id)))
            for child_id in ids:
                await top.call(TerminateChild(child_id))
            for child_id in ids:
                await top.call(DeleteChild(child_id))
        return steps()

    few, many = await start_and_stop(50), await start_and_stop(1_000)
    assert many < 20 * few * 1.1
