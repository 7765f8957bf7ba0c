import pytest

from actors.flow import UnknownBatcher
from runtime import System
from runtime.testing import VirtualClock, settle
from tests.actors.flow.line import Gate, Line, Stuck


@pytest.fixture
def line(system: System) -> Line:
    line = Line(system)
    line.start_head()
    line.start_intake()
    return line


async def test_without_batchers_what_is_handled_is_acknowledged(line: Line) -> None:
    line.start_processor()
    await line.push(1, "raise", 2, "fail")
    assert line.clerk.calls == [("queue", [1, 2], ["raise", "fail"])]
    facts = line.facts("processors/1")
    assert (facts["received"], facts["successful"], facts["failed"]) == ("4", "2", "2")


async def test_two_processors_share_the_work(line: Line, system: System) -> None:
    line.start_processor(1, max_demand=2)
    line.start_processor(2, max_demand=2)
    await settle(system)
    await line.push(1, 2, 3, 4)
    assert sorted(line.clerk.good) == [1, 2, 3, 4]
    assert line.facts("processors/1")["received"] == "2"
    assert line.facts("processors/2")["received"] == "2"


async def test_with_batchers_only_the_failed_are_acknowledged_here(line: Line) -> None:
    line.start_processor(batchers=("default",))
    line.start_batcher()
    await line.push(1, "raise", 2)
    assert line.clerk.calls == [("queue", [], ["raise"])]
    assert (await line.counts()).in_flight == 2


async def test_a_message_goes_to_the_batcher_it_is_meant_for(line: Line) -> None:
    line.start_processor(batchers=("rows", "cells"))
    line.start_batcher("rows")
    line.start_batcher("cells")
    for name in ("rows", "cells"):
        line.start_worker(batcher=name)
    await line.push("rows:1", "cells:1", "rows:1", "rows:1", "else:1")
    assert line.log.batched == [["rows:1"] * 3]
    assert line.clerk.reasons == [f"UnknownBatcher: {UnknownBatcher('else')}"]
    assert line.facts("batchers/cells/batcher")["gathering"] == "1"


async def test_a_killed_processor_s_messages_are_failed_and_its_successor_goes_on(
    line: Line, system: System
) -> None:
    gate = Gate(system)
    processor = line.start_processor(max_demand=4, handlers=Stuck(gate))
    await line.push(1, 2, 3, 4, 5, 6)
    assert gate.reached == [1]
    assert line.facts("processors/1")["in_hand"] == "2"
    processor.kill()
    await settle(system)
    assert line.clerk.bad == [1, 2, 3, 4]
    line.start_processor()
    await settle(system)
    assert line.clerk.good == [5, 6]


async def test_a_processor_finds_a_producer_that_was_restarted(
    line: Line, system: System, clock: VirtualClock
) -> None:
    line.start_processor()
    line.ref("producers/1").kill()
    await clock.advance(0.25, system=system)
    line.start_intake()
    await clock.advance(0.1, system=system)
    await line.push(1)
    assert line.clerk.good == [1]


async def test_a_processor_waits_while_no_batcher_wants_any(line: Line) -> None:
    line.start_processor(batchers=("default",), max_demand=4)
    await line.push(1, 2)
    assert line.facts("processors/1")["waiting"] == "2"
    assert line.facts("processors/1")["received"] == "0"
    line.start_batcher(size=2)
    line.start_worker()
    await line.push()
    assert line.clerk.good == [1, 2]
