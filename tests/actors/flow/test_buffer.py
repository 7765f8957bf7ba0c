from hypothesis import given
from hypothesis import strategies as st

from actors.flow.buffer import Buffer, Keep


def test_events_come_out_in_the_order_they_went_in() -> None:
    buffer: Buffer[int] = Buffer(10)
    assert buffer.add([1, 2]) == []
    assert buffer.add([3]) == []
    assert buffer.take(2) == [1, 2]
    assert buffer.take(5) == [3]
    assert len(buffer) == 0


def test_a_full_buffer_that_keeps_the_last_drops_the_oldest() -> None:
    buffer: Buffer[int] = Buffer(3, Keep.LAST)
    buffer.add([1, 2])
    assert buffer.add([3, 4, 5]) == [1, 2]
    assert buffer.dropped == 2
    assert buffer.take(9) == [3, 4, 5]


def test_a_full_buffer_that_keeps_the_first_drops_the_newcomers() -> None:
    buffer: Buffer[int] = Buffer(3, Keep.FIRST)
    buffer.add([1, 2])
    assert buffer.add([3, 4, 5]) == [4, 5]
    assert buffer.dropped == 2
    assert buffer.take(9) == [1, 2, 3]


def test_more_than_it_holds_at_once_is_dropped_too() -> None:
    last: Buffer[int] = Buffer(2, Keep.LAST)
    first: Buffer[int] = Buffer(2, Keep.FIRST)
    assert last.add([1, 2, 3, 4]) == [1, 2]
    assert first.add([1, 2, 3, 4]) == [3, 4]


def test_what_is_put_back_comes_first_and_in_order() -> None:
    buffer: Buffer[int] = Buffer(None)
    buffer.add([1, 2, 3, 4])
    buffer.put_back(buffer.take(3)[1:])
    assert buffer.take(9) == [2, 3, 4]


@given(st.lists(st.lists(st.integers())), st.integers(0, 8), st.sampled_from(Keep))
def test_no_event_is_lost_unseen_and_the_bound_holds(
    parcels: list[list[int]], size: int, keep: Keep
) -> None:
    buffer: Buffer[int] = Buffer(size, keep)
    dropped = [event for parcel in parcels for event in buffer.add(parcel)]
    assert len(buffer) <= size
    assert buffer.dropped == len(dropped)
    everything = sorted(event for parcel in parcels for event in parcel)
    assert sorted(dropped + buffer.take(size)) == everything
