"""Replies: any split, every limit, and the enhanced codes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.smtp import MalformedReply, Reply, ReplyParser, ReplyTooLarge

_STREAM = (
    b"220 mx.example ESMTP\r\n"
    b"250-mx.example\r\n250-SIZE 10\r\n250 HELP\r\n"
    b"354\r\n"
    b"250 \r\n"
    b"550 5.1.1 <a@b.example>: \xc3\xbcnknown\r\n"
    b"421-4.7.0\tslow\r\n421 \xff\r\n"
)
_REPLIES = [
    Reply(220, ("mx.example ESMTP",)),
    Reply(250, ("mx.example", "SIZE 10", "HELP")),
    Reply(354, ("",)),
    Reply(250, ("",)),
    Reply(550, ("5.1.1 <a@b.example>: ünknown",)),
    Reply(421, ("4.7.0\tslow", "\ufffd")),
]


def _parsed(octets: bytes, *cuts: int) -> tuple[list[Reply], ReplyParser]:
    parser = ReplyParser()
    edges = [0, *sorted(cuts), len(octets)]
    return [reply for a, b in pairwise(edges) for reply in parser.feed(octets[a:b])], parser


def test_a_cut_at_every_octet_yields_the_same_replies() -> None:
    for cut in range(len(_STREAM)):
        replies, parser = _parsed(_STREAM, cut)
        assert replies == _REPLIES
        assert parser.at_boundary
    assert _parsed(_STREAM, *range(len(_STREAM)))[0] == _REPLIES


@given(st.lists(st.integers(0, len(_STREAM)), max_size=12))
def test_any_split_yields_the_same_replies(cuts: list[int]) -> None:
    assert _parsed(_STREAM, *cuts)[0] == _REPLIES


@pytest.mark.parametrize("octets", [b"2", b"220 mx", b"220 mx\r", b"250-a\r\n", b"250-a\r\n25"])
def test_a_part_of_a_reply_is_none_yet(octets: bytes) -> None:
    replies, parser = _parsed(octets)
    assert replies == []
    assert not parser.at_boundary
    assert parser.fault is None


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\n",
        b"hello\r\n",
        b"22 a\r\n",
        b"2200 a\r\n",
        b"150 a\r\n",
        b"600 a\r\n",
        b"2a0 a\r\n",
        b"250+a\r\n",
        b"250 a\n",
        b"250 a\x00\r\n",
        b"250 a\rb\r\n",
        b"250-a\r\n251 b\r\n",
        b"250-a\r\n\r\n",
        b" 250 a\r\n",
        "\uff12\uff15\uff10 a\r\n".encode(),
        b"HTTP/1.1 400 Bad Request\r\n",
    ],
)
def test_what_is_no_reply_is_a_fault_however_it_is_cut(octets: bytes) -> None:
    for cuts in ((), tuple(range(len(octets)))):
        replies, parser = _parsed(b"220 a\r\n" + octets, *cuts)
        assert replies == [Reply(220, ("a",))]
        assert isinstance(parser.fault, MalformedReply)
        assert parser.feed(b"220 a\r\n") == []


@pytest.mark.parametrize(
    ("octets", "part"),
    [
        (b"250 " + b"a" * 5000, "octets in a line"),
        (b"250 " + b"a" * 5000 + b"\r\n", "octets in a line"),
        (b"250-a\r\n" * 257, "lines"),
    ],
)
def test_a_reply_that_is_too_large_is_a_fault(octets: bytes, part: str) -> None:
    for cuts in ((), tuple(range(0, len(octets), 13))):
        _, parser = _parsed(octets, *cuts)
        assert isinstance(parser.fault, ReplyTooLarge)
        assert parser.fault.part == part


def test_the_longest_line_and_the_longest_reply_are_read() -> None:
    [long], _ = _parsed(b"250 " + b"a" * 4090 + b"\r\n")
    assert len(long.text) == 4090
    [many], _ = _parsed(b"250-a\r\n" * 255 + b"250 a\r\n")
    assert many.text.count("\n") == 255


@pytest.mark.parametrize(
    ("reply", "enhanced"),
    [
        (Reply(250, ("2.1.0 Ok",)), "2.1.0"),
        (Reply(454, ("4.7.0",)), "4.7.0"),
        (Reply(550, ("5.7.509  no",)), "5.7.509"),
        (Reply(250, ("5.1.0 liar",)), None),
        (Reply(550, ("5.1.1.1 a",)), None),
        (Reply(550, ("5.1 a",)), None),
        (Reply(550, ("5.1.1234 a",)), None),
        (Reply(550, ("5.1.1: a",)), None),
        (Reply(354, ("3.1.1 a",)), None),
        (Reply(250, ("Ok 2.1.0",)), None),
        (Reply(250, ("",)), None),
    ],
)
def test_an_enhanced_code_is_of_the_class_of_the_code(reply: Reply, enhanced: str | None) -> None:
    assert reply.enhanced == enhanced


@given(st.binary(max_size=100))
def test_any_octets_give_replies_or_a_fault(octets: bytes) -> None:
    replies, parser = _parsed(octets)
    assert all(200 <= reply.code <= 599 and reply.lines for reply in replies)
    assert parser.fault is None or parser.feed(b"250 a\r\n") == []
