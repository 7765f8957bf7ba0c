"""How a mail is written: the dots, the lines, the addresses."""

import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.smtp import (
    ExtensionMissing,
    InvalidArgument,
    LocalProtocolError,
    Mail,
    MailTooLarge,
    SessionEnded,
    SessionState,
    encode_data,
)
from tests.protocols.smtp.peer import Peer, idle, run

_LINES = st.lists(st.text(".ab é", max_size=5).map(str.encode) | st.just(b"."), min_size=1)


def _by_smtplib(data: bytes) -> bytes:
    """As `smtplib.SMTP.data` writes it (CPython, Lib/smtplib.py)."""
    quoted: bytes = vars(smtplib)["_quote_periods"](data)
    return (quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n") + b".\r\n"


@given(_LINES, st.sampled_from([b"", b"\r\n", b"\r\n\r\n"]))
def test_dots_are_stuffed_as_smtplib_stuffs_them(lines: list[bytes], end: bytes) -> None:
    data = b"\r\n".join(lines) + end
    assert encode_data(data) == _by_smtplib(data)


@given(_LINES, st.booleans())
def test_the_mail_that_arrives_is_the_mail_that_was_sent(lines: list[bytes], ended: bool) -> None:
    if lines == [b""]:
        lines = [b"a"]
    peer = Peer()
    session = idle(peer)
    data = b"\r\n".join(lines) + (b"\r\n" if ended else b"")
    session.send(Mail(sender="a@a.example", recipients=("b@b.example",), data=data))
    run(session, peer)
    [received] = peer.received
    if not ended and lines[-1] == b"":
        lines = lines[:-1]
    assert received.lines == lines


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\n.\nb",
        b"a\r\n.\nb\r\n",
        b"a\n.\r\nb\r\n",
        b"a\r.\rb",
        b"a\r\n.\r",
        b"\n",
        b"\r",
        b"a\r\r\n",
        b"a\n\r",
        b"a\r\nb\n\rc\r\n",
    ],
)
def test_a_lone_cr_or_lf_is_refused_since_two_servers_may_read_two_mails(data: bytes) -> None:
    peer = Peer()
    session = idle(peer)
    with pytest.raises(InvalidArgument) as caught:
        session.send(Mail(sender="a@a.example", recipients=("b@b.example",), data=data))
    assert caught.value.field == "data"
    assert (session.state, session.take_output()) == (SessionState.IDLE, b"")


@given(st.text("a\r\n.", max_size=12).map(str.encode))
def test_only_whole_lines_pass(data: bytes) -> None:
    session = idle(Peer())
    bare = data.replace(b"\r\n", b"")
    whole = bool(data) and b"\r" not in bare and b"\n" not in bare
    try:
        session.send(Mail(sender="", recipients=("b@b.example",), data=data))
    except InvalidArgument:
        assert not whole
    else:
        assert whole


@pytest.mark.parametrize(
    "poison",
    [
        "a@b.example\r\nRCPT TO:<evil@c.example>",
        "a@b.example\nx",
        "a@b.example\rx",
        "a\x00@b.example",
        "a>@b.example",
        "<a@b.example",
        "a b@c.example",
        "a\x85b@c.example",
        "a@b.example> SIZE=1",
        "\ud800@b.example",
        "a" * 250 + "@b.example",
    ],
)
@pytest.mark.parametrize("field", ["sender", "recipient"])
def test_no_address_can_break_a_line(field: str, poison: str) -> None:
    session = idle(Peer())
    good = "good@a.example"
    mail = (
        Mail(sender=poison, recipients=(good,), data=b"x")
        if field == "sender"
        else Mail(sender=good, recipients=(good, poison), data=b"x")
    )
    with pytest.raises(InvalidArgument) as caught:
        session.send(mail)
    assert caught.value.field == field
    assert poison not in str(caught.value)
    assert session.take_output() == b""


@given(st.text(max_size=20))
def test_any_text_in_an_address_makes_one_command_or_an_error(text: str) -> None:
    peer = Peer()
    session = idle(peer)
    before = len(peer.commands)
    try:
        session.send(Mail(sender="a@a.example", recipients=(text,), data=b"x"))
    except LocalProtocolError:
        return
    run(session, peer)
    assert [command[:4] for command in peer.commands[before:]] == ["MAIL", "RCPT", "DATA"]
    assert peer.received[0].recipients == [text]


@pytest.mark.parametrize("recipients", [(), ("",)])
def test_a_mail_has_recipients(recipients: tuple[str, ...]) -> None:
    with pytest.raises(InvalidArgument):
        idle(Peer()).send(Mail(sender="a@a.example", recipients=recipients, data=b"x"))


def test_the_sender_of_a_bounce_is_empty() -> None:
    peer = Peer()
    session = idle(peer)
    session.send(Mail(sender="", recipients=("b@b.example",), data=b"x"))
    run(session, peer)
    assert "MAIL FROM:<> SIZE=1" in peer.commands


def test_size_is_told_and_held_to() -> None:
    peer = Peer(extensions=("SIZE 10", "PIPELINING"))
    session = idle(peer)
    session.send(Mail(sender="a@a.example", recipients=("b@b.example",), data=b"0123456789"))
    run(session, peer)
    assert "MAIL FROM:<a@a.example> SIZE=10" in peer.commands
    with pytest.raises(MailTooLarge) as caught:
        session.send(Mail(sender="a@a.example", recipients=("b@b.example",), data=b"01234567891"))
    assert (caught.value.size_bytes, caught.value.limit_bytes) == (11, 10)


@pytest.mark.parametrize(
    ("mail", "extension", "parameter"),
    [
        (
            Mail(sender="a@a.example", recipients=("b@b.example",), data="ü".encode()),
            "8BITMIME",
            "BODY=8BITMIME",
        ),
        (
            Mail(sender="ü@a.example", recipients=("b@b.example",), data=b"x"),
            "SMTPUTF8",
            "SMTPUTF8",
        ),
        (
            Mail(sender="a@a.example", recipients=("c@c.example", "ü@b.example"), data=b"x"),
            "SMTPUTF8",
            "SMTPUTF8",
        ),
    ],
)
def test_what_needs_an_extension_says_so_or_is_refused(
    mail: Mail, extension: str, parameter: str
) -> None:
    peer = Peer(extensions=(extension,))
    session = idle(peer)
    session.send(mail)
    run(session, peer)
    assert peer.commands[1].endswith(f"> {parameter}")
    assert len(peer.received) == 1
    with pytest.raises(ExtensionMissing) as caught:
        idle(Peer(extensions=("HELP",))).send(mail)
    assert caught.value.extension == extension


def test_a_mail_shows_neither_addresses_nor_text() -> None:
    shown = repr(Mail(sender="ann@a.example", recipients=("bob@b.example",), data=b"secret"))
    assert "example" not in shown
    assert "secret" not in shown


def test_nothing_is_sent_on_a_session_that_is_over() -> None:
    session = idle(Peer())
    session.abandon("too old")
    with pytest.raises(SessionEnded):
        session.send(Mail(sender="", recipients=("b@b.example",), data=b"x"))
