import pytest

from runtime import KILLED, Crashed, Exited, System
from runtime.testing import settle
from supervisors import Application
from supervisors.application import (
    ApplicationFailed,
    ApplicationsStarted,
    ApplicationStopped,
    StartApplication,
    StopApplication,
    WhichApplications,
)
from tests.runtime.scripts import Flavour
from tests.supervisors.applications import Room, controlled
from tests.supervisors.ward import Ward


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


async def test_start_phases_come_after_the_tree_in_order(system: System, ward: Ward) -> None:
    room = Room("a", ward, phases=("load", "open"))
    await controlled(system, [room], start=("a",))
    assert ward.news() == "a.tree +a a.load a.open"


async def test_a_start_phase_that_fails_stops_the_tree_again(system: System, ward: Ward) -> None:
    room = Room("a", ward, phases=("load", "open"))
    room.failing.add("load")
    apps = await controlled(system, [room])
    failed = await apps.call(StartApplication("a"))
    assert isinstance(failed, ApplicationFailed)
    assert str(failed.reason) == "CallbackFailed: a.load"
    assert ward.news() == "a.tree +a a.load -a a.stop"
    assert system.names.paths() == ("apps",)
    room.failing.clear()
    assert await apps.call(StartApplication("a")) == ApplicationsStarted(("a",))


async def test_an_application_without_a_tree_does_not_start(system: System) -> None:
    class Nothing(Application):
        name = "a"

    apps = await controlled(system, [Nothing()])
    failed = await apps.call(StartApplication("a"))
    assert isinstance(failed, ApplicationFailed)
    assert isinstance(failed.reason, Crashed)
    assert isinstance(failed.reason.error, NotImplementedError)


@pytest.mark.parametrize("callback", ["prep_stop", "stop"])
async def test_a_callback_that_fails_does_not_keep_the_tree_from_stopping(
    system: System, ward: Ward, callback: str
) -> None:
    room = Room("a", ward)
    room.failing.add(callback)
    apps = await controlled(system, [room], start=("a",))
    ward.news()
    assert await apps.call(StopApplication("a")) == ApplicationStopped("a")
    assert ward.news() == "a.prep_stop -a a.stop"
    assert system.names.paths() == ("apps",)


async def test_a_tree_that_dies_in_a_start_phase_takes_the_application_with_it(
    system: System, ward: Ward
) -> None:
    class Fragile(Room):
        async def start_phase(self, phase: str, top: object) -> None:
            system.lookup("a").kill()

    apps = await controlled(system, [Fragile("a", ward, phases=("load",))])
    await apps.call(StartApplication("a"))
    await settle(system)
    assert await apps.call(WhichApplications()) == ()
    assert apps.alive


async def test_a_killed_master_takes_the_tree_with_it_in_order(system: System, ward: Ward) -> None:
    apps = await controlled(system, [Room("a", ward)])
    await apps.call(StartApplication("a"))
    ward.news()
    system.lookup("apps/a").kill()
    await settle(system)
    assert ward.news() == "-a"
    assert system.names.paths() == ("apps",)


async def test_a_master_ignores_the_death_of_strangers(system: System, ward: Ward) -> None:
    apps = await controlled(system, [Room("a", ward)], start=("a",))
    master = system.lookup("apps/a")
    master.send(Exited(apps, "apps", KILLED))
    await settle(system)
    assert master.snapshot().unhandled == 1
    assert master.alive
