"""The HTTP bodies that stand in for a WebSocket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.channels import (
    Broadcast,
    Frame,
    MalformedFrame,
    TooManyFrames,
    encode_message,
    encode_poll,
    encode_server,
    split_lines,
)

HEARTBEAT = '[null,"9","phoenix","heartbeat",{}]'


def test_an_answer_carries_only_what_it_has() -> None:
    assert encode_poll(204) == b'{"status":204}'
    assert encode_poll(410, token="t", messages=[]) == b'{"status":410,"token":"t","messages":[]}'
    assert (
        encode_poll(200, token="t", messages=[encode_message(encode_server(Broadcast("t", "e")))])
        == rb'{"status":200,"token":"t","messages":["[null,null,\"t\",\"e\",{}]"]}'
    )


@given(st.lists(st.just(HEARTBEAT) | st.binary(min_size=1), max_size=9))
def test_frames_come_out_of_a_body_as_they_went_in(frames: list[Frame]) -> None:
    assert split_lines("\n".join(map(encode_message, frames)).encode()) == tuple(frames)


def test_an_empty_body_has_no_frames() -> None:
    assert split_lines(b"\n\n") == ()


@pytest.mark.parametrize("line", [b"!!!", b"[\xff]", b"abc"])
def test_a_line_that_is_neither_is_refused(line: bytes) -> None:
    with pytest.raises(MalformedFrame):
        split_lines(line)


def test_more_lines_than_a_request_may_carry_are_refused() -> None:
    with pytest.raises(TooManyFrames) as caught:
        split_lines("\n".join([HEARTBEAT] * 101).encode())
    assert (caught.value.count, caught.value.limit) == (101, 100)
