from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from actors.flow import (
    Count,
    Counts,
    Custodian,
    Intake,
    Message,
    Puller,
    Push,
    SetRate,
    Source,
    run_messages,
)
from runtime import (
    SHUTDOWN,
    Backoff,
    ChildSpec,
    Ref,
    Shutdown,
    StartChild,
    Started,
    System,
    TerminateChild,
    Terminated,
    TreeNode,
)
from runtime.testing import VirtualClock, in_background, settle
from supervisors import (
    Batching,
    DynamicSupervisor,
    Pipeline,
    Processors,
    Producers,
    Supervisor,
    pipeline_child,
)
from tests.actors.flow.line import Clerk, Gate, Log, Stuck, Told

AnyMessage = Message[Any]


class Plant:
    """A pipeline called `plant` that batches by two, and what came of it."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.clerk = Clerk()
        self.log = Log()
        self.spec = Pipeline(
            handlers=partial(Told, self.log),
            producers=Producers(intake=Intake),
            processors=Processors(number=2, max_demand=10),
            batchers=(Batching(batch_size=2, batch_timeout_s=2.0, max_demand=8),),
            acknowledger=lambda: self.clerk,
            drain_s=10.0,
        )

    async def start(self, **changes: Any) -> Ref:
        self.spec = replace(self.spec, **changes)
        ref = await self.system.start(pipeline_child("plant", self.spec).start, name="plant")
        await settle(self.system)
        return ref

    def ref(self, place: str) -> Ref:
        return self.system.lookup(f"plant/{place}")

    async def push(self, *data: object) -> None:
        messages = tuple(Message(one, ack_ref="queue") for one in data)
        self.ref("producers/1").send(Push(messages))
        await settle(self.system)

    async def counts(self) -> Counts:
        return await self.system.call("plant/custodian", Count())


@pytest.fixture
def plant(system: System) -> Plant:
    return Plant(system)


def paths(node: TreeNode) -> list[str]:
    return [node.actor.path, *(path for child in node.children for path in paths(child))]


async def test_a_pipeline_stands_in_the_tree_in_the_order_of_its_flow(plant: Plant) -> None:
    top = await plant.start(batchers=(Batching(workers=2), Batching(name="rows")))
    tree = plant.system.tree(top)
    assert tree.actor.strategy == "rest_for_one"
    assert paths(tree) == [
        "plant",
        "plant/custodian",
        "plant/valve",
        "plant/producers",
        "plant/producers/1",
        "plant/processors",
        "plant/processors/1",
        "plant/processors/2",
        "plant/batchers",
        "plant/batchers/default",
        "plant/batchers/default/batcher",
        "plant/batchers/default/workers",
        "plant/batchers/default/workers/1",
        "plant/batchers/default/workers/2",
        "plant/batchers/rows",
        "plant/batchers/rows/batcher",
        "plant/batchers/rows/workers",
        "plant/batchers/rows/workers/1",
    ]


async def test_messages_are_handled_batched_and_acknowledged(plant: Plant) -> None:
    await plant.start()
    await plant.push(1, 2, "raise", 3, 4)
    assert plant.log.batched == [[1, 2], [3, 4]]
    assert plant.clerk.good == [1, 2, 3, 4]
    assert plant.clerk.bad == ["raise"]
    assert await plant.counts() == Counts(5, 4, 1, 0, 0, 0, 0)


async def test_a_pipeline_without_batchers_acknowledges_what_is_handled(plant: Plant) -> None:
    await plant.start(batchers=())
    await plant.push(1, 2)
    assert plant.clerk.good == [1, 2]


async def test_a_pipeline_is_a_child_of_any_supervisor(plant: Plant) -> None:
    system = plant.system
    top = await system.start(DynamicSupervisor, name="pipelines")
    assert isinstance(await top.call(StartChild(pipeline_child("a", plant.spec))), Started)
    outcome = await run_messages(system, "pipelines/a", [1])
    assert len(outcome.successful) == 1
    assert await top.call(TerminateChild("a")) == Terminated()
    assert system.names.paths() == ("pipelines",)


@pytest.mark.parametrize(
    "place",
    [
        "producers/1",
        "processors/1",
        "processors/2",
        "batchers/default/batcher",
        "batchers/default/workers/1",
    ],
)
async def test_a_killed_stage_is_restarted_alone_and_the_flow_goes_on(
    plant: Plant, clock: VirtualClock, place: str
) -> None:
    await plant.start()
    before = {path: plant.system.lookup(path) for path in plant.system.names.paths()}
    plant.ref(place).kill()
    await clock.advance(0.1, system=plant.system)
    await plant.push(1, 2)
    assert plant.clerk.good == [1, 2]
    changed = {path for path, ref in before.items() if plant.system.lookup(path) is not ref}
    assert changed == {f"plant/{place}"}


async def test_what_a_killed_processor_held_is_acknowledged_as_failed(
    plant: Plant, clock: VirtualClock
) -> None:
    gate = Gate(plant.system)
    await plant.start(
        handlers=partial(Stuck, gate),
        processors=Processors(number=1, max_demand=10),
        batchers=(),
    )
    await plant.push(1, 2)
    plant.ref("processors/1").kill()
    await clock.advance(0.1, system=plant.system)
    assert plant.clerk.bad == [1, 2]
    assert plant.clerk.reasons == ["its actor ended (killed)"] * 2
    await plant.push(3)
    gate.open()
    await settle(plant.system)
    assert plant.clerk.good == [3]


async def test_when_the_custodian_goes_everything_behind_it_goes_too(plant: Plant) -> None:
    await plant.start()
    before = plant.ref("processors/1")
    plant.ref("custodian").kill()
    await settle(plant.system)
    assert plant.ref("processors/1") is not before
    await plant.push(1, 2)
    assert plant.clerk.good == [1, 2]


async def test_a_stop_lets_everything_in_flight_be_handled(
    plant: Plant, clock: VirtualClock
) -> None:
    gate = Gate(plant.system)
    top = await plant.start(
        handlers=partial(Stuck, gate), processors=Processors(number=1, max_demand=10)
    )
    await plant.push(1, 2, 3)
    stopping = in_background(top.stop(SHUTDOWN))
    for _ in range(3):
        await settle(plant.system)
        gate.open()
    await settle(plant.system)
    gate.open()
    await settle(plant.system)
    assert not stopping.done()
    gate.open()
    await stopping
    assert plant.clerk.good == [1, 2, 3]
    assert plant.clerk.bad == []
    assert clock.monotonic() == 0.0


async def test_a_stop_flushes_batches_that_are_not_full(plant: Plant, clock: VirtualClock) -> None:
    top = await plant.start()
    await plant.push(1)
    await top.stop(SHUTDOWN)
    assert plant.log.batched == [[1]]
    assert plant.clerk.good == [1]
    assert clock.monotonic() == 0.0


async def test_what_is_not_through_in_time_is_acknowledged_as_failed(
    plant: Plant, clock: VirtualClock
) -> None:
    gate = Gate(plant.system)
    top = await plant.start(handlers=partial(Stuck, gate))
    await plant.push(1)
    stopping = in_background(top.stop(SHUTDOWN))
    await clock.advance(9.9, system=plant.system)
    assert not stopping.done()
    await clock.advance(0.1, system=plant.system)
    await stopping
    assert plant.clerk.calls == [("queue", [], [1])]


class Endless(Source[int]):
    """Never runs dry."""

    def __init__(self) -> None:
        self.given = 0

    def pull(self, demand: int) -> Sequence[Message[int]]:
        self.given += demand
        return [Message(self.given) for _ in range(demand)]


async def test_the_rate_of_all_producers_is_limited_and_may_be_changed(
    plant: Plant, clock: VirtualClock
) -> None:
    top = await plant.start(
        producers=Producers(
            intake=lambda: Puller(Endless()),
            number=2,
            messages_per_interval=10,
            interval_s=1.0,
        ),
        batchers=(),
    )
    assert len(plant.clerk.good) == 10
    await clock.advance(3.0, system=plant.system)
    assert len(plant.clerk.good) == 40
    await plant.system.call("plant/valve", SetRate(5, 1.0))
    await clock.advance(3.0, system=plant.system)
    assert len(plant.clerk.good) == 55
    stopping = in_background(top.stop(SHUTDOWN))
    await clock.advance(10.0, system=plant.system)
    await stopping
    counts = len(plant.clerk.good), len(plant.clerk.bad)
    assert counts[0] == 55 + 40  # pulled before the stop, let in by the rate
    assert counts[1] == 0


async def test_a_pipeline_that_gives_up_does_not_wait_for_what_cannot_come_through(
    plant: Plant, clock: VirtualClock
) -> None:
    gate = Gate(plant.system)
    top = await plant.start(handlers=partial(Stuck, gate), intensity=0)
    await plant.push(1)
    plant.ref("processors/1").kill()
    plant.ref("processors/2").exit(SHUTDOWN)
    await clock.advance(0.0, system=plant.system)
    assert top.exit_reason == SHUTDOWN
    assert plant.clerk.bad == [1]


async def test_a_killed_pipeline_still_acknowledges_what_it_held(plant: Plant) -> None:
    gate = Gate(plant.system)
    top = await plant.start(handlers=partial(Stuck, gate))
    await plant.push(1)
    top.kill()
    await settle(plant.system)
    assert plant.clerk.bad == [1]
    assert plant.system.names.paths() == ()


async def test_a_pipeline_whose_custodian_is_suspended_stops_all_the_same(
    plant: Plant, clock: VirtualClock
) -> None:
    top = await plant.start()
    plant.ref("custodian").suspend()
    stopping = in_background(top.stop(SHUTDOWN))
    await clock.advance(30.0, system=plant.system)
    await stopping
    assert top.exit_reason == SHUTDOWN


async def test_a_producer_with_a_backoff_never_spends_the_intensity(
    plant: Plant, clock: VirtualClock
) -> None:
    backoff = Backoff(initial_s=1.0, jitter=0.0)
    top = await plant.start(producers=Producers(intake=Intake, backoff=backoff), intensity=0)
    for _ in range(3):
        plant.ref("producers/1").exit(Shutdown("lost"))
        await clock.advance(5.0, system=plant.system)
    assert top.alive
    await plant.push(1, 2)
    assert plant.clerk.good == [1, 2]


async def test_without_an_acknowledger_the_pipeline_runs_all_the_same(plant: Plant) -> None:
    await plant.start(acknowledger=None)
    await plant.push(1, 2)
    assert (await plant.counts()).successful == 2


def changed(**changes: Any) -> Callable[[Pipeline], Pipeline]:
    return lambda spec: replace(spec, **changes)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (changed(producers=Producers(intake=Intake, number=0)), "producers.number is 0"),
        (
            changed(producers=Producers(intake=Intake, messages_per_interval=-1)),
            "producers.messages_per_interval is -1",
        ),
        (changed(producers=Producers(intake=Intake, interval_s=0.0)), "interval_s is 0"),
        (changed(processors=Processors(number=0)), "processors.number is 0"),
        (
            changed(processors=Processors(max_demand=5, min_demand=5)),
            "processors.min_demand is 5 of max_demand 5",
        ),
        (changed(processors=Processors(max_demand=0)), "processors.min_demand is 0"),
        (changed(batchers=(Batching(name=""),)), "may not be called ''"),
        (changed(batchers=(Batching(name="a/b"),)), "may not be called 'a/b'"),
        (changed(batchers=(Batching(), Batching())), "may not be called 'default'"),
        (changed(batchers=(Batching(batch_size=0),)), "batch_size of default is 0"),
        (changed(batchers=(Batching(batch_timeout_s=0.0),)), "batch_timeout_s of default is 0"),
        (changed(batchers=(Batching(workers=0),)), "workers of default is 0"),
        (changed(batchers=(Batching(max_demand=0),)), "max_demand of default is 0"),
        (changed(drain_s=-1.0), "drain_s is -1"),
        (changed(max_acknowledging=-1), "max_acknowledging is -1"),
    ],
)
async def test_a_specification_that_makes_no_sense_is_refused(
    plant: Plant, change: Callable[[Pipeline], Pipeline], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        change(plant.spec)


async def test_a_pipeline_below_a_supervisor_ends_with_it(plant: Plant) -> None:
    specs = [pipeline_child("a", plant.spec), ChildSpec(id="b", start=Custodian)]
    top = await plant.system.start(partial(Supervisor, specs), name="top")
    outcome = await run_messages(plant.system, "top/a", [1, "raise"])
    assert (len(outcome.successful), len(outcome.failed)) == (1, 1)
    await top.stop(SHUTDOWN)
    assert plant.system.names.paths() == ()
    assert top.exit_reason == SHUTDOWN
