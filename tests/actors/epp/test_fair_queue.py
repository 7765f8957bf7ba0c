from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.epp.fair_queue import FairQueue

origins = st.sampled_from(["a", "b", "c", "d"])
orders = st.lists(
    st.one_of(st.tuples(st.just("put"), origins), st.tuples(st.just("take"), origins))
)


@given(orders)
def test_within_an_origin_first_come_is_first_served(
    orders: list[tuple[str, str]],
) -> None:
    queue: FairQueue[tuple[str, int]] = FairQueue()
    taken: dict[str, list[int]] = defaultdict(list)
    put = 0
    for number, (what, origin) in enumerate(orders):
        if what == "put":
            queue.put(origin, (origin, number))
            put += 1
        elif queue:
            whose, item = queue.take()
            taken[whose].append(item)
    assert all(items == sorted(items) for items in taken.values())
    assert len(queue) == put - sum(map(len, taken.values())) == len(list(queue))


@given(st.dictionaries(origins, st.integers(1, 20), min_size=1))
def test_no_origin_waits_for_more_than_one_of_each_other(sizes: dict[str, int]) -> None:
    queue: FairQueue[str] = FairQueue()
    for origin, size in sizes.items():
        for _ in range(size):
            queue.put(origin, origin)
    served: Counter[str] = Counter()
    while queue:
        served[queue.take()] += 1
        turns = [served[origin] for origin, size in sizes.items() if served[origin] < size]
        assert not turns or max(turns) - min(turns) <= 1
    assert served == sizes


@given(orders, st.integers(0, 3))
def test_what_is_removed_is_gone_and_nothing_else(orders: list[tuple[str, str]], rest: int) -> None:
    queue: FairQueue[int] = FairQueue()
    for number, (_, origin) in enumerate(orders):
        queue.put(origin, number)
    removed = queue.remove_where(lambda item: item % 4 == rest)
    assert sorted(removed) == [number for number in range(len(orders)) if number % 4 == rest]
    left = [queue.take() for _ in range(len(queue))]
    assert sorted(left) == [number for number in range(len(orders)) if number % 4 != rest]


def test_what_is_put_first_goes_next_whatever_its_origin() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("a", "a1")
    queue.put("b", "b1")
    queue.put("b", "again", first=True)
    queue.put("c", "new", first=True)
    assert [queue.take() for _ in range(4)] == ["new", "again", "a1", "b1"]


def test_nobody_waits_in_an_empty_line() -> None:
    with pytest.raises(IndexError):
        FairQueue[str]().take()
