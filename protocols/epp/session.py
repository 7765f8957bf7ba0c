"""One EPP session as the client sees it: octets in, events out (RFC 5730 section 2, figure 1).

Theory of operation. A session is one connection. The server speaks first; then the client has
one command outstanding at a time, and the answer to it must carry back its clTRID. RFC 5734
section 3 would allow more, but servers exist that answer pipelined commands out of order.

| state          | what happens                           | next state                          |
|----------------|----------------------------------------|-------------------------------------|
| connecting     | greeting                               | ready_to_login                      |
| connecting     | failure instead of the greeting        | ending, `ConnectionRefused`         |
| ready_to_login | send hello / login                     | busy / logging_in                   |
| logging_in     | success / failure                      | idle / ready_to_login               |
| idle           | send logout / any other but login      | logging_out / busy                  |
| busy           | answer                                 | where it was sent from              |
| logging_out    | success / failure                      | ending / idle                       |
| any of these   | answer 15xx or 25xx                    | ending                              |
| ready_to_login, idle, ending | end of stream            | closed, `ConnectionClosed`          |
| any            | anything else from the server          | broken, a RemoteProtocolError       |
| any            | `abandon` (a deadline passed)          | broken                              |

Closed and broken are for ever: a late answer would be taken for the next command's. A broken
session is neither read from nor written to, and every further attempt raises SessionEnded.

An error comes after the answers before it. When one segment holds a good answer and rubbish
behind it, `receive_data` returns the answer, the session is broken at once, and the next call
raises what was wrong: an order that was carried out must not be lost over what followed it.

An answer without clTRID is taken only if it is a failure: RFC 5730 section 2.6 has the server
echo the clTRID where one was given, and a server that could not read the command cannot know it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from protocols.epp.answers import parse_answer
from protocols.epp.codes import ends_session, is_failure
from protocols.epp.commands import Command
from protocols.epp.encoding import encode_command
from protocols.epp.errors import (
    CommandForbidden,
    CommandOutstanding,
    ConnectionLost,
    ForeignTransactionId,
    RemoteProtocolError,
    SessionEnded,
    UnexpectedFrame,
)
from protocols.epp.framing import MAX_FRAME_BYTES, Deframer, encode_frame
from protocols.epp.greeting import Greeting
from protocols.epp.responses import Response
from protocols.epp.session_commands import Hello, Login, Logout


class SessionState(StrEnum):
    """Where a session stands; see the table above."""

    CONNECTING = "connecting"
    READY_TO_LOGIN = "ready_to_login"
    LOGGING_IN = "logging_in"
    IDLE = "idle"
    BUSY = "busy"
    LOGGING_OUT = "logging_out"
    ENDING = "ending"
    CLOSED = "closed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class GreetingReceived:
    """The server's first words, or its answer to a hello."""

    greeting: Greeting


@dataclass(frozen=True, slots=True)
class ConnectionRefused:
    """A failure in the place of the greeting: a limit, an allow list. The server closes now."""

    response: Response


@dataclass(frozen=True, slots=True)
class ResponseReceived:
    """The answer to `command`, which was sent as `cltrid`."""

    command: Command
    cltrid: str
    response: Response


@dataclass(frozen=True, slots=True)
class ConnectionClosed:
    """The server closed the connection while nothing was outstanding."""

    expected: bool
    """Whether it had announced it (a logout, 15xx, 25xx)."""


Event: TypeAlias = GreetingReceived | ConnectionRefused | ResponseReceived | ConnectionClosed


@dataclass(frozen=True, slots=True)
class _Outstanding:
    command: Command
    cltrid: str
    sent_in: SessionState


_ENDED: Final = (SessionState.CLOSED, SessionState.BROKEN)


class ClientSession:
    """The state machine of one connection. It owns no socket and no clock."""

    def __init__(self, *, limit_bytes: int = MAX_FRAME_BYTES) -> None:
        self._deframer = Deframer(limit_bytes=limit_bytes)
        self._state = SessionState.CONNECTING
        self._outstanding: _Outstanding | None = None
        self._violation: RemoteProtocolError | None = None
        self._greeting: Greeting | None = None

    @property
    def state(self) -> SessionState:
        """Where the session stands."""
        return self._state

    @property
    def greeting(self) -> Greeting | None:
        """The latest greeting; None before the first."""
        return self._greeting

    @property
    def outstanding(self) -> Command | None:
        """The command that waits for its answer, also after the session broke over it."""
        return None if self._outstanding is None else self._outstanding.command

    def send(self, command: Command, cltrid: str) -> bytes:
        """The octets to write, in one piece; from here on `command` is outstanding.

        Raises a LocalProtocolError (CommandOutstanding, CommandForbidden, SessionEnded, or one of
        `encode_command`), and then the session is as it was. Raises the pending violation if the
        server has broken the session since the last call.
        """
        self._require_alive()
        if self._outstanding is not None:
            raise CommandOutstanding(
                label=command.label,
                outstanding_label=self._outstanding.command.label,
                outstanding_cltrid=self._outstanding.cltrid,
            )
        next_state = self._state_after_sending(command)
        frame = encode_frame(encode_command(command, cltrid))
        self._outstanding = _Outstanding(command, cltrid, self._state)
        self._state = next_state
        return frame

    def receive_data(self, data: bytes) -> list[Event]:
        """Take what was read from the connection; return what it means.

        Raises a RemoteProtocolError when the first thing in it is wrong; what comes after good
        answers is raised by the next call (see above). Raises SessionEnded when the session is
        over: whoever gets here forgot to close the connection.
        """
        self._require_alive()
        events: list[Event] = []
        try:
            for xml in self._deframer.feed(data):
                events.append(self._receive_frame(xml))  # noqa: PERF401 - kept when the next fails
            if self._deframer.fault is not None:
                raise self._deframer.fault
        except RemoteProtocolError as violation:
            self._state = SessionState.BROKEN
            if not events:
                raise
            self._violation = violation
        return events

    def receive_eof(self) -> ConnectionClosed:
        """Take the end of the stream.

        Raises ConnectionLost when it came in the middle of a frame, before the greeting, or while
        a command was outstanding. An outstanding transform is unknown then, not failed.
        """
        self._require_alive()
        state = self._state
        if (
            state is SessionState.CONNECTING
            or self._outstanding is not None
            or not self._deframer.at_boundary
        ):
            self._state = SessionState.BROKEN
            raise self._loss(state)
        self._state = SessionState.CLOSED
        return ConnectionClosed(expected=state is SessionState.ENDING)

    def abandon(self) -> None:
        """Give the session up, for ever: a deadline passed, or the connection failed."""
        self._state = SessionState.BROKEN
        self._violation = None

    def _require_alive(self) -> None:
        if self._violation is not None:
            violation, self._violation = self._violation, None
            raise violation
        if self._state in _ENDED:
            raise SessionEnded(state=self._state)

    def _state_after_sending(self, command: Command) -> SessionState:
        match command, self._state:
            case Login(), SessionState.READY_TO_LOGIN:
                return SessionState.LOGGING_IN
            case Hello(), SessionState.READY_TO_LOGIN | SessionState.IDLE:
                return SessionState.BUSY
            case Logout(), SessionState.IDLE:
                return SessionState.LOGGING_OUT
            case _, SessionState.IDLE if not isinstance(command, Login):
                return SessionState.BUSY
            case _:
                raise CommandForbidden(label=command.label, state=self._state)

    def _receive_frame(self, xml: bytes) -> Event:
        match parse_answer(xml):
            case Response() as response:
                return self._receive_response(response)
            case Greeting() as greeting:
                return self._receive_greeting(greeting)
            case _ as never:
                assert_never(never)

    def _receive_greeting(self, greeting: Greeting) -> GreetingReceived:
        outstanding = self._outstanding
        if self._state is SessionState.CONNECTING:
            self._state = SessionState.READY_TO_LOGIN
        elif outstanding is not None and isinstance(outstanding.command, Hello):
            self._state = outstanding.sent_in
            self._outstanding = None
        else:
            raise UnexpectedFrame(found="greeting", state=self._state)
        self._greeting = greeting
        return GreetingReceived(greeting)

    def _receive_response(self, response: Response) -> ResponseReceived | ConnectionRefused:
        outstanding = self._outstanding
        if outstanding is None:
            if self._state is SessionState.CONNECTING and is_failure(response.code):
                self._state = SessionState.ENDING
                return ConnectionRefused(response)
            raise UnexpectedFrame(found="response", state=self._state)
        _require_match(outstanding, response)
        self._state = _state_after_answer(outstanding, response.code)
        self._outstanding = None
        return ResponseReceived(outstanding.command, outstanding.cltrid, response)

    def _loss(self, state: SessionState) -> ConnectionLost:
        if self._outstanding is None:
            return ConnectionLost(state=state)
        return ConnectionLost(
            state=state,
            label=self._outstanding.command.label,
            cltrid=self._outstanding.cltrid,
        )


def _require_match(outstanding: _Outstanding, response: Response) -> None:
    is_hello = isinstance(outstanding.command, Hello)
    expected = None if is_hello else outstanding.cltrid
    if response.cltrid is None and is_failure(response.code):
        return
    if response.cltrid != expected:
        raise ForeignTransactionId(expected=expected, received=response.cltrid)
    if is_hello:
        raise UnexpectedFrame(found="response", state=outstanding.sent_in)


def _state_after_answer(outstanding: _Outstanding, code: int) -> SessionState:
    if ends_session(code):
        return SessionState.ENDING
    match outstanding.command:
        case Login():
            return SessionState.READY_TO_LOGIN if is_failure(code) else SessionState.IDLE
        case Logout():
            return SessionState.IDLE if is_failure(code) else SessionState.ENDING
        case _:
            return outstanding.sent_in
