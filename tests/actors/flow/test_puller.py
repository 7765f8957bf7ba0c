from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import pytest

from actors.flow import Drain, Drained, Message, Puller, Source
from runtime import Crashed, Ref, System
from runtime.testing import VirtualClock, in_background, settle
from tests.actors.flow.line import Gate, Line, Mishap

AnyMessage = Message[Any]


class Queue(Source[int]):
    """Gives what it has; keeps what it was asked."""

    def __init__(self, stock: int = 0) -> None:
        self.stock = stock
        self.demands: list[int] = []
        self.closed = False
        self._next = 0

    def pull(self, demand: int) -> Sequence[Message[int]] | Awaitable[Sequence[Message[int]]]:
        self.demands.append(demand)
        return self.take(demand)

    def take(self, demand: int) -> Sequence[Message[int]]:
        number = min(demand, self.stock)
        self.stock -= number
        self._next += number
        return [Message(one) for one in range(self._next - number, self._next)]

    def close(self) -> None:
        self.closed = True


class SlowQueue(Queue):
    """Waits at a gate before it gives."""

    def __init__(self, gate: Gate, stock: int = 0) -> None:
        super().__init__(stock)
        self._gate = gate
        self.mishap: Callable[[], None] = lambda: None

    async def pull(self, demand: int) -> Sequence[Message[int]]:
        self.demands.append(demand)
        await self._gate.passed(demand)
        self.mishap()
        return self.take(demand)


@pytest.fixture
def line(system: System) -> Line:
    line = Line(system)
    line.start_head()
    return line


def start(line: Line, source: Source[int]) -> Ref:
    return line.start_intake(partial(Puller, source, poll_s=1.0))


async def test_the_source_is_asked_for_what_is_demanded(line: Line, system: System) -> None:
    queue = Queue(12)
    start(line, queue)
    line.start_processor(max_demand=10)
    await settle(system)
    assert line.clerk.good == list(range(12))
    assert queue.demands[0] == 10
    assert sum(queue.demands) >= 12


async def test_an_empty_source_is_asked_again_after_a_pause(
    line: Line, system: System, clock: VirtualClock
) -> None:
    queue = Queue()
    start(line, queue)
    line.start_processor(max_demand=10)
    await clock.advance(0.9, system=system)
    assert queue.demands == [10]
    queue.stock = 1
    await clock.advance(0.1, system=system)
    assert line.clerk.good == [0]
    assert queue.demands == [10, 10, 9]


async def test_demand_that_comes_in_a_pause_waits_for_its_end(
    line: Line, system: System, clock: VirtualClock
) -> None:
    queue = Queue()
    start(line, queue)
    line.start_processor(max_demand=10)
    await settle(system)
    line.start_processor(2, max_demand=5)
    await clock.advance(1.0, system=system)
    assert queue.demands == [10, 15]


async def test_a_pull_may_take_its_time_and_is_alone(line: Line, system: System) -> None:
    gate = Gate(system)
    queue = SlowQueue(gate, stock=3)
    start(line, queue)
    line.start_processor(max_demand=10)
    await settle(system)
    line.start_processor(2, max_demand=5)
    await settle(system)
    assert queue.demands == [10]
    gate.open()
    await settle(system)
    assert line.clerk.good == [0, 1, 2]
    assert queue.demands == [10, 12]


async def test_a_source_that_raises_ends_its_intake(line: Line, system: System) -> None:
    class Broken(Queue):
        def pull(self, demand: int) -> Sequence[Message[int]]:
            raise Mishap("as told")

    intake = start(line, Broken())
    line.start_processor()
    await settle(system)
    assert isinstance(intake.exit_reason, Crashed)


async def test_a_pull_that_fails_later_ends_its_intake(line: Line, system: System) -> None:
    def mishap() -> None:
        raise Mishap("as told")

    gate = Gate(system)
    queue = SlowQueue(gate)
    queue.mishap = mishap
    intake = start(line, queue)
    line.start_processor()
    await settle(system)
    gate.open()
    await settle(system)
    assert str(intake.exit_reason) == "Mishap: as told"


async def test_a_drain_stops_the_pulls(line: Line, system: System, clock: VirtualClock) -> None:
    queue = Queue()
    start(line, queue)
    line.start_processor()
    await settle(system)
    assert await line.ref("custodian").call(Drain(5.0)) == Drained(0)
    assert queue.closed
    queue.stock = 5
    await clock.advance(10.0, system=system)
    assert queue.demands == [10]


async def test_a_drain_waits_for_a_pull_that_runs(line: Line, system: System) -> None:
    gate = Gate(system)
    queue = SlowQueue(gate, stock=2)
    start(line, queue)
    line.start_processor()
    await settle(system)
    drain = in_background(line.ref("custodian").call(Drain(5.0), timeout_s=60.0))
    await settle(system)
    assert queue.closed
    assert not drain.done()
    gate.open()
    assert await drain == Drained(0)
    assert line.clerk.good == [0, 1]
    assert queue.demands == [10]


async def test_a_source_has_to_say_how_it_is_pulled() -> None:
    with pytest.raises(NotImplementedError):
        Source[int]().pull(1)
    Source[int]().close()


async def test_a_puller_understands_nothing_else(line: Line, system: System) -> None:
    intake = start(line, Queue())
    intake.send("nonsense")
    await settle(system)
    assert intake.snapshot().unhandled == 1
