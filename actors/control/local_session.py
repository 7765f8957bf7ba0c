"""One client of the local socket: lines in, one command at a time, lines out."""

import asyncio
import pwd
import socket
import struct
from collections import deque
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, cast

import msgspec

from actors.control.desk import Desk, Invocation
from actors.control.events import Event, Problem
from actors.control.printable import printable_json
from actors.control.refusal import ExitCode
from actors.control.roles import Role, Visitor
from actors.control.text import TextRenderer
from actors.control.visits import Visit

LINE_LIMIT_BYTES = 256 * 1024
WAITING_LIMIT = 32
"""Requests a client may send ahead."""
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Request:
    """One line from a client."""

    command: str
    args: tuple[str, ...] = ()
    json: bool = False
    width: int = 100
    tty: bool = False


class Host(Protocol):
    """The actor that the session belongs to."""

    desk: Desk
    users: frozenset[int]
    """Who may come in."""

    def admit(self, session: "LocalSession") -> bool:
        """Whether there is room."""
        ...

    def closed(self, session: "LocalSession") -> None:
        """A client is gone."""
        ...

    def refused(self) -> None:
        """A client was sent away."""
        ...

    def begin(self, session: "LocalSession", request: bytes) -> int:
        """Answer a request in a task; returns the task."""
        ...

    def call_off(self, task: int) -> None:
        """Cancel a command."""
        ...


class LocalSession(asyncio.Protocol):
    """Between one client and the desk.

    A client that goes away calls off a stream; any other command runs to its end, since what it
    does may not be half done.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._transport: asyncio.Transport | None = None
        self._visitor: Visitor | None = None
        self._visit: Visit | None = None
        self._buffer = bytearray()
        self._waiting: deque[bytes] = deque()
        self._task: int | None = None
        self._streaming = False
        self._ended = False
        self._writable = asyncio.Event()
        self._writable.set()

    # From the transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See who it is; send strangers away."""
        self._transport = cast("asyncio.Transport", transport)
        if not self._host.admit(self):
            self._refuse("too many clients", ExitCode.UNAVAILABLE)
            return
        uid = peer_uid(cast("socket.socket", transport.get_extra_info("socket")))
        if uid not in self._host.users:
            self._refuse(f"user {uid} may not command this daemon", ExitCode.NOT_PERMITTED)
            return
        self._visitor = Visitor(_user_name(uid), Role.ADMIN, "local")
        self._visit = self._host.desk.visits.enter(self._visitor)

    def data_received(self, data: bytes) -> None:
        """Gather lines."""
        if self._visitor is None or self._ended:
            return
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = rest
        if any(len(line) > LINE_LIMIT_BYTES for line in (*lines, rest)):
            self._refuse(f"a line is longer than {LINE_LIMIT_BYTES} bytes", ExitCode.USAGE)
            return
        self._waiting.extend(bytes(line) for line in lines if line.strip())
        if len(self._waiting) > WAITING_LIMIT:
            self._refuse(f"more than {WAITING_LIMIT} requests ahead", ExitCode.USAGE)
            return
        self._next()

    def eof_received(self) -> bool:
        """No more requests; those under way are still answered, a stream is not."""
        self._ended = True
        if self._streaming:
            self._call_off()
        return self._task is not None

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._ended = True
        self._transport = None
        self._waiting.clear()
        self._writable.set()
        if self._streaming:
            self._call_off()
        if self._visit is not None:
            self._host.desk.visits.leave(self._visit)
        self._host.closed(self)

    def pause_writing(self) -> None:
        """The client reads slowly: wait for it."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writable.set()

    def close(self) -> None:
        """Say good-bye once what is written has gone out."""
        if self._transport is not None:
            self._transport.close()

    # Commands.

    def _next(self) -> None:
        if self._task is None and self._waiting:
            self._task = self._host.begin(self, self._waiting.popleft())

    def _call_off(self) -> None:
        if self._task is not None:
            self._host.call_off(self._task)
            self._task = None
        self.close()

    async def answer(self, line: bytes) -> None:
        """Answer one request. Runs as a task of the host."""
        assert self._visitor is not None
        assert self._visit is not None
        try:
            request = msgspec.json.decode(line, type=Request)
        except msgspec.DecodeError as error:
            self._refuse(f"not a request: {error}", ExitCode.USAGE)
            return
        words = [*(["--json"] if request.json else []), *request.command.split(), *request.args]
        invocation = self._host.desk.take(words, self._visitor)
        self._visit.doing = invocation.name
        self._streaming = invocation.streams
        renderer = TextRenderer(width=request.width, colour=request.tty)
        exit_code = await self._say_all(invocation, renderer)
        self._visit.doing = ""
        self._streaming = False
        self._task = None
        self._write({"exit": exit_code})
        self._next()
        if self._ended and self._task is None:
            self.close()

    async def _say_all(self, invocation: Invocation, renderer: TextRenderer) -> ExitCode:
        exit_code = ExitCode.OK
        async with aclosing(invocation.run()) as events:
            async for event in events:
                exit_code = event.exit_code
                self._write(_line(event, None if invocation.json else renderer))
                await self._writable.wait()
        return exit_code

    def _refuse(self, message: str, exit_code: ExitCode) -> None:
        self._host.refused()
        problem = Problem("refused", message, exit_code)
        self._write({"event": problem.document()})
        self._write({"exit": exit_code})
        self._ended = True
        self.close()

    def _write(self, line: dict[str, object]) -> None:
        if self._transport is not None:
            document = printable_json(msgspec.json.encode(line).decode())
            self._transport.write(document.encode() + b"\n")


def _line(event: Event, renderer: TextRenderer | None) -> dict[str, object]:
    if renderer is None:
        return {"event": event.document()}
    return {"text": renderer.render(event), "to": "err" if isinstance(event, Problem) else "out"}


def peer_uid(connection: socket.socket) -> int:
    """The user at the other end, from the kernel (unix(7), SO_PEERCRED)."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(raw)[1])


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
