"""One HTTP/1.1 connection to SES that stays open: requests in, octets out; octets in, events out.

Theory of operation. A connection has one request outstanding at a time. Each request comes to
exactly one end, an event `MailAnswered` or `QueryAnswered`, whatever the other side does.

| state  | what happens                                 | next state                            |
|--------|----------------------------------------------|---------------------------------------|
| idle   | `send`                                       | busy                                  |
| busy   | the answer, connection kept / closing        | idle / ending                         |
| busy   | end of stream, `abandon`                     | broken; the request is `Unknown`      |
| busy   | octets that are no HTTP response             | broken; the request is `Unknown`      |
| idle, ending | end of stream                          | closed                                |
| idle, ending | octets nobody asked for                | broken                                |

`Unknown` and never "failed": once `send` has handed the octets out, some may have left, and SES
acts on a request before it answers. Only `abandon(nothing_left=True)`, said by one who knows that
not one octet was written, makes it `NotSent`.

A good answer is not lost over what follows it: its event comes first, then `ConnectionFailed`.
Closed and broken are for ever: a late answer would be taken for the next request's.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from protocols.ses.answers import QueryOutcome, query_outcome, send_outcome
from protocols.ses.errors import (
    ConnectionEnded,
    ConnectionLost,
    RemoteProtocolError,
    RequestOutstanding,
    UnexpectedOctets,
)
from protocols.ses.outcomes import NotSent, SendOutcome, Unknown
from protocols.ses.request_encoding import encode_request, sign_request
from protocols.ses.requests import Query, Request, SendEmail
from protocols.ses.response import MAX_BODY_BYTES, HttpResponse, ResponseParser
from protocols.ses.signature import Signer


class ConnectionState(StrEnum):
    """Where a connection stands; see the table above."""

    IDLE = "idle"
    BUSY = "busy"
    ENDING = "ending"
    CLOSED = "closed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class MailAnswered:
    """The end of a SendEmail."""

    request: SendEmail
    outcome: SendOutcome


@dataclass(frozen=True, slots=True)
class QueryAnswered:
    """The end of a query."""

    request: Query
    outcome: QueryOutcome


@dataclass(frozen=True, slots=True)
class ConnectionClosed:
    """The stream ended while nothing was outstanding."""


@dataclass(frozen=True, slots=True)
class ConnectionFailed:
    """The connection is broken; close it. The fate of the request came in the event before."""

    error: RemoteProtocolError


Event: TypeAlias = MailAnswered | QueryAnswered | ConnectionClosed | ConnectionFailed

_ENDED = (ConnectionState.CLOSED, ConnectionState.BROKEN)


class SesConnection:
    """The state machine of one connection. It owns no socket and no clock.

    `host` is SES's name, such as `email.eu-central-1.amazonaws.com`, with a port unless that is
    the default.
    """

    def __init__(
        self, signer: Signer, *, host: str, body_limit_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._signer = signer
        self._host = host
        self._body_limit_bytes = body_limit_bytes
        self._state = ConnectionState.IDLE
        self._outstanding: Request | None = None
        self._parser = self._new_parser()

    @property
    def state(self) -> ConnectionState:
        """Where the connection stands."""
        return self._state

    @property
    def outstanding(self) -> Request | None:
        """The request that waits for its answer."""
        return self._outstanding

    def send(self, request: Request, *, signed_at: datetime) -> bytes:
        """The octets to write, in one piece; from here on `request` is outstanding.

        Raises a LocalProtocolError (InvalidArgument, RequestOutstanding, ConnectionEnded), and
        then the connection is as it was.
        """
        if self._outstanding is not None:
            raise RequestOutstanding(label=request.label, outstanding_label=self._outstanding.label)
        if self._state is not ConnectionState.IDLE:
            raise ConnectionEnded(state=self._state)
        octets = sign_request(
            encode_request(request), self._signer, host=self._host, signed_at=signed_at
        )
        self._outstanding = request
        self._state = ConnectionState.BUSY
        return octets

    def receive(self, data: bytes) -> list[Event]:
        """Take what was read from the connection; return what it means.

        Raises ConnectionEnded when the connection is over: it is not read again.
        """
        self._require_alive()
        request = self._outstanding
        if request is None:
            return self._fail(UnexpectedOctets(size_bytes=len(data))) if data else []
        try:
            response = self._parser.feed(data)
        except RemoteProtocolError as error:
            return self._fail(error)
        return [] if response is None else self._answer(request, response)

    def eof(self) -> list[Event]:
        """Take the end of the stream. Raises ConnectionEnded when the connection is over."""
        self._require_alive()
        if self._outstanding is not None:
            return self._fail(ConnectionLost(reason="the stream ended before the answer"))
        self._state = ConnectionState.CLOSED
        return [ConnectionClosed()]

    def abandon(self, reason: str, *, nothing_left: bool = False) -> list[Event]:
        """Give the connection up, for ever: a deadline passed, or the socket failed.

        `nothing_left` says that certainly no octet of the outstanding request was written.
        """
        self._require_alive()
        if nothing_left and self._outstanding is not None:
            request, self._outstanding = self._outstanding, None
            ended = _ended(request, NotSent(reason=reason))
            return [ended, *self._fail(ConnectionLost(reason=reason))]
        return self._fail(ConnectionLost(reason=reason))

    def _answer(self, request: Request, response: HttpResponse) -> list[Event]:
        rest = self._parser.rest
        self._parser = self._new_parser()
        self._outstanding = None
        self._state = ConnectionState.IDLE if response.reusable else ConnectionState.ENDING
        events: list[Event] = [
            MailAnswered(request, send_outcome(response))
            if isinstance(request, SendEmail)
            else QueryAnswered(request, query_outcome(request, response))
        ]
        return events + self._fail(UnexpectedOctets(size_bytes=len(rest))) if rest else events

    def _fail(self, error: RemoteProtocolError) -> list[Event]:
        self._state = ConnectionState.BROKEN
        request, self._outstanding = self._outstanding, None
        failed = ConnectionFailed(error)
        if request is None:
            return [failed]
        return [_ended(request, Unknown(reason=str(error))), failed]

    def _new_parser(self) -> ResponseParser:
        return ResponseParser(body_limit_bytes=self._body_limit_bytes)

    def _require_alive(self) -> None:
        if self._state in _ENDED:
            raise ConnectionEnded(state=self._state)


def _ended(request: Request, outcome: Unknown | NotSent) -> MailAnswered | QueryAnswered:
    if isinstance(request, SendEmail):
        return MailAnswered(request, outcome)
    return QueryAnswered(request, outcome)
