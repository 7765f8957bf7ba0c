import os
from functools import partial
from typing import Any

import pytest

from runtime import (
    Call,
    ChildCounts,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    CountChildren,
    Partitions,
    Ref,
    Resize,
    Resized,
    Restart,
    Sender,
    StartChild,
    Started,
    StartFailed,
    System,
)
from runtime.testing import settle
from supervisors import DynamicSupervisor, PartitionSupervisor, Strategy
from tests.runtime.scripts import Echo, Flavour, PlainScript
from tests.supervisors.ward import LOST, Ward, end, states


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


async def partitioned(system: System, child: ChildSpec, **options: Any) -> Ref:
    return await system.start(partial(PartitionSupervisor, child, **options), name="top")


async def test_there_is_one_child_a_processor_unless_told_otherwise(
    system: System, ward: Ward
) -> None:
    await partitioned(system, ward.spec("x"))
    assert len(Partitions(system, "top")) == os.cpu_count()
    assert system.whereis("top/0") is not None
    assert system.whereis(f"top/{os.cpu_count()}") is None


async def test_partitions_are_counted_from_nought_and_show_their_number(
    system: System, ward: Ward
) -> None:
    top = await partitioned(system, ward.spec("x"), partitions=3)
    assert await states(top) == dict.fromkeys("012", "running")
    assert await top.call(CountChildren()) == ChildCounts(3, 3, 0, 3)
    assert dict(top.snapshot().facts) == {"partitions": "3", "maximum": "3"}


@pytest.mark.parametrize("partitions", [0, -1])
async def test_no_partitions_make_no_sense(system: System, ward: Ward, partitions: int) -> None:
    with pytest.raises(StartFailed, match="partitions make no sense"):
        await partitioned(system, ward.spec("x"), partitions=partitions)


class Numbered(PlainScript):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def handle_call(self, request: Call[object], sender: Sender) -> object:
        return self.number


async def test_each_partition_is_told_its_number_also_when_it_returns(system: System) -> None:
    child = ChildSpec(id="x", start=PlainScript)
    await partitioned(system, child, partitions=2, numbered=Numbered)
    way = Partitions(system, "top")
    assert [await way.call(number, Echo(None)) for number in range(4)] == [0, 1, 0, 1]
    await end(system, "top/1")
    assert await way.call(1, Echo(None)) == 1


async def test_partitions_are_restarted_by_the_strategy(system: System, ward: Ward) -> None:
    await partitioned(
        system, ward.spec("x"), partitions=3, strategy=Strategy.ONE_FOR_ALL, intensity=1
    )
    ward.news()
    await end(system, "top/1")
    assert ward.news() == "-x -x -x +x +x +x"


async def test_a_supervisor_of_partitions_shrinks_and_grows_up_to_its_first_size(
    system: System, ward: Ward
) -> None:
    top = await partitioned(system, ward.spec("x"), partitions=3)
    way = Partitions(system, "top")
    assert await top.call(Resize(1)) == Resized(3, 1)
    assert len(way) == 1
    assert await states(top) == {"0": "running", "1": "stopped", "2": "stopped"}
    assert way.path(5) == "top/0"
    assert await top.call(Resize(3)) == Resized(1, 3)
    assert way.path(5) == "top/2"
    assert await top.call(Resize(3)) == Resized(3, 3)
    assert await top.call(Resize(0)) == Resized(3, 0)
    assert await top.call(CountChildren()) == ChildCounts(3, 0, 0, 3)


@pytest.mark.parametrize("size", [-1, 4])
async def test_a_size_out_of_bounds_is_refused(system: System, ward: Ward, size: int) -> None:
    top = await partitioned(system, ward.spec("x"), partitions=3)
    refused = await top.call(Resize(size))
    assert refused == ChildRefused("bad_size", "top")
    assert isinstance(refused, ChildRefused)
    assert refused.detail == f"{size} partitions; it may be 0 to 3"
    assert len(Partitions(system, "top")) == 3


async def test_what_a_shrinking_stopped_a_crash_does_not_bring_back(
    system: System, ward: Ward
) -> None:
    top = await partitioned(system, ward.spec("x"), partitions=3, strategy=Strategy.ONE_FOR_ALL)
    await top.call(Resize(2))
    await end(system, "top/0")
    assert await states(top) == {"0": "running", "1": "running", "2": "stopped"}


async def test_a_growth_that_fails_leaves_the_size_as_it_was(system: System, ward: Ward) -> None:
    refused: list[int] = []

    def start(number: int) -> PlainScript:
        if number in refused:
            raise LookupError(number)
        return PlainScript()

    top = await partitioned(system, ward.spec("x"), partitions=4, numbered=start)
    await top.call(Resize(1))
    refused.append(3)
    failed = await top.call(Resize(4))
    assert isinstance(failed, ChildFailed)
    assert (failed.id, str(failed.reason)) == ("3", "LookupError: 3")
    assert len(Partitions(system, "top")) == 1
    assert await states(top) == {"0": "running", "1": "stopped", "2": "stopped", "3": "stopped"}
    refused.clear()
    assert await top.call(Resize(4)) == Resized(1, 4)


async def test_temporary_partitions_come_back_by_a_resize(system: System, ward: Ward) -> None:
    top = await partitioned(system, ward.spec("x", restart=Restart.TEMPORARY), partitions=2)
    await top.call(Resize(1))
    assert await states(top) == {"0": "running"}
    assert await top.call(Resize(2)) == Resized(1, 2)
    assert await states(top) == {"0": "running", "1": "running"}


async def test_dynamic_supervisors_share_their_children_by_key(system: System, ward: Ward) -> None:
    await partitioned(system, ChildSpec(id="x", start=DynamicSupervisor), partitions=4)
    way = Partitions(system, "top")
    for number in range(8):
        outcome = await way.call(number, StartChild(ward.spec(f"c{number}")))
        assert isinstance(outcome, Started)
        assert outcome.ref.path == f"top/{number % 4}/c{number}"
    await end(system, "top/3/c7", LOST)
    await settle(system)
    assert (await way.call(3, CountChildren())).active == 2
