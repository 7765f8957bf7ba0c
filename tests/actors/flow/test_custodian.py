from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from actors.flow import Acknowledged, Custodian, Drain, Drained, Message, ReportTo
from actors.flow.orders import (
    Flush,
    Hold,
    Joined,
    Moved,
    Received,
    Release,
    Role,
    Settled,
    Stopped,
    StopProducing,
)
from runtime import Call, CallError, Ref, System, Unhandled
from runtime.testing import Probe, VirtualClock, behind, in_background, settle
from tests.actors.flow.line import Clerk, Gate, Line, Mishap

AnyMessage = Message[Any]


class Nonsense(Call[None]):
    """Nobody has a case for it."""


class Office:
    """A custodian, its acknowledger, and stages that only listen."""

    def __init__(
        self, system: System, then: Callable[[], Awaitable[None] | None] | None = None
    ) -> None:
        self.system = system
        self.clerk = Clerk(then)
        make = partial(Custodian, self.clerk, max_acknowledging=2)
        self.ref = system.spawn(make, name="line/custodian")
        self.valve = system.spawn(Probe, name="line/valve")

    def join(self, role: Role) -> Ref:
        stage = self.system.spawn(Probe)
        self.ref.send(Joined(stage, role))
        return stage

    async def receive(self, stage: Ref, *data: object, ack_ref: object = None) -> list[AnyMessage]:
        messages = [Message(one, ack_ref=ack_ref) for one in data]
        self.ref.send(Received(stage, tuple(messages)))
        await settle(self.system)
        return messages

    async def settle(self, *good: AnyMessage, bad: tuple[AnyMessage, ...] = ()) -> None:
        self.ref.send(Settled(good, bad))
        await settle(self.system)

    async def move(self, stage: Ref, to: Ref, *messages: AnyMessage) -> None:
        self.ref.send(Moved(stage, to, tuple(message.serial for message in messages)))
        await settle(self.system)

    def facts(self) -> dict[str, str]:
        return dict(self.ref.snapshot().facts)


def orders(stage: Ref) -> list[object]:
    """What a stage was told."""
    return behind(stage, Probe).seen


@pytest.fixture
def office(system: System) -> Office:
    return Office(system)


async def test_what_is_settled_is_acknowledged_once(office: Office) -> None:
    producer = office.join("producer")
    a, b = await office.receive(producer, "a", "b", ack_ref="queue")
    await office.settle(a, bad=(b.failed("no"),))
    await office.settle(a, b)
    assert office.clerk.calls == [("queue", ["a"], ["b"])]
    assert office.facts() == {
        "received": "2",
        "successful": "1",
        "failed": "1",
        "in_flight": "0",
        "acknowledging": "0",
        "acknowledger_errors": "0",
        "late": "2",
        "draining": "False",
    }


async def test_messages_are_acknowledged_in_groups_by_their_ack_ref(office: Office) -> None:
    producer = office.join("producer")
    a, b = await office.receive(producer, "a", "b", ack_ref="one")
    c, d = await office.receive(producer, "c", "d", ack_ref="two")
    await office.settle(a, c, b, bad=(d,))
    assert office.clerk.calls == [("one", ["a", "b"], []), ("two", ["c"], ["d"])]


async def test_a_reader_is_told_instead_of_the_acknowledger(office: Office, system: System) -> None:
    reader = system.spawn(Probe)
    (message,) = await office.receive(office.join("producer"), "a", ack_ref=ReportTo(reader))
    await office.settle(message)
    assert behind(reader, Probe).seen == [Acknowledged((message,), ())]
    assert office.clerk.calls == []


async def test_what_a_dead_stage_held_is_acknowledged_as_failed(
    office: Office, system: System
) -> None:
    producer, processor = office.join("producer"), office.join("processor")
    a, b = await office.receive(producer, "a", "b")
    await office.move(producer, processor, a)
    processor.kill()
    await settle(system)
    assert office.clerk.bad == ["a"]
    assert office.clerk.reasons == ["its actor ended (killed)"]
    producer.kill()
    await settle(system)
    assert office.clerk.bad == ["a", "b"]
    await office.settle(a, b)
    assert office.clerk.good == []


async def test_what_is_sent_to_the_dead_is_acknowledged_as_failed(
    office: Office, system: System
) -> None:
    producer, processor = office.join("producer"), office.join("processor")
    (a,) = await office.receive(producer, "a")
    processor.kill()
    await office.move(producer, processor, a)
    assert office.clerk.bad == ["a"]


async def test_what_the_dead_report_changes_nothing(office: Office, system: System) -> None:
    producer, processor = office.join("producer"), office.join("processor")
    (a,) = await office.receive(producer, "a")
    await office.move(producer, processor, a)
    processor.kill()
    await settle(system)
    await office.move(processor, producer, a)
    await office.receive(processor, "b")
    assert office.clerk.bad == ["a", "b"]
    assert office.facts()["in_flight"] == "0"


async def test_an_acknowledger_that_raises_is_counted_and_not_asked_again(
    system: System,
) -> None:
    def mishap() -> None:
        raise Mishap("as told")

    office = Office(system, mishap)
    (a,) = await office.receive(office.join("producer"), "a")
    await office.settle(a)
    await office.settle(a)
    assert office.clerk.good == ["a"]
    assert office.facts()["acknowledger_errors"] == "1"
    assert office.ref.alive


async def test_an_asynchronous_acknowledger_runs_beside_and_may_fail(system: System) -> None:
    gate = Gate(system)

    async def later() -> None:
        await gate.passed("a")
        raise Mishap("as told")

    office = Office(system, later)
    (a,) = await office.receive(office.join("producer"), "a")
    await office.settle(a)
    assert office.facts()["acknowledging"] == "1"
    gate.open()
    await settle(system)
    assert office.facts()["acknowledging"] == "0"
    assert office.facts()["acknowledger_errors"] == "1"


async def test_acknowledgements_that_lag_behind_close_the_valve(system: System) -> None:
    gate = Gate(system)
    office = Office(system, partial(gate.passed, None))
    messages = await office.receive(office.join("producer"), 1, 2, 3)
    for message in messages[:2]:
        await office.settle(message)
    assert orders(office.valve) == []
    await office.settle(messages[2])
    assert orders(office.valve) == [Hold()]
    gate.open()
    await settle(system)
    assert orders(office.valve) == [Hold(), Release()]


async def test_without_a_valve_the_lag_is_only_counted(system: System) -> None:
    gate = Gate(system)
    office = Office(system, partial(gate.passed, None))
    office.valve.kill()
    messages = await office.receive(office.join("producer"), 1, 2, 3)
    await office.settle(*messages)
    assert office.facts()["acknowledging"] == "3"
    gate.open()
    await settle(system)


async def test_a_drain_of_an_empty_pipeline_is_done_at_once(office: Office) -> None:
    assert await office.ref.call(Drain(5.0)) == Drained(0)
    assert await office.ref.call(Drain(5.0)) == Drained(0)


async def test_a_drain_waits_for_producers_messages_and_acknowledgements(
    system: System, clock: VirtualClock
) -> None:
    gate = Gate(system)
    office = Office(system, partial(gate.passed, None))
    producer, batcher = office.join("producer"), office.join("batcher")
    office.join("processor")
    drain = in_background(office.ref.call(Drain(5.0), timeout_s=60.0))
    await settle(system)
    assert orders(producer) == [StopProducing()]
    assert orders(batcher) == [Flush()]
    (a,) = await office.receive(producer, "a")
    office.ref.send(Stopped(producer))
    await settle(system)
    assert not drain.done()
    await office.settle(a)
    assert not drain.done()
    gate.open()
    assert await drain == Drained(0)
    await clock.advance(60.0, system=system)
    assert office.clerk.good == ["a"]


async def test_a_stage_that_joins_a_drain_is_told_to_drain(office: Office, system: System) -> None:
    first = office.join("producer")
    drain = in_background(office.ref.call(Drain(5.0), timeout_s=60.0))
    await settle(system)
    batcher, second = office.join("batcher"), office.join("producer")
    first.kill()
    await settle(system)
    assert orders(batcher) == [Flush()]
    assert orders(second) == [StopProducing()]
    assert not drain.done()
    second.kill()
    assert await drain == Drained(0)


async def test_what_is_not_handled_in_time_is_acknowledged_as_failed(
    office: Office, system: System, clock: VirtualClock
) -> None:
    producer, processor = office.join("producer"), office.join("processor")
    a, b = await office.receive(producer, "a", "b")
    drain = in_background(office.ref.call(Drain(5.0), timeout_s=60.0))
    await clock.advance(4.9, system=system)
    await office.move(producer, processor, a)
    assert not drain.done()
    await clock.advance(0.1, system=system)
    assert await drain == Drained(2)
    assert office.clerk.bad == ["a", "b"]
    await office.settle(a, b)
    await office.receive(producer, "c")
    assert (office.clerk.good, office.clerk.bad) == ([], ["a", "b", "c"])


async def test_a_drain_does_not_wait_for_ever_for_an_acknowledger(
    system: System, clock: VirtualClock
) -> None:
    gate = Gate(system)
    office = Office(system, partial(gate.passed, None))
    (a,) = await office.receive(office.join("processor"), "a")
    await office.settle(a)
    drain = in_background(office.ref.call(Drain(1.0), timeout_s=60.0))
    await clock.advance(5.9, system=system)
    assert not drain.done()
    await clock.advance(0.1, system=system)
    assert await drain == Drained(0)


async def test_a_custodian_leaves_nothing_unacknowledged(office: Office, system: System) -> None:
    await office.receive(office.join("producer"), "a")
    await office.ref.stop()
    assert office.clerk.bad == ["a"]
    assert office.clerk.reasons == ["the pipeline has ended (normal)"]


async def test_without_an_acknowledger_messages_are_counted_all_the_same(system: System) -> None:
    custodian = system.spawn(Custodian, name="line/custodian")
    producer = system.spawn(Probe)
    message = Message(1)
    custodian.send(Joined(producer, "producer"))
    custodian.send(Received(producer, (message,)))
    custodian.send(Settled((message,), ()))
    await settle(system)
    assert dict(custodian.snapshot().facts)["successful"] == "1"


async def test_a_custodian_understands_nothing_else(office: Office) -> None:
    office.ref.send("nonsense")
    with pytest.raises(Unhandled):
        await office.ref.call(Nonsense())
    assert office.ref.snapshot().unhandled == 2


async def test_a_line_without_a_custodian_does_not_start(system: System) -> None:
    with pytest.raises(Exception, match="line/custodian"):
        Line(system).start_intake()
    assert issubclass(CallError, Exception)
