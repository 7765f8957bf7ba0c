"""The parser of responses: any split, every limit, and what two parsers might read differently."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.ses import (
    Header,
    HttpResponse,
    MalformedResponse,
    RemoteProtocolError,
    ResponseParser,
    ResponseTooLarge,
)
from tests.protocols.ses.samples import answer, chunked

_GOOD = [
    answer(200, {"MessageId": "a"}, "Date: now", "X-Empty:", "X-B: 1", "X-B: 2"),
    answer(429, {"message": "slow"}, "Connection: Keep-Alive, CLOSE"),
    b"HTTP/1.1 100 Continue\r\n\r\n" + answer(200, b"after an interim response"),
    b"HTTP/1.0 200\r\ncontent-length:\t2 \r\n\r\nok",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n",
    chunked(b"a body in three chunks", 3, 10),
    chunked(b"", trailer="X-Sum: 1\r\nX-More: 2\r\n"),
    chunked(b"0\r\n\r\n" * 4, 1, 1, 1, trailer="X-Sum: 1\r\n"),
]


def _parsed(octets: bytes, *cuts: int) -> tuple[list[HttpResponse], bytes]:
    parser = ResponseParser()
    edges = [0, *sorted(cuts), len(octets)]
    pieces = [octets[a:b] for a, b in pairwise(edges)]
    found = [response for piece in pieces if (response := parser.feed(piece)) is not None]
    return found, parser.rest


@pytest.mark.parametrize("octets", _GOOD)
def test_a_cut_at_every_octet_yields_the_same_response(octets: bytes) -> None:
    [whole], rest = _parsed(octets + b"HTTP")
    assert rest == b"HTTP"
    for cut in range(len(octets) + 5):
        assert _parsed(octets + b"HTTP", cut) == ([whole], b"HTTP")
    assert _parsed(octets + b"HTTP", *range(len(octets) + 4)) == ([whole], b"HTTP")


@given(st.sampled_from(_GOOD), st.lists(st.integers(0, 200), max_size=9))
def test_any_split_of_the_octets_yields_the_same_response(octets: bytes, cuts: list[int]) -> None:
    assert _parsed(octets, *(min(cut, len(octets)) for cut in cuts)) == _parsed(octets)


@pytest.mark.parametrize("octets", _GOOD)
def test_no_part_of_a_response_is_a_response(octets: bytes) -> None:
    for cut in range(len(octets)):
        assert _parsed(octets[:cut]) == ([], b"")


def test_names_are_lowered_values_are_trimmed_and_the_first_of_two_is_found() -> None:
    [response], _ = _parsed(_GOOD[0])
    assert response.status == 200
    assert response.headers[1:] == (
        Header("date", "now"),
        Header("x-empty", ""),
        Header("x-b", "1"),
        Header("x-b", "2"),
    )
    assert response.header("x-b") == "1"
    assert response.header("x-c") is None
    assert response.body == b'{"MessageId": "a"}'


@pytest.mark.parametrize(
    ("octets", "reusable"), [(_GOOD[0], True), (_GOOD[1], False), (_GOOD[3], False)]
)
def test_close_and_http_1_0_end_the_connection(octets: bytes, *, reusable: bool) -> None:
    [response], _ = _parsed(octets)
    assert response.reusable is reusable


@given(st.binary(max_size=300), st.lists(st.integers(1, 80), max_size=8))
def test_chunks_of_any_sizes_are_the_body(body: bytes, sizes: list[int]) -> None:
    [response], rest = _parsed(chunked(body, *sizes))
    assert (response.body, rest) == (body, b"")


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 O\x00K\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\nX: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\nb",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9,
    ],
)
def test_what_is_no_response_is_refused_however_it_is_cut(octets: bytes) -> None:
    with pytest.raises(MalformedResponse):
        _parsed(octets)
    with pytest.raises(MalformedResponse):
        _parsed(octets, *range(len(octets)))


@pytest.mark.parametrize("cuts", [(), tuple(range(0, 40_000, 7))])
@pytest.mark.parametrize(
    ("octets", "part"),
    [
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000, "head"),
        (answer(200, b"", "X: " + "a" * 20_000), "head"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n", "body"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999\r\n\r\n", "body"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", "body"),
        (chunked(b"")[:-5] + b"1;" + b"x" * 300, "size line"),
        (chunked(b"")[:-2] + b"X: " + b"a" * 20_000, "trailer"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_held(
    octets: bytes, part: str, cuts: tuple[int, ...]
) -> None:
    with pytest.raises(ResponseTooLarge) as caught:
        _parsed(octets, *(cut for cut in cuts if cut < len(octets)))
    assert caught.value.part == part


def test_chunks_are_held_to_the_limit_together() -> None:
    parser = ResponseParser(body_limit_bytes=10)
    assert parser.feed(chunked(b"0123456789", 4, 4)) is not None
    with pytest.raises(ResponseTooLarge):
        ResponseParser(body_limit_bytes=9).feed(chunked(b"0123456789", 4, 4))


def test_a_fault_stays() -> None:
    parser = ResponseParser()
    with pytest.raises(MalformedResponse):
        parser.feed(b"rubbish\r\n\r\n")
    with pytest.raises(MalformedResponse):
        parser.feed(answer(200))


def test_a_response_is_given_once() -> None:
    parser = ResponseParser()
    assert parser.feed(answer(200)) is not None
    assert parser.feed(answer(200)) is None
    assert parser.rest == answer(200)


def test_a_large_body_arrives_in_small_pieces_in_linear_time() -> None:
    body = bytes(1024 * 1024)
    for octets in (answer(200, body), chunked(body, *[1024] * 1024)):
        [response], _ = _parsed(octets, *range(0, len(octets), 64))
        assert response.body == body


@given(st.binary(max_size=200) | st.text("HTP/1. 20\r\n:abcCL-", max_size=80).map(str.encode))
def test_any_octets_give_a_response_or_a_remote_protocol_error(data: bytes) -> None:
    parser = ResponseParser()
    try:
        parser.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n" + data)
    except RemoteProtocolError:
        with pytest.raises(RemoteProtocolError):
            parser.feed(b"")
