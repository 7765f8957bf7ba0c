"""What can go wrong on an SMTP session, as errors with fields.

A `LocalProtocolError` is our own mistake: nothing was written and the session is as it was. A
`RemoteProtocolError` is the server's: the session is broken from then on. No error carries an
address, a password or a text of a mail, so each may be logged as it is.
"""

from dataclasses import dataclass


class LocalProtocolError(Exception):
    """We asked for something that SMTP, or this server, does not allow; nothing was written."""


class RemoteProtocolError(Exception):
    """The server sent what SMTP does not allow, or left; nothing more may be read from it."""


@dataclass(eq=False)
class InvalidArgument(LocalProtocolError):
    """A value cannot go on the wire: it would break a line, or end the mail before its end."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field} {self.reason}"


@dataclass(eq=False)
class CommandForbidden(LocalProtocolError):
    """The session is in a state that does not allow this command."""

    command: str
    state: str

    def __str__(self) -> str:
        return f"{self.command} may not be sent while the session is {self.state}"


@dataclass(eq=False)
class ExtensionMissing(LocalProtocolError):
    """The command or the mail needs an extension that the server did not offer."""

    extension: str

    def __str__(self) -> str:
        return f"the server does not offer {self.extension}"


@dataclass(eq=False)
class MailTooLarge(LocalProtocolError):
    """The mail is above the limit that the server announced (RFC 1870)."""

    size_bytes: int
    limit_bytes: int

    def __str__(self) -> str:
        return f"a mail of {self.size_bytes} bytes; the server takes {self.limit_bytes}"


@dataclass(eq=False)
class PasswordExposed(LocalProtocolError):
    """A password would go over a connection without TLS."""

    def __str__(self) -> str:
        return "a password is not sent without TLS"


@dataclass(eq=False)
class SessionEnded(LocalProtocolError):
    """The session is closed or broken: neither read from nor written to again."""

    state: str

    def __str__(self) -> str:
        return f"the session is {self.state}"


@dataclass(eq=False)
class MalformedReply(RemoteProtocolError):
    """The octets are no SMTP reply (RFC 5321 section 4.2)."""

    reason: str

    def __str__(self) -> str:
        return f"malformed reply: {self.reason}"


@dataclass(eq=False)
class ReplyTooLarge(RemoteProtocolError):
    """A reply, or a line of one, is above our limit."""

    part: str
    limit: int

    def __str__(self) -> str:
        return f"a reply has more than {self.limit} {self.part}"


@dataclass(eq=False)
class UnexpectedReply(RemoteProtocolError):
    """A reply came that nobody waits for, or whose code has no place where it came."""

    code: int
    state: str

    def __str__(self) -> str:
        return f"a reply {self.code} came while the session was {self.state}"


@dataclass(eq=False)
class UnexpectedOctets(RemoteProtocolError):
    """Octets in clear came behind the go-ahead for TLS: somebody put them there.

    Source: RFC 3207 section 6 and CVE-2011-0411.
    """

    def __str__(self) -> str:
        return "octets in clear came after the server was ready for TLS"


@dataclass(eq=False)
class ConnectionLost(RemoteProtocolError):
    """The stream ended, or was given up, in the middle of something."""

    state: str
    reason: str

    def __str__(self) -> str:
        return f"the connection was lost while the session was {self.state}: {self.reason}"
