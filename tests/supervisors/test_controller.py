from functools import partial

import pytest
from structlog.testing import capture_logs

from runtime import (
    KILLED,
    NORMAL,
    SHUTDOWN,
    Actor,
    ActorFactory,
    Crashed,
    ExitReason,
    Failed,
    StartFailed,
    System,
)
from runtime.testing import settle
from supervisors import Application, Permanence
from supervisors.application import (
    AlreadyRunning,
    ApplicationFailed,
    ApplicationsStarted,
    ApplicationStopped,
    ChangeSetting,
    DependencyCycle,
    DependencyNotRunning,
    EnsureAllStarted,
    Environment,
    GetSetting,
    NoSuchApplication,
    NotStarted,
    RunningApplication,
    StartApplication,
    StopApplication,
    WhichApplications,
)
from supervisors.controller import ENDED, ApplicationsNotStarted
from tests.runtime.scripts import Flavour, Nonsense, PlainTrapper
from tests.supervisors.applications import Room, controlled
from tests.supervisors.ward import Ward, end

PERMANENT, TRANSIENT, TEMPORARY = Permanence


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


@pytest.fixture
def rooms(ward: Ward) -> list[Room]:
    """Three in a row: c needs b, b needs a; and d by itself."""
    return [Room("c", ward, "b"), Room("b", ward, "a"), Room("a", ward), Room("d", ward)]


async def test_dependencies_start_first_and_stop_last(
    system: System, ward: Ward, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms)
    assert await apps.call(EnsureAllStarted(("c",))) == ApplicationsStarted(("a", "b", "c"))
    assert ward.news() == "a.tree +a b.tree +b c.tree +c"
    assert await apps.call(EnsureAllStarted(("c", "d"))) == ApplicationsStarted(("d",))
    ward.news()
    await apps.stop()
    assert ward.news() == (
        "d.prep_stop -d d.stop c.prep_stop -c c.stop b.prep_stop -b b.stop a.prep_stop -a a.stop"
    )
    assert apps.exit_reason == NORMAL


async def test_what_is_to_run_from_the_start_runs_when_the_controller_does(
    system: System, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms, start=("b",))
    assert await apps.call(WhichApplications()) == (
        RunningApplication("a", "the room a", PERMANENT, system.lookup("a")),
        RunningApplication("b", "the room b", PERMANENT, system.lookup("b")),
    )
    assert dict(apps.snapshot().facts) == {"applications": "a, b"}
    tree = system.tree(apps)
    assert [node.actor.path for node in tree.children] == ["apps/a", "apps/b"]
    assert [node.children[0].actor.path for node in tree.children] == ["a", "b"]
    assert tree.children[0].children[0].children[0].actor.path == "a/a"


async def test_a_controller_that_cannot_start_what_it_is_to_says_why(
    system: System, ward: Ward
) -> None:
    with pytest.raises(StartFailed) as caught:
        await controlled(system, [Room("a", ward, "b")], start=("a",))
    reason = caught.value.reason
    assert isinstance(reason, Crashed)
    assert isinstance(reason.error, ApplicationsNotStarted)
    assert reason.error.outcome == NoSuchApplication("b", needed_by="a")
    with pytest.raises(StartFailed, match="depend on each other: a → b → a"):
        await controlled(system, [Room("a", ward, "b"), Room("b", ward, "a")], start=("a",))
    ward.refusals["a"] = 1
    with pytest.raises(StartFailed, match="application a failed to start"):
        await controlled(system, [Room("a", ward)], start=("a",))


async def test_one_application_starts_only_when_all_it_needs_runs(
    system: System, ward: Ward, rooms: list[Room]
) -> None:
    apps = await controlled(system, [*rooms, Room("e", ward, "missing")])
    assert await apps.call(StartApplication("b")) == DependencyNotRunning("b", "a")
    assert await apps.call(StartApplication("a")) == ApplicationsStarted(("a",))
    assert await apps.call(StartApplication("a")) == AlreadyRunning("a")
    assert await apps.call(StartApplication("b")) == ApplicationsStarted(("b",))
    assert await apps.call(StartApplication("e")) == NoSuchApplication("missing", needed_by="e")
    assert await apps.call(StartApplication("x")) == NoSuchApplication("x")


async def test_missing_dependencies_and_cycles_are_named_and_nothing_is_started(
    system: System, ward: Ward
) -> None:
    rooms = [Room("a", ward, "b"), Room("b", ward, "a"), Room("c", ward), Room("d", ward, "c", "x")]
    apps = await controlled(system, rooms)
    assert await apps.call(EnsureAllStarted(("d",))) == NoSuchApplication("x", needed_by="d")
    assert await apps.call(EnsureAllStarted(("c", "a"))) == DependencyCycle(("a", "b", "a"))
    assert ward.news() == ""


async def test_a_failed_start_stops_what_was_started_for_its_sake(
    system: System, ward: Ward, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms, start=("a",), permanence=TEMPORARY)
    ward.refusals["c"] = 1
    ward.news()
    failed = await apps.call(EnsureAllStarted(("c",)))
    assert isinstance(failed, ApplicationFailed)
    assert failed.name == "c"
    assert "failed to start child c/c (StartRefused: c)" in str(failed.reason)
    assert ward.news() == "b.tree +b c.tree !c b.prep_stop -b b.stop"
    assert [row.name for row in await apps.call(WhichApplications())] == ["a"]
    assert await apps.call(EnsureAllStarted(("c",))) == ApplicationsStarted(("b", "c"))


async def test_an_application_whose_name_is_taken_does_not_start(
    system: System, ward: Ward
) -> None:
    apps = await controlled(system, [Room("a", ward)])
    system.spawn(PlainTrapper, name="apps/a")
    failed = await apps.call(StartApplication("a"))
    assert isinstance(failed, ApplicationFailed)
    assert str(failed.reason) == "AlreadyStarted: apps/a is already started"


async def test_a_stopped_application_leaves_those_that_lean_on_it_alone(
    system: System, ward: Ward, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms, start=("b",))
    ward.news()
    assert await apps.call(StopApplication("a")) == ApplicationStopped("a")
    assert await apps.call(StopApplication("a")) == NotStarted("a")
    assert ward.news() == "a.prep_stop -a a.stop"
    assert apps.alive, "permanent or not: it was told to stop"
    assert [row.name for row in await apps.call(WhichApplications())] == ["b"]


@pytest.mark.parametrize("reason", [NORMAL, SHUTDOWN, Failed("lost")])
@pytest.mark.parametrize("permanence", Permanence)
async def test_the_death_of_an_application_ends_the_node_as_its_permanence_says(
    system: System, ward: Ward, rooms: list[Room], permanence: Permanence, reason: ExitReason
) -> None:
    apps = await controlled(system, rooms, start=("c", "d"), permanence=permanence)
    ward.news()
    with capture_logs() as logs:
        system.lookup("b").request_stop(reason)
        await settle(system)
    ends = permanence is PERMANENT or (permanence is TRANSIENT and reason != NORMAL)
    assert apps.alive is not ends
    if ends:
        assert apps.exit_reason == Failed(ENDED, f"b: {reason}")
        assert ward.news() == (
            "-b b.stop d.prep_stop -d d.stop c.prep_stop -c c.stop a.prep_stop -a a.stop"
        )
    else:
        assert ward.news() == "-b b.stop"
        assert [row.name for row in await apps.call(WhichApplications())] == ["a", "c", "d"]
    ended = next(entry for entry in logs if entry["event"] == "application.ended")
    assert (ended["log_level"], ended["application"]) == ("error" if ends else "warning", "b")


async def test_whoever_waits_for_the_node_hears_why_it_ended(
    system: System, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms, start=("d",))
    await end(system, "d/d")  # its supervisor permits no restart
    assert await apps.join() == Failed(ENDED, "d: shutdown")


async def test_a_killed_tree_is_tidied_up_after(
    system: System, ward: Ward, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms, start=("a",), permanence=TEMPORARY)
    ward.news()
    system.lookup("a").kill()
    await settle(system)
    assert ward.news() in {"-a a.stop", "a.stop -a"}
    assert await apps.call(WhichApplications()) == ()
    assert await apps.call(StartApplication("a")) == ApplicationsStarted(("a",))


async def test_an_application_whose_top_has_just_died_shows_none(
    system: System, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms, start=("a",), permanence=TEMPORARY)
    system.lookup("apps/a").suspend()
    system.lookup("a").kill()
    (row,) = await apps.call(WhichApplications())
    assert row.top is None
    system.lookup("apps/a").resume()


class Obstinate(Application):
    """Its top supervisor ends as it likes, not as it is told."""

    name = "a"

    def tree(self, environment: Environment) -> ActorFactory:
        def end_otherwise(_: object, __: object) -> None:
            raise RuntimeError("not so")

        return partial(PlainTrapper, on_terminate=end_otherwise)


async def test_a_tree_that_ends_badly_when_it_is_stopped_harms_nobody_else(
    system: System, ward: Ward
) -> None:
    apps = await controlled(system, [Obstinate(), Room("d", ward)], start=("a", "d"))
    assert await apps.call(StopApplication("a")) == ApplicationStopped("a")
    assert [row.name for row in await apps.call(WhichApplications())] == ["d"]


async def test_settings_of_the_node_go_before_those_of_the_application(
    system: System, ward: Ward
) -> None:
    room = Room("a", ward, environment={"size": 1, "colour": "red"})
    apps = await controlled(system, [room], settings={"a": {"size": 2}}, start=("a",))
    assert room.seen == [{"size": 2, "colour": "red"}]
    assert await apps.call(GetSetting("a", "size")) == 2
    assert await apps.call(GetSetting("a", "weight")) is None
    assert await apps.call(GetSetting("x", "size")) is None
    await apps.call(ChangeSetting("a", "size", 3))
    assert await apps.call(GetSetting("a", "size")) == 3
    assert room.seen[0]["size"] == 2, "what runs keeps what it was started with"
    await apps.call(StopApplication("a"))
    await apps.call(StartApplication("a"))
    assert room.seen[1]["size"] == 3
    assert room.environment == {"size": 1, "colour": "red"}


async def test_settings_of_an_application_that_is_not_there_are_refused(
    system: System, ward: Ward
) -> None:
    with pytest.raises(StartFailed, match="settings of 'b', which is no application"):
        await controlled(system, [Room("a", ward)], settings={"b": {}})
    with pytest.raises(StartFailed, match="two applications are called 'a'"):
        await controlled(system, [Room("a", ward), Room("a", ward)])


async def test_a_controller_lives_on_when_it_is_told_nonsense(
    system: System, rooms: list[Room]
) -> None:
    apps = await controlled(system, rooms, start=("a",))
    with pytest.raises(Exception, match="does not understand Nonsense"):
        await apps.call(Nonsense())
    apps.send("gossip")
    stranger = system.spawn(Actor)
    apps.exit(KILLED, source=stranger)
    await settle(system)
    assert len(await apps.call(WhichApplications())) == 1
