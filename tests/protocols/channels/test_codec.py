"""Frames as Phoenix writes them, any message there and back, and every wrong frame named."""

import doctest
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import protocols.channels
from protocols.channels import (
    Broadcast,
    ClientMessage,
    Ended,
    FrameTooLarge,
    Heartbeat,
    Join,
    Leave,
    MalformedFrame,
    NameTooLong,
    Push,
    RemoteProtocolError,
    Reply,
    ServerMessage,
    ServerPush,
    decode_client,
    decode_server,
    encode_client,
    encode_server,
)

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
refs = st.text("0123456789", min_size=1, max_size=6)
topics = names.filter(lambda name: name != "phoenix")
events = names.filter(lambda name: not name.startswith("phx_"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
payloads = st.dictionaries(names, json_values, max_size=4) | st.binary(max_size=300)
objects = st.dictionaries(names, json_values, max_size=4)

client_messages: st.SearchStrategy[ClientMessage] = st.one_of(
    st.builds(Join, refs, topics, objects),
    st.builds(Leave, st.none() | refs, refs, topics),
    st.builds(Heartbeat, refs),
    st.builds(Push, st.none() | refs, st.none() | refs, topics, events, payloads),
)
server_messages: st.SearchStrategy[ServerMessage] = st.one_of(
    st.builds(
        Reply,
        st.none() | refs,
        st.none() | refs,
        topics,
        st.sampled_from(["ok", "error"]),
        payloads,
    ),
    st.builds(ServerPush, refs, topics, events, payloads),
    st.builds(Ended, refs, topics, st.booleans()),
    st.builds(Broadcast, topics, events, payloads),
)


@given(client_messages)
def test_what_a_client_writes_is_read_as_it_was_meant(message: ClientMessage) -> None:
    assert decode_client(encode_client(message)) == message


@given(server_messages)
def test_what_a_server_writes_is_read_as_it_was_meant(message: ServerMessage) -> None:
    assert decode_server(encode_server(message)) == message


@given(st.text() | st.binary())
@example("[" * 5_000)
@example('["1","1","t","e",' + "[" * 5_000)
@example('[null,null,"a","b",{"\\ud800":1}]')
def test_no_frame_breaks_the_reader(frame: str | bytes) -> None:
    with suppress(RemoteProtocolError):
        decode_client(frame)


@given(server_messages, st.data())
def test_a_cut_frame_is_refused_or_shorter_but_never_a_crash(
    message: ServerMessage, data: st.DataObject
) -> None:
    frame = encode_server(message)
    cut = frame[: data.draw(st.integers(0, len(frame)))]
    with suppress(MalformedFrame):
        decode_server(cut)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ('["3","3","room:lobby","phx_join",{"a":1}]', Join("3", "room:lobby", {"a": 1})),
        ('["3","8","room:lobby","phx_leave",{}]', Leave("3", "8", "room:lobby")),
        ('[null,"8","room:lobby","phx_leave",{}]', Leave(None, "8", "room:lobby")),
        ('[null,"9","phoenix","heartbeat",{}]', Heartbeat("9")),
        ('["3","7","room:lobby","echo",{}]', Push("3", "7", "room:lobby", "echo", {})),
        ('["3","7","room:lobby","heartbeat",{}]', Push("3", "7", "room:lobby", "heartbeat", {})),
        (b"\x00\x01\x02\x04\x02127roomup\xff\x00", Push("1", "27", "room", "up", b"\xff\x00")),
    ],
)
def test_a_client_s_frame_as_phoenix_writes_it(frame: str | bytes, message: ClientMessage) -> None:
    assert decode_client(frame) == message


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        (
            Reply("3", "7", "room:lobby", "ok", {"a": 1}),
            '["3","7","room:lobby","phx_reply",{"status":"ok","response":{"a":1}}]',
        ),
        (
            Reply(None, "9", "phoenix", "ok"),
            '[null,"9","phoenix","phx_reply",{"status":"ok","response":{}}]',
        ),
        (ServerPush("3", "room:lobby", "new", {}), '["3",null,"room:lobby","new",{}]'),
        (Ended("3", "room:lobby"), '["3","3","room:lobby","phx_close",{}]'),
        (
            Ended("3", "room:lobby", crashed=True),
            '["3","3","room:lobby","phx_error",{"reason":"channel_crash"}]',
        ),
        (Broadcast("room:lobby", "new", {}), '[null,null,"room:lobby","new",{}]'),
        (ServerPush("3", "room", "new", b"\xff"), b"\x00\x01\x04\x033roomnew\xff"),
        (Reply("3", "7", "room", "ok", b"\xff"), b"\x01\x01\x01\x04\x0237roomok\xff"),
        (Broadcast("room", "new", b"\xff"), b"\x02\x04\x03roomnew\xff"),
    ],
)
def test_a_server_s_frame_as_phoenix_reads_it(message: ServerMessage, frame: str | bytes) -> None:
    assert encode_server(message) == frame


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("", "truncated"),
        ("{}", "Expected `array`"),
        ('["1","1","t"]', "length 5"),
        ('["1","1","t","e",{},1]', "length 5"),
        ('[1,"1","t","e",{}]', "Expected `str | null`"),
        ('["1","2","t","phx_join",{}]', "differ"),
        ('[null,"1","t","phx_join",{}]', "phx_join without a ref"),
        ('["1",null,"t","phx_leave",{}]', "phx_leave without a ref"),
        (b"", "is a push"),
        (b"\x02\x01\x01te", "is a push"),
        (b"\x00\x01\x01", "cut"),
        (b"\x00\x01\x01\x01\x09abc", "cut"),
        (b"\x00\x00\x00\x01\x01\xffe", "topic is not UTF-8"),
    ],
)
def test_a_malformed_frame_says_what_is_wrong(frame: str | bytes, reason: str) -> None:
    with pytest.raises(MalformedFrame, match=reason.replace("|", r"\|")):
        decode_client(frame)


@pytest.mark.parametrize(
    "frame",
    [
        '["1","1","t","phx_reply",{"status":"fine","response":{}}]',
        '["1","1","t","phx_reply",{}]',
        b"\x01\x00\x00\x01\x04tfine",
        b"\x09",
        b"",
    ],
)
def test_a_server_s_frame_that_is_no_answer_is_refused(frame: str | bytes) -> None:
    with pytest.raises(MalformedFrame):
        decode_server(frame)


def test_a_frame_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(FrameTooLarge) as caught:
        decode_client("é" * 40_000)
    assert (caught.value.size_bytes, caught.value.limit_bytes) == (80_000, 65_536)
    with pytest.raises(FrameTooLarge):
        decode_client(b"\x00" * 11, limit_bytes=10)


def test_a_name_that_no_binary_frame_holds_is_our_fault() -> None:
    with pytest.raises(NameTooLong) as caught:
        encode_server(Broadcast("t" * 256, "e", b""))
    assert (caught.value.field, caught.value.size_bytes) == ("topic", 256)


def test_the_example_in_the_docstring_runs() -> None:
    assert doctest.testmod(protocols.channels).failed == 0
