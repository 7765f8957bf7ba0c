import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import (
    NotRunning,
    Partitioned,
    PartitionKey,
    Partitions,
    System,
    UnknownPath,
    partition_of,
)
from tests.runtime.scripts import Echo, Flavour, PlainScript, heard

KEYS = st.recursive(
    st.integers() | st.text() | st.binary(),
    lambda keys: st.lists(keys, max_size=3).map(tuple),
    max_leaves=6,
)


class Spread(Partitioned):
    def __init__(self, partitions: int) -> None:
        self.partitions = partitions


@given(KEYS, st.integers(1, 64))
def test_a_key_belongs_to_one_of_the_partitions_and_always_to_the_same(
    key: "int | str | bytes", partitions: int
) -> None:
    number = partition_of(key, partitions)
    assert 0 <= number < partitions
    assert partition_of(key, partitions) == number


@pytest.mark.parametrize(("key", "number"), [(0, 0), (7, 3), (-7, 3), (4, 0), (-1, 1)])
def test_an_integer_goes_by_the_remainder_of_its_absolute_value(key: int, number: int) -> None:
    assert partition_of(key, 4) == number


def test_a_key_belongs_to_the_same_partition_in_another_process() -> None:
    code = "from runtime import partition_of; print(partition_of(('a', b'b', 3), 1_000_003))"
    seeds = ("1", "2")
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in seeds
    }
    assert answers == {str(partition_of(("a", b"b", 3), 1_000_003))}


def test_keys_that_look_alike_are_told_apart() -> None:
    keys: list[PartitionKey] = [
        "1",
        b"1",
        (1,),
        ("1",),
        ("1", ""),
        ("", "1"),
        (("1",),),
        (b"1",),
        ("11",),
        ("1", "1"),
    ]
    assert len({partition_of(key, 1 << 31) for key in keys}) == len(keys)


def test_keys_are_spread_evenly() -> None:
    counts = Counter(partition_of(f"user-{number}@example", 8) for number in range(8_000))
    assert len(counts) == 8
    assert min(counts.values()) > 700
    assert max(counts.values()) < 1_300


def test_a_key_whose_hash_would_differ_from_run_to_run_is_refused() -> None:
    with pytest.raises(TypeError, match="object is no key"):
        partition_of(object(), 4)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def test_the_way_leads_to_the_child_of_the_keys_number(
    system: System, flavour: Flavour
) -> None:
    spread = Partitions(system, "spread")
    system.spawn(lambda: Spread(3), name="spread")
    children = [system.spawn(flavour.script, name=f"spread/{number}") for number in range(3)]
    assert len(spread) == 3
    assert spread.route(4) is children[1]
    assert spread.route(children[0]) is children[partition_of(children[0], 3)]
    assert await spread.call(5, Echo("x")) == "x"
    spread.cast(5, "mail")
    assert await heard(children[2]) == ("mail",)


async def test_a_way_to_nowhere_says_so(system: System) -> None:
    nowhere = Partitions(system, "spread")
    with pytest.raises(UnknownPath):
        len(nowhere)
    system.spawn(lambda: Spread(2), name="spread")
    with pytest.raises(UnknownPath, match="spread/1"):
        nowhere.route(1)
    with pytest.raises(NotRunning, match="spread/1"):
        nowhere.cast(1, "mail")
    system.spawn(lambda: Spread(0), name="empty")
    with pytest.raises(UnknownPath, match="empty/0"):
        await Partitions(system, "empty").call(1, Echo("x"))
    system.spawn(PlainScript, name="plain")
    with pytest.raises(TypeError, match="plain has no partitions"):
        Partitions(system, "plain").route("x")
