import pytest

from runtime import System
from runtime.testing import VirtualClock, settle
from tests.actors.flow.line import Gate, Line, Stuck


@pytest.fixture
def line(system: System) -> Line:
    line = Line(system)
    line.start_head()
    line.start_intake()
    line.start_processor(batchers=("default",))
    line.start_batcher(size=2)
    return line


async def test_what_became_of_a_batch_is_acknowledged(line: Line) -> None:
    line.start_worker()
    await line.push(1, 2, "raise the batch", 3, "fail some", 4)
    assert line.clerk.calls == [
        ("queue", [1, 2], []),
        ("queue", [], ["raise the batch", 3]),
        ("queue", [4], ["fail some"]),
    ]
    facts = line.facts("batchers/default/workers/1")
    assert facts["batches"] == "3"
    assert (facts["successful"], facts["failed"]) == ("3", "3")
    assert (facts["batch_mean"], facts["batch_largest"]) == ("2.0", "2")


async def test_a_worker_has_one_batch_at_a_time(line: Line, system: System) -> None:
    gate = Gate(system)
    line.start_worker(handlers=Stuck(gate))
    await line.push(1, 2, 3, 4)
    assert gate.reached == [[1, 2]]
    facts = line.facts("batchers/default/workers/1")
    assert (facts["in_hand"], facts["batch_mean"]) == ("2", "0")
    gate.open()
    await settle(system)
    assert gate.reached == [[1, 2], [3, 4]]
    gate.open()
    await settle(system)


async def test_a_killed_worker_s_batch_is_failed_and_its_successor_goes_on(
    line: Line, system: System, clock: VirtualClock
) -> None:
    gate = Gate(system)
    worker = line.start_worker(handlers=Stuck(gate))
    await line.push(1, 2, 3, 4)
    worker.kill()
    await settle(system)
    assert line.clerk.bad == [1, 2]
    line.start_worker()
    await settle(system)
    assert line.clerk.good == [3, 4]


async def test_a_worker_finds_a_batcher_that_was_restarted(
    line: Line, system: System, clock: VirtualClock
) -> None:
    line.start_worker()
    line.ref("batchers/default/batcher").kill()
    await clock.advance(0.15, system=system)
    line.start_batcher(size=2)
    await clock.advance(0.1, system=system)
    await line.push(1, 2)
    assert line.clerk.good == [1, 2]
