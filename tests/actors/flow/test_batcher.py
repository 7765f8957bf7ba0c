import pytest

from actors.flow import Batcher, BatchInfo, Message, Push
from actors.flow.orders import Flush
from runtime import System
from runtime.testing import VirtualClock, behind, settle
from tests.actors.flow.line import Gate, Line, Stuck


@pytest.fixture
def line(system: System) -> Line:
    line = Line(system)
    line.start_head()
    line.start_intake()
    line.start_processor(batchers=("default",))
    return line


async def test_a_batch_is_full_at_its_size(line: Line) -> None:
    line.start_batcher(size=3)
    line.start_worker()
    await line.push(1, 2, 3, 4, 5, 6, 7)
    assert line.log.batches == [
        ([1, 2, 3], BatchInfo("default", None, 3, "size")),
        ([4, 5, 6], BatchInfo("default", None, 3, "size")),
    ]
    assert line.clerk.good == [1, 2, 3, 4, 5, 6]
    assert line.facts("batchers/default/batcher")["gathering"] == "1"


async def test_a_batch_waits_no_longer_than_its_time(
    line: Line, system: System, clock: VirtualClock
) -> None:
    line.start_batcher(size=3)
    line.start_worker()
    await line.push(1)
    await clock.advance(1.5, system=system)
    await line.push(2)
    await clock.advance(0.4, system=system)
    assert line.log.batches == []
    await clock.advance(0.1, system=system)
    assert line.log.batches == [([1, 2], BatchInfo("default", None, 2, "timeout"))]


async def test_the_time_of_a_batch_that_was_full_does_not_end_the_next(
    line: Line, system: System, clock: VirtualClock
) -> None:
    batcher = line.start_batcher(size=2)
    line.start_worker()
    await line.push(1)
    batcher.suspend()
    await clock.advance(2.0, system=system)  # the note lies in the mailbox, behind nothing
    await line.push(2, 3)
    batcher.resume()
    await settle(system)
    assert line.log.batched == [[1], [2, 3]]
    await clock.advance(60.0, system=system)
    assert line.log.batched == [[1], [2, 3]]


async def test_a_note_about_an_earlier_batch_is_stale(
    line: Line, system: System, clock: VirtualClock
) -> None:
    batcher = line.start_batcher(size=2)
    line.start_worker()
    await line.push(1)
    batcher.suspend()
    line.ref("producers/1").send(Push((Message(2), Message(3))))
    await settle(system)
    await clock.advance(2.0, system=system)
    batcher.resume()
    await settle(system)
    assert line.log.batched == [[1, 2]]
    await clock.advance(1.9, system=system)
    assert line.log.batched == [[1, 2]]
    await clock.advance(0.1, system=system)
    assert line.log.batched == [[1, 2], [3]]


async def test_each_key_has_batches_of_its_own(line: Line) -> None:
    line.start_batcher(size=2)
    line.start_worker()
    await line.push("default:a", "default:b", "default:a", "default:b")
    assert [info.key for _, info in line.log.batches] == ["a", "b"]


async def test_a_message_to_be_flushed_takes_those_before_it_along(
    line: Line, system: System
) -> None:
    line.start_batcher(size=5)
    line.start_worker()
    await line.push(1)
    line.ref("producers/1").send(Push((Message(2, flush=True), Message(3))))
    await settle(system)
    assert line.log.batches == [([1, 2, 3], BatchInfo("default", None, 3, "flush"))]


async def test_a_message_to_be_flushed_may_fill_its_batch(line: Line, system: System) -> None:
    line.start_batcher(size=2, max_demand=8)
    line.start_worker()
    messages = (Message(1, flush=True), Message(2, flush=True))
    line.ref("producers/1").send(Push(messages))
    await settle(system)
    assert line.log.batches == [([1, 2], BatchInfo("default", None, 2, "size"))]


async def test_a_batcher_that_drains_lets_nothing_wait(line: Line, system: System) -> None:
    batcher = line.start_batcher(size=5)
    line.start_worker()
    await line.push("default:a", "default:b")
    batcher.send(Flush())
    await settle(system)
    assert line.log.batched == [["default:a"], ["default:b"]]
    await line.push("default:c")
    assert line.log.batched[2:] == [["default:c"]]
    assert line.facts("batchers/default/batcher")["batches_flushed"] == "3"


async def test_no_messages_are_taken_while_no_worker_is_free(line: Line, system: System) -> None:
    gate = Gate(system)
    line.start_batcher(size=2)
    line.start_worker(handlers=Stuck(gate))
    await line.push(*range(12))
    facts = line.facts("batchers/default/batcher")
    assert gate.reached == [[0, 1]]
    assert (facts["waiting"], facts["buffered"], facts["wanted"]) == ("2", "0", "0")
    for _ in range(6):
        gate.open()
        await settle(system)
    assert line.clerk.good == list(range(12))


async def test_two_workers_handle_two_batches_at_once(line: Line, system: System) -> None:
    gate = Gate(system)
    line.start_batcher(size=2)
    for index in (1, 2):
        line.start_worker(index, handlers=Stuck(gate))
    await line.push(1, 2, 3, 4)
    assert gate.reached == [[1, 2], [3, 4]]
    gate.open()
    await settle(system)


async def test_what_a_killed_batcher_gathered_is_failed_and_its_successor_goes_on(
    line: Line, system: System, clock: VirtualClock
) -> None:
    batcher = line.start_batcher(size=2)
    line.start_worker()
    await line.push(1)
    batcher.kill()
    await settle(system)
    assert line.clerk.bad == [1]
    line.start_batcher(size=2)
    await clock.advance(0.1, system=system)
    await line.push(2, 3)
    assert line.clerk.good == [2, 3]


async def test_a_batcher_finds_a_processor_that_was_restarted(
    line: Line, system: System, clock: VirtualClock
) -> None:
    batcher = line.start_batcher(size=2)
    line.start_worker()
    line.ref("processors/1").kill()
    await settle(system)
    line.start_processor(batchers=("default",))
    await clock.advance(0.1, system=system)
    await line.push(1, 2)
    assert line.clerk.good == [1, 2]
    assert len(behind(batcher, Batcher).subscriptions) == 1
