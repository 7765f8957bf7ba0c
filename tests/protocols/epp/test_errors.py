"""Errors: a sentence made of their fields."""

import pytest

from protocols.epp import (
    CommandForbidden,
    CommandOutstanding,
    ConnectionLost,
    ForbiddenDoctype,
    ForeignTransactionId,
    FrameTooLarge,
    FrameTooShort,
    InvalidCommand,
    InvalidDomainName,
    InvalidElement,
    InvalidTransactionId,
    LocalProtocolError,
    MalformedXml,
    RemoteProtocolError,
    SessionEnded,
    UnencodableCharacter,
    UnexpectedFrame,
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InvalidDomainName("a..b", "", "empty"), "'a..b' is not a domain name: empty (label '')"),
        (UnencodableCharacter(7, 3), "U+0007 at position 3 cannot be written in XML"),
        (InvalidCommand("host:check", "names no host"), "host:check: names no host"),
        (InvalidTransactionId("a", "short"), "'a' cannot serve as a transaction id: short"),
        (
            CommandForbidden("login", "idle"),
            "login may not be sent while the session is idle",
        ),
        (
            CommandOutstanding("hello", "domain:check", "A-1"),
            "hello may not be sent before domain:check (A-1) is answered",
        ),
        (SessionEnded("broken"), "the session is broken"),
    ],
)
def test_what_we_did_wrong_is_told(error: Exception, sentence: str) -> None:
    assert isinstance(error, LocalProtocolError)
    assert str(error) == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (FrameTooLarge(9, 8), "a frame of 9 bytes is above the limit of 8"),
        (FrameTooShort(3), "a frame of 3 bytes cannot hold a document"),
        (MalformedXml(2, 7), "the document is not well-formed XML (line 2, column 7)"),
        (ForbiddenDoctype(), "the document declares a DOCTYPE"),
        (InvalidElement("epp", "has no child"), "<epp> has no child"),
        (UnexpectedFrame("greeting", "idle"), "a greeting came while the session was idle"),
        (ForeignTransactionId("A-1", None), "the answer to A-1 carries the clTRID None"),
        (ConnectionLost("connecting"), "the connection was lost while the session was connecting"),
        (
            ConnectionLost("busy", "domain:create", "A-1"),
            "the connection was lost before domain:create (A-1) was answered",
        ),
    ],
)
def test_what_the_peer_did_wrong_is_told(error: Exception, sentence: str) -> None:
    assert isinstance(error, RemoteProtocolError)
    assert str(error) == sentence
