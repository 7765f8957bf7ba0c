"""One SMTP session as the client sees it: commands in, octets out; octets in, events out.

Theory of operation. The server speaks first; then one thing happens at a time, and each ends in
one event. `take_output` gives the octets to write after every call; what it never gave out did
not leave.

| state          | what happens                         | next state                              |
|----------------|--------------------------------------|-----------------------------------------|
| connecting     | greeting 220 / another               | greeted / ending, `ConnectionRefused`   |
| greeted        | `hello`                              | greeting_back                           |
| greeting_back  | EHLO refused by 5xx                  | greeting_back, by HELO                  |
| greeting_back  | 250 / another                        | idle / greeted, `HelloRefused`          |
| idle           | `start_tls`, then 220 / another      | securing / idle, `TlsRefused`           |
| securing       | `tls_started`                        | greeted: what was said before is void   |
| idle           | `authenticate`, then its end         | authenticating, idle                    |
| idle           | `send`, then the last reply to it    | sending, idle                           |
| idle           | `reset`, then 250                    | resetting, idle                         |
| idle, greeted  | `quit`, then its reply               | quitting, ending                        |
| any            | 421                                  | ending                                  |
| idle, ending …, nothing outstanding | end of stream   | closed                                  |
| any            | anything else, `abandon`             | broken                                  |

A mail comes to exactly one `MailFinished`, whatever the server does. When the link ends after the
final dot was given out and before its reply, the recipients still undecided are `Unknown`; before
that they are `NotSent`. Closed and broken are for ever: a late reply would be taken for the next
command's, so after a time-out (`abandon`) nothing is read again.

Source: RFC 5321 section 3; RFC 2920, RFC 3207, RFC 4954 (PLAIN is RFC 4616).
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from protocols.smtp.capabilities import Capabilities, parse_capabilities
from protocols.smtp.errors import (
    CommandForbidden,
    ConnectionLost,
    ExtensionMissing,
    InvalidArgument,
    PasswordExposed,
    RemoteProtocolError,
    SessionEnded,
    UnexpectedOctets,
    UnexpectedReply,
)
from protocols.smtp.mail import Mail
from protocols.smtp.reply import Reply, ReplyParser
from protocols.smtp.transaction import RecipientResult, Transaction

_HELLO_NAME: Final = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")
_CLOSING: Final = 421


class SessionState(StrEnum):
    """Where a session stands; see the table above."""

    CONNECTING = "connecting"
    GREETED = "greeted"
    GREETING_BACK = "greeting_back"
    IDLE = "idle"
    STARTING_TLS = "starting_tls"
    SECURING = "securing"
    AUTHENTICATING = "authenticating"
    SENDING = "sending"
    RESETTING = "resetting"
    QUITTING = "quitting"
    ENDING = "ending"
    CLOSED = "closed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class GreetingReceived:
    """The server is there. Say `hello`."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class ConnectionRefused:
    """The server will not have us: 554, or 421 for too many connections."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class HelloAccepted:
    """What the server can do; nothing special after HELO."""

    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class HelloRefused:
    """Neither EHLO nor HELO was taken."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class TlsReady:
    """Put TLS on the connection now, then say `tls_started`."""


@dataclass(frozen=True, slots=True)
class TlsRefused:
    """The server offered STARTTLS and will not do it now."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The server knows us."""


@dataclass(frozen=True, slots=True)
class AuthenticationRefused:
    """535 and other 5xx: wrong credentials, stop. 454 and other 4xx: try again later."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class MailFinished:
    """The end of a mail: one result for each recipient, in their order."""

    mail: Mail
    results: tuple[RecipientResult, ...]


@dataclass(frozen=True, slots=True)
class ResetDone:
    """The server has forgotten the mail it was told of."""


@dataclass(frozen=True, slots=True)
class ServerClosing:
    """The server will close the connection: 421, or its answer to QUIT."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class ConnectionClosed:
    """The stream ended while nothing was outstanding."""

    expected: bool
    """Whether the server had announced it."""


@dataclass(frozen=True, slots=True)
class ConnectionFailed:
    """The session is broken; close the connection. The fate of a mail came in the event before."""

    error: RemoteProtocolError


Event: TypeAlias = (
    GreetingReceived
    | ConnectionRefused
    | HelloAccepted
    | HelloRefused
    | TlsReady
    | TlsRefused
    | Authenticated
    | AuthenticationRefused
    | MailFinished
    | ResetDone
    | ServerClosing
    | ConnectionClosed
    | ConnectionFailed
)
_Handler: TypeAlias = Callable[[Reply], list[Event]]

_ENDED: Final = (SessionState.CLOSED, SessionState.BROKEN)
_MAY_CLOSE: Final = (SessionState.GREETED, SessionState.IDLE, SessionState.ENDING)


class SmtpSession:
    """The state machine of one connection. It owns no socket and no clock.

    `hello_name` is our own name for EHLO; `secure` says that the connection has TLS from its first
    octet (port 465). Without TLS no password is sent unless `allow_plain_auth`.
    """

    def __init__(
        self, hello_name: str, *, secure: bool = False, allow_plain_auth: bool = False
    ) -> None:
        """Raises InvalidArgument when `hello_name` is no name."""
        if not _HELLO_NAME.fullmatch(hello_name):
            raise InvalidArgument(field="hello_name", reason="is no name of a host")
        self._hello_name = hello_name
        self._secure = secure
        self._allow_plain_auth = allow_plain_auth
        self._parser = ReplyParser()
        self._output: list[bytes] = []
        self._state = SessionState.CONNECTING
        self._expect: _Handler | None = self._take_greeting
        self._capabilities = Capabilities()
        self._responses: list[bytes] = []
        self._transaction: Transaction | None = None
        self._dot_left = False
        self._reset_first = False

    @property
    def state(self) -> SessionState:
        """Where the session stands."""
        return self._state

    @property
    def secure(self) -> bool:
        """Whether the connection has TLS."""
        return self._secure

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do, by its latest answer to `hello`."""
        return self._capabilities

    @property
    def outstanding(self) -> Mail | None:
        """The mail that is being sent."""
        return None if self._transaction is None else self._transaction.mail

    def take_output(self) -> bytes:
        """The octets to write now, in one piece; from here on they may have left."""
        octets = b"".join(self._output)
        self._output.clear()
        if self._transaction is not None and self._transaction.dot_written:
            self._dot_left = True
        return octets

    def hello(self) -> None:
        """Say EHLO, and HELO if the server does not know it. Ends in HelloAccepted or -Refused."""
        self._require("EHLO", SessionState.GREETED)
        self._say(b"EHLO %s\r\n" % self._hello_name.encode(), self._take_ehlo)
        self._state = SessionState.GREETING_BACK

    def start_tls(self) -> None:
        """Ask for TLS. Ends in TlsReady or TlsRefused. Raises ExtensionMissing if not offered."""
        self._require("STARTTLS", SessionState.IDLE)
        if self._secure or not self._capabilities.start_tls:
            raise ExtensionMissing(extension="STARTTLS")
        self._say(b"STARTTLS\r\n", self._take_start_tls)
        self._state = SessionState.STARTING_TLS

    def tls_started(self) -> None:
        """Take note that TLS is on: the server's capabilities are void, say `hello` again."""
        self._require("EHLO", SessionState.SECURING)
        self._secure = True
        self._capabilities = Capabilities()
        self._expect = None
        self._state = SessionState.GREETED

    def authenticate(self, username: str, password: str) -> None:
        """Say who we are, by PLAIN or else LOGIN. Ends in Authenticated or AuthenticationRefused.

        Raises PasswordExposed without TLS, ExtensionMissing when the server offers neither,
        InvalidArgument for a NUL or half a surrogate pair.
        """
        self._require("AUTH", SessionState.IDLE)
        if not self._secure and not self._allow_plain_auth:
            raise PasswordExposed
        user, secret = _secret("username", username), _secret("password", password)
        if "PLAIN" in self._capabilities.auth_mechanisms:
            self._responses = []
            command = b"AUTH PLAIN %s\r\n" % base64.b64encode(b"\0%s\0%s" % (user, secret))
        elif "LOGIN" in self._capabilities.auth_mechanisms:
            self._responses = [base64.b64encode(secret), base64.b64encode(user)]
            command = b"AUTH LOGIN\r\n"
        else:
            raise ExtensionMissing(extension="AUTH PLAIN or AUTH LOGIN")
        self._say(command, self._take_auth)
        self._state = SessionState.AUTHENTICATING

    def send(self, mail: Mail) -> None:
        """Send one mail. Ends in MailFinished.

        Raises a LocalProtocolError (InvalidArgument, MailTooLarge, ExtensionMissing,
        CommandForbidden, SessionEnded), and then the session is as it was.
        """
        self._require("MAIL", SessionState.IDLE)
        transaction = Transaction(mail, self._capabilities, reset_first=self._reset_first)
        self._transaction, self._dot_left = transaction, False
        self._say(transaction.start(), self._take_mail_reply)
        self._state = SessionState.SENDING

    def reset(self) -> None:
        """Have the server forget a mail, or just answer: ends in ResetDone."""
        self._require("RSET", SessionState.IDLE)
        self._say(b"RSET\r\n", self._take_reset)
        self._state = SessionState.RESETTING

    def quit(self) -> None:
        """Say goodbye. Ends in ServerClosing, then the end of the stream."""
        self._require("QUIT", SessionState.IDLE, SessionState.GREETED)
        self._say(b"QUIT\r\n", self._take_quit)
        self._state = SessionState.QUITTING

    def receive(self, data: bytes) -> list[Event]:
        """Take what was read from the connection; return what it means.

        A good reply is not lost over what follows it: its event comes first, ConnectionFailed
        last. Raises SessionEnded when the session is over: it is not read again.
        """
        self._require_alive()
        events: list[Event] = []
        try:
            for reply in self._parser.feed(data):
                events += self._take(reply)
            if self._parser.fault is not None:
                raise self._parser.fault
            if not self._parser.at_boundary and self._state is SessionState.SECURING:
                raise UnexpectedOctets
        except RemoteProtocolError as error:
            return [event for event in events if event != TlsReady()] + self._fail(error)
        return events

    def eof(self) -> list[Event]:
        """Take the end of the stream. Raises SessionEnded when the session is over."""
        self._require_alive()
        if self._state not in _MAY_CLOSE or not self._parser.at_boundary:
            return self._fail(ConnectionLost(state=self._state, reason="the stream ended"))
        expected = self._state is SessionState.ENDING
        self._state = SessionState.CLOSED
        return [ConnectionClosed(expected=expected)]

    def abandon(self, reason: str) -> list[Event]:
        """Give the session up, for ever: a deadline passed, or the socket failed."""
        self._require_alive()
        return self._fail(ConnectionLost(state=self._state, reason=reason))

    def _take(self, reply: Reply) -> list[Event]:
        expect = self._expect
        if self._output and reply.code != _CLOSING:  # an answer to what has not left yet
            raise UnexpectedReply(code=reply.code, state=self._state)
        if expect is not None:
            events = expect(reply)
            return self._close(events) if reply.code == _CLOSING else events
        if reply.code == _CLOSING and self._state is not SessionState.ENDING:
            return self._close([ServerClosing(reply)])
        raise UnexpectedReply(code=reply.code, state=self._state)

    def _take_greeting(self, reply: Reply) -> list[Event]:
        self._expect = None
        if reply.code == 220:
            self._state = SessionState.GREETED
            return [GreetingReceived(reply)]
        return self._close([ConnectionRefused(reply)])

    def _take_ehlo(self, reply: Reply) -> list[Event]:
        if reply.code >= 500:
            self._say(b"HELO %s\r\n" % self._hello_name.encode(), self._take_helo)
            return []
        return self._take_hello(reply, parse_capabilities(reply.lines))

    def _take_helo(self, reply: Reply) -> list[Event]:
        return self._take_hello(reply, Capabilities())

    def _take_hello(self, reply: Reply, capabilities: Capabilities) -> list[Event]:
        self._expect = None
        if reply.code != 250:
            self._state = SessionState.GREETED
            return [HelloRefused(reply)]
        self._capabilities = capabilities
        self._state = SessionState.IDLE
        return [HelloAccepted(capabilities)]

    def _take_start_tls(self, reply: Reply) -> list[Event]:
        self._expect = None
        if reply.code != 220:
            self._state = SessionState.IDLE
            return [TlsRefused(reply)]
        self._expect = _refuse_in_clear
        self._state = SessionState.SECURING
        return [TlsReady()]

    def _take_auth(self, reply: Reply) -> list[Event]:
        if reply.code == 334:
            response = self._responses.pop() if self._responses else b"*"  # cancels, by RFC 4954
            self._say(response + b"\r\n", self._take_auth)
            return []
        self._idle()
        return [Authenticated() if reply.code == 235 else AuthenticationRefused(reply)]

    def _take_mail_reply(self, reply: Reply) -> list[Event]:
        transaction = self._transaction
        assert transaction is not None
        octets = transaction.receive(reply)
        if octets:
            self._output.append(octets)
        if not transaction.finished:
            return []
        self._transaction = None
        self._reset_first = transaction.needs_reset
        self._idle()
        return [MailFinished(transaction.mail, transaction.results())]

    def _take_reset(self, reply: Reply) -> list[Event]:
        if reply.code == _CLOSING:
            return [ServerClosing(reply)]
        if reply.code != 250:
            raise UnexpectedReply(code=reply.code, state=self._state)
        self._reset_first = False
        self._idle()
        return [ResetDone()]

    def _take_quit(self, reply: Reply) -> list[Event]:
        return self._close([ServerClosing(reply)])

    def _idle(self) -> None:
        self._expect = None
        self._state = SessionState.IDLE

    def _close(self, events: list[Event]) -> list[Event]:
        self._expect = None
        self._output.clear()
        self._state = SessionState.ENDING
        return events

    def _fail(self, error: RemoteProtocolError) -> list[Event]:
        self._state = SessionState.BROKEN
        self._expect = None
        self._output.clear()
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            return [ConnectionFailed(error)]
        transaction.give_up(str(error), dot_left=self._dot_left)
        return [MailFinished(transaction.mail, transaction.results()), ConnectionFailed(error)]

    def _say(self, octets: bytes, handler: _Handler) -> None:
        self._output.append(octets)
        self._expect = handler

    def _require(self, command: str, *states: SessionState) -> None:
        self._require_alive()
        if self._state not in states:
            raise CommandForbidden(command=command, state=self._state)

    def _require_alive(self) -> None:
        if self._state in _ENDED:
            raise SessionEnded(state=self._state)


def _refuse_in_clear(_: Reply) -> list[Event]:
    raise UnexpectedOctets


def _secret(field: str, text: str) -> bytes:
    try:
        octets = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidArgument(field=field, reason="holds half a surrogate pair") from error
    if b"\0" in octets:
        raise InvalidArgument(field=field, reason="holds a NUL")
    return octets
