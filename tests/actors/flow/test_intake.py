from typing import Any

import pytest

from actors.flow import Drain, Drained, Intake, Message
from actors.flow.orders import Hold, Release
from runtime import System
from runtime.testing import VirtualClock, behind, in_background, settle
from tests.actors.flow.line import Line


class Narrow(Intake[Any]):
    """Holds two messages."""

    buffer_size = 2


class Slow(Intake[Any]):
    """Says only later that it has stopped."""

    def stop_producing(self) -> None:
        self.send_after(3.0, "stopped")

    def handle_info(self, message: object) -> object:
        if message == "stopped":
            return self.stopped()
        return super().handle_info(message)


@pytest.fixture
def line(system: System) -> Line:
    return Line(system)


async def test_what_is_emitted_goes_through_valve_and_demand(line: Line) -> None:
    line.start_head(rate=2)
    line.start_intake()
    line.start_processor()
    await line.push(1, 2, 3)
    assert line.clerk.good == [1, 2]
    facts = line.facts("producers/1")
    assert (facts["received"], facts["at_the_valve"], facts["delivered"]) == ("3", "1", "2")


async def test_the_valve_is_asked_once_for_each_message(line: Line, system: System) -> None:
    line.start_head()
    line.start_intake()
    line.ref("valve").send(Hold())
    await line.push(1, 2)
    await line.push(3)
    assert line.facts("valve")["waiting"] == "3"
    line.ref("valve").send(Release())
    await settle(system)
    assert line.facts("valve")["granted"] == "3"
    assert line.facts("producers/1")["buffered"] == "3"


async def test_nothing_emitted_is_nothing_received(line: Line) -> None:
    line.start_head()
    line.start_intake()
    await line.push()
    assert (await line.counts()).received == 0


async def test_what_has_no_room_before_the_valve_is_acknowledged_as_failed(
    line: Line, system: System
) -> None:
    line.start_head()
    line.start_intake(Narrow)
    line.ref("valve").send(Hold())
    await line.push(1, 2, 3)
    assert line.clerk.bad == [1]
    assert line.clerk.reasons == ["there was no room for it"]
    await line.push(4)
    assert line.clerk.bad == [1, 2]
    line.ref("valve").send(Release())
    await settle(system)
    assert line.facts("producers/1")["discarded"] == "2"
    assert line.facts("producers/1")["buffered"] == "2"


async def test_what_has_no_room_behind_the_valve_is_acknowledged_as_failed(line: Line) -> None:
    line.start_head()
    line.start_intake(Narrow)
    await line.push(1, 2)
    await line.push(3)
    assert line.clerk.bad == [1]
    line.start_processor()
    await line.push(4)
    assert sorted(line.clerk.good) == [2, 3, 4]


async def test_an_intake_that_drains_says_so_when_its_source_has_stopped(
    line: Line, system: System, clock: VirtualClock
) -> None:
    line.start_head()
    intake = line.start_intake(Slow)
    drain = in_background(line.ref("custodian").call(Drain(30.0), timeout_s=60.0))
    await settle(system)
    assert behind(intake, Slow).stopping
    assert not drain.done()
    await clock.advance(3.0, system=system)
    assert await drain == Drained(0)


class Generous(Intake[int]):
    """Meets the first demand with one message, and remembers all of it."""

    def __init__(self) -> None:
        self.demanded = 0

    def handle_demand(self, demand: int) -> None:
        if self.demanded == 0:
            self.emit([Message(demand)])
        self.demanded += demand


async def test_demand_is_not_passed_on_in_a_drain(line: Line, system: System) -> None:
    line.start_head()
    intake = line.start_intake(Generous)
    assert await line.ref("custodian").call(Drain(30.0)) == Drained(0)
    line.start_processor()
    await settle(system)
    assert behind(intake, Generous).demanded == 0


async def test_demand_reaches_the_source(line: Line, system: System) -> None:
    line.start_head()
    intake = line.start_intake(Generous)
    line.start_processor(max_demand=2)
    await settle(system)
    assert behind(intake, Generous).demanded == 2 + 1
    assert (await line.counts()).successful == 1


async def test_what_a_dead_intake_held_is_acknowledged_as_failed(
    line: Line, system: System
) -> None:
    line.start_head(rate=1)
    intake = line.start_intake()
    await line.push(1, 2)
    intake.kill()
    await settle(system)
    assert line.clerk.bad == [1, 2]


async def test_an_intake_understands_nothing_else(line: Line, system: System) -> None:
    line.start_head()
    intake = line.start_intake()
    intake.send("nonsense")
    await settle(system)
    assert intake.snapshot().unhandled == 1
