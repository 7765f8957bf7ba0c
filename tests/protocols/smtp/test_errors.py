"""Each error says in one sentence what was wrong, from its fields."""

import pytest

from protocols.smtp import (
    CommandForbidden,
    ConnectionLost,
    ExtensionMissing,
    InvalidArgument,
    LocalProtocolError,
    MailTooLarge,
    MalformedReply,
    PasswordExposed,
    RemoteProtocolError,
    ReplyTooLarge,
    SessionEnded,
    UnexpectedOctets,
    UnexpectedReply,
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InvalidArgument(field="data", reason="is empty"), "data is empty"),
        (
            CommandForbidden(command="MAIL", state="greeted"),
            "MAIL may not be sent while the session is greeted",
        ),
        (ExtensionMissing(extension="STARTTLS"), "the server does not offer STARTTLS"),
        (
            MailTooLarge(size_bytes=11, limit_bytes=10),
            "a mail of 11 bytes; the server takes 10",
        ),
        (PasswordExposed(), "a password is not sent without TLS"),
        (SessionEnded(state="broken"), "the session is broken"),
    ],
)
def test_our_own_mistakes(error: LocalProtocolError, sentence: str) -> None:
    assert isinstance(error, LocalProtocolError)
    assert str(error) == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MalformedReply(reason="a line without a code"), "malformed reply: a line without a code"),
        (ReplyTooLarge(part="lines", limit=256), "a reply has more than 256 lines"),
        (
            UnexpectedReply(code=250, state="idle"),
            "a reply 250 came while the session was idle",
        ),
        (UnexpectedOctets(), "octets in clear came after the server was ready for TLS"),
        (
            ConnectionLost(state="sending", reason="the stream ended"),
            "the connection was lost while the session was sending: the stream ended",
        ),
    ],
)
def test_the_server_s(error: RemoteProtocolError, sentence: str) -> None:
    assert isinstance(error, RemoteProtocolError)
    assert str(error) == sentence
