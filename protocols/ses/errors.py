"""What can go wrong in speaking to SES, as errors with fields.

A `LocalProtocolError` is our own mistake: nothing was written and the connection is as it was. A
`RemoteProtocolError` is the other side's. No error carries an address, a secret or a text of
a mail, so each may be logged as it is.
"""

from dataclasses import dataclass


class LocalProtocolError(Exception):
    """We asked for something that cannot be said; nothing was written."""


class RemoteProtocolError(Exception):
    """The other side sent what its own documentation does not allow."""


@dataclass(eq=False)
class InvalidArgument(LocalProtocolError):
    """A value cannot go into a request: it would break a line, a header or a rule of SES."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field} {self.reason}"


@dataclass(eq=False)
class RequestOutstanding(LocalProtocolError):
    """Another request waits for its answer: a connection has one at a time."""

    label: str
    outstanding_label: str

    def __str__(self) -> str:
        return f"{self.label} may not be sent before {self.outstanding_label} is answered"


@dataclass(eq=False)
class ConnectionEnded(LocalProtocolError):
    """The connection is ending, closed or broken: it takes no request, and is not read again."""

    state: str

    def __str__(self) -> str:
        return f"the connection is {self.state}"


@dataclass(eq=False)
class MalformedResponse(RemoteProtocolError):
    """The octets are no HTTP/1.1 response, or one whose end cannot be known."""

    reason: str

    def __str__(self) -> str:
        return f"malformed response: {self.reason}"


@dataclass(eq=False)
class ResponseTooLarge(RemoteProtocolError):
    """A part of a response is above its limit."""

    part: str
    limit_bytes: int

    def __str__(self) -> str:
        return f"the {self.part} of the response is above the limit of {self.limit_bytes} bytes"


@dataclass(eq=False)
class UnexpectedOctets(RemoteProtocolError):
    """Octets came that belong to no request: an answer nobody asked for, or a second one."""

    size_bytes: int

    def __str__(self) -> str:
        return f"{self.size_bytes} bytes came that answer no request"


@dataclass(eq=False)
class ConnectionLost(RemoteProtocolError):
    """The stream ended, or was given up, before the answer was whole."""

    reason: str

    def __str__(self) -> str:
        return f"the connection was lost: {self.reason}"


@dataclass(eq=False)
class MalformedEvent(RemoteProtocolError):
    """A notification or event does not have the shape that AWS documents."""

    reason: str

    def __str__(self) -> str:
        return f"malformed event: {self.reason}"


@dataclass(eq=False)
class UnknownEventType(MalformedEvent):
    """A well-formed event of a type that this room does not know; `reason` says which."""
