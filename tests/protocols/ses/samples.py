"""Answers of SES as octets, written here by hand: nothing of the room under test makes them."""

import json
from datetime import UTC, datetime
from typing import Final

from protocols.ses import Credentials, EmailTag, RawContent, SendEmail, SesConnection, Signer

AT: Final = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
HOST: Final = "email.eu-central-1.amazonaws.com"
MAIL: Final = SendEmail(
    content=RawContent(b"Subject: hello\r\n\r\nhello\r\n"),
    from_address="shop@example.com",
    to=("ann@example.org",),
    tags=(EmailTag(name="send", value="attempt-1"),),
    configuration_set="main",
)


def signer() -> Signer:
    return Signer(Credentials("AKIDEXAMPLE", "secret"), region="eu-central-1")


def connection() -> SesConnection:
    return SesConnection(signer(), host=HOST)


def busy() -> SesConnection:
    started = connection()
    started.send(MAIL, signed_at=AT)
    return started


def answer(status: int = 200, body: object = None, *headers: str, reason: str = "Some") -> bytes:
    """A response with a length; `body` is octets, or what becomes JSON."""
    octets = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(octets)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + octets


def accepted(message_id: str = "0100-abc-000000", *headers: str) -> bytes:
    return answer(200, {"MessageId": message_id}, *headers)


def refused(status: int, code: str, message: str = "") -> bytes:
    """As SES says no: the name of the error in a header, its text in the body."""
    return answer(status, {"message": message}, f"x-amzn-ErrorType: {code}:http://a.example/")


def chunked(body: bytes, *sizes: int, trailer: str = "") -> bytes:
    """A 200 whose body comes in chunks of these sizes, and then the rest in one."""
    pieces: list[bytes] = []
    for size in sizes:
        if body[:size]:
            pieces.append(body[:size])
            body = body[size:]
    pieces += [body] if body else []
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + chunks + b"0\r\n" + trailer.encode() + b"\r\n"
