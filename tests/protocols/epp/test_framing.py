"""Framing: RFC 5734 section 4, and what happens to those who ignore it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp.framing import (
    MAX_FRAME_BYTES,
    Deframer,
    FrameTooLarge,
    FrameTooShort,
    encode_frame,
)


@st.composite
def _split_streams(draw: st.DrawFn) -> tuple[list[bytes], list[bytes]]:
    documents = draw(st.lists(st.binary(min_size=1, max_size=200), max_size=6))
    stream = b"".join(map(encode_frame, documents))
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    edges = [0, *cuts, len(stream)]
    return documents, [stream[a:b] for a, b in pairwise(edges)]


def test_the_length_counts_its_own_four_octets() -> None:
    assert encode_frame(b"<epp/>") == b"\x00\x00\x00\x0a<epp/>"


@given(_split_streams())
def test_any_split_of_the_bytes_yields_the_same_documents(
    case: tuple[list[bytes], list[bytes]],
) -> None:
    documents, pieces = case
    deframer = Deframer()
    received = [document for piece in pieces for document in deframer.feed(piece)]
    assert received == documents
    assert deframer.at_boundary


def test_one_octet_per_segment_is_enough() -> None:
    deframer = Deframer()
    stream = encode_frame(b"<epp/>")
    assert [deframer.feed(stream[i : i + 1]) for i in range(len(stream) - 1)] == [[]] * 9
    assert not deframer.at_boundary
    assert deframer.feed(stream[-1:]) == [b"<epp/>"]


def test_two_frames_in_one_segment_are_two_documents() -> None:
    assert Deframer().feed(encode_frame(b"<a/>") + encode_frame(b"<b/>")) == [b"<a/>", b"<b/>"]


@pytest.mark.parametrize("size_bytes", [0, 3, 4])
def test_a_length_that_leaves_no_room_for_a_document_is_refused(size_bytes: int) -> None:
    with pytest.raises(FrameTooShort) as caught:
        Deframer().feed(size_bytes.to_bytes(4, "big"))
    assert caught.value.size_bytes == size_bytes


@pytest.mark.parametrize("size_bytes", [5 * 1024 * 1024, 2**31, 2**32 - 1])
def test_a_length_above_the_limit_is_refused_before_its_octets_come(size_bytes: int) -> None:
    with pytest.raises(FrameTooLarge) as caught:
        Deframer().feed(size_bytes.to_bytes(4, "big"))
    assert (caught.value.size_bytes, caught.value.limit_bytes) == (size_bytes, MAX_FRAME_BYTES)


def test_the_limit_counts_the_header_and_is_itself_allowed() -> None:
    assert Deframer(limit_bytes=10).feed(encode_frame(b"123456")) == [b"123456"]
    with pytest.raises(FrameTooLarge):
        Deframer(limit_bytes=10).feed(encode_frame(b"1234567"))


def test_a_fault_comes_after_the_documents_before_it_and_stays() -> None:
    deframer = Deframer()
    assert deframer.feed(encode_frame(b"<a/>") + b"\x00\x00\x00\x00") == [b"<a/>"]
    assert isinstance(deframer.fault, FrameTooShort)
    with pytest.raises(FrameTooShort):
        deframer.feed(encode_frame(b"<b/>"))
    with pytest.raises(FrameTooShort):
        deframer.feed(b"")


def test_a_frame_of_the_largest_size_arrives_in_small_pieces_in_linear_time() -> None:
    stream = encode_frame(bytes(MAX_FRAME_BYTES - 4))
    deframer = Deframer()
    received = [
        document
        for start in range(0, len(stream), 64)
        for document in deframer.feed(stream[start : start + 64])
    ]
    assert list(map(len, received)) == [MAX_FRAME_BYTES - 4]
