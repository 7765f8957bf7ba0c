"""What can go wrong on an EPP session, as errors with fields.

A `LocalProtocolError` is our own mistake: nothing was written and the session is as it was. A
`RemoteProtocolError` is the registry's: the session is broken from then on. No error carries a
password, an authInfo or the text of a frame, so each may be logged as it is.
"""

from dataclasses import dataclass


class LocalProtocolError(Exception):
    """We asked for something that EPP forbids; nothing was written."""


class RemoteProtocolError(Exception):
    """The peer sent what EPP forbids, or left; nothing more may be read from it."""


@dataclass(eq=False)
class InvalidDomainName(LocalProtocolError):
    """A text is not a domain name; `label` is the part that is wrong."""

    name: str
    label: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name!r} is not a domain name: {self.reason} (label {self.label!r})"


@dataclass(eq=False)
class UnencodableCharacter(LocalProtocolError):
    """A value holds a character that no XML 1.0 document may hold (XML 1.0 section 2.2)."""

    code_point: int
    position: int

    def __str__(self) -> str:
        return f"U+{self.code_point:04X} at position {self.position} cannot be written in XML"


@dataclass(eq=False)
class InvalidCommand(LocalProtocolError):
    """A command cannot be written as valid XML, whatever the registry thinks of it."""

    label: str
    reason: str

    def __str__(self) -> str:
        return f"{self.label}: {self.reason}"


@dataclass(eq=False)
class InvalidTransactionId(LocalProtocolError):
    """A clTRID, or the prefix of one, is too short, too long or holds other characters."""

    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.text!r} cannot serve as a transaction id: {self.reason}"


@dataclass(eq=False)
class CommandForbidden(LocalProtocolError):
    """The session is in a state that does not allow this command."""

    label: str
    state: str

    def __str__(self) -> str:
        return f"{self.label} may not be sent while the session is {self.state}"


@dataclass(eq=False)
class CommandOutstanding(LocalProtocolError):
    """Another command waits for its answer: a session has one command at a time."""

    label: str
    outstanding_label: str
    outstanding_cltrid: str

    def __str__(self) -> str:
        return (
            f"{self.label} may not be sent before {self.outstanding_label} "
            f"({self.outstanding_cltrid}) is answered"
        )


@dataclass(eq=False)
class SessionEnded(LocalProtocolError):
    """The session is closed or broken: neither read from nor written to again."""

    state: str

    def __str__(self) -> str:
        return f"the session is {self.state}"


@dataclass(eq=False)
class FrameTooLarge(RemoteProtocolError):
    """The announced length of a data unit, header included, is above our limit."""

    size_bytes: int
    limit_bytes: int

    def __str__(self) -> str:
        return f"a frame of {self.size_bytes} bytes is above the limit of {self.limit_bytes}"


@dataclass(eq=False)
class FrameTooShort(RemoteProtocolError):
    """The announced length leaves no room for a document: the stream is out of step."""

    size_bytes: int

    def __str__(self) -> str:
        return f"a frame of {self.size_bytes} bytes cannot hold a document"


@dataclass(eq=False)
class MalformedXml(RemoteProtocolError):
    """A frame is not well-formed XML within the limits of the parser."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"the document is not well-formed XML (line {self.line}, column {self.column})"


@dataclass(eq=False)
class ForbiddenDoctype(RemoteProtocolError):
    """A document declares a DOCTYPE; EPP needs none and entities are how parsers are attacked."""

    def __str__(self) -> str:
        return "the document declares a DOCTYPE"


@dataclass(eq=False)
class InvalidElement(RemoteProtocolError):
    """An element that must be there is absent, or its content is not of its type."""

    element: str
    reason: str

    def __str__(self) -> str:
        return f"<{self.element}> {self.reason}"


@dataclass(eq=False)
class UnexpectedFrame(RemoteProtocolError):
    """A well-formed frame came where the session has no place for it."""

    found: str
    state: str

    def __str__(self) -> str:
        return f"a {self.found} came while the session was {self.state}"


@dataclass(eq=False)
class ForeignTransactionId(RemoteProtocolError):
    """An answer carries the clTRID of another command, or none where ours is required."""

    expected: str | None
    received: str | None

    def __str__(self) -> str:
        return f"the answer to {self.expected} carries the clTRID {self.received}"


@dataclass(eq=False)
class ConnectionLost(RemoteProtocolError):
    """The peer closed the connection in the middle of something.

    `label` and `cltrid` tell the command that was outstanding, if one was. Its effect is unknown
    when it is a transform (RFC 5734 section 3).
    """

    state: str
    label: str | None = None
    cltrid: str | None = None

    def __str__(self) -> str:
        if self.label is None:
            return f"the connection was lost while the session was {self.state}"
        return f"the connection was lost before {self.label} ({self.cltrid}) was answered"
