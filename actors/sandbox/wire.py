"""A client's connection as the practice registry holds it, and all of them together.

| stage    | what the client may do              | what ends it                                 |
|----------|-------------------------------------|----------------------------------------------|
| accepted | write; nothing is read              | no room left, the door's end                 |
| securing | TLS handshake, with its certificate | a failed handshake, HANDSHAKE_S              |
| secured  | write; kept until there is an owner | the door's end                               |
| adopted  | talk to its session                 | either side, the session's or the door's end |

The door owns every connection from accept to end: when it dies, in whatever way, all are cut.
"""

import asyncio
import ssl

from actors.sandbox.messages import Accepted, LinkDrained, LinkEnded, Octets
from runtime import Ref

HANDSHAKE_S = 10.0
"""A TLS handshake that takes longer is given up."""
CLOSE_S = 1.0
"""How long an orderly end waits for the client's part in it."""

_PIECE_BYTES = 4096
_UNREAD_BYTES = 64 * 1024


class Wires:
    """All connections of one door, never more than `limit` at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._wires: dict[int, Wire] = {}
        self._last_number = 0
        self._closed = False
        self.refused = 0
        """Connections for which there was no room."""
        self.emptied = asyncio.Event()
        self.emptied.set()

    def __len__(self) -> int:
        return len(self._wires)

    def __getitem__(self, number: int) -> "Wire | None":
        return self._wires.get(number)

    def enter(self, wire: "Wire") -> int | None:
        """The number of a new connection; None when there is no room for it."""
        if self._closed or len(self._wires) >= self._limit:
            self.refused += 1
            return None
        self._last_number += 1
        self._wires[self._last_number] = wire
        self.emptied.clear()
        return self._last_number

    def leave(self, number: int) -> None:
        """A connection has ended."""
        self._wires.pop(number, None)
        if not self._wires:
            self.emptied.set()

    def release(self, *, orderly: bool) -> None:
        """Let in nobody more and end all; `emptied` is set when the last is gone."""
        self._closed = True
        for wire in tuple(self._wires.values()):
            wire.release(orderly=orderly)


class Wire(asyncio.Protocol):
    """Reads nothing before it is secured, and drops what it reads once it was silenced.

    Both directions are bounded: a client that writes faster than it is answered is not read any
    more, and one that does not read makes the wire `congested`.
    """

    def __init__(self, wires: Wires, door: Ref) -> None:
        self._wires = wires
        self._door = door
        self._number = 0
        self._owner: Ref | None = None
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._idle_owner = False
        self._paused = False
        self._secured = False
        self._silent = False
        self.congested = False
        self.ended = False

    # Called by asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tell the door, if there is room."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.pause_reading()
        number = self._wires.enter(self)
        if number is None:
            transport.abort()
            return
        self._number = number
        self._door.cast(Accepted(number))

    def data_received(self, data: bytes) -> None:
        """Keep the octets for the owner; hand a piece over if it waits for one."""
        if self._silent:
            return
        self._unread += data
        if len(self._unread) > _UNREAD_BYTES:
            self._pause()
        self._hand_over()

    def pause_writing(self) -> None:
        """The client does not read."""
        self.congested = True

    def resume_writing(self) -> None:
        """It does again."""
        self.congested = False
        if self._owner is not None:
            self._owner.cast(LinkDrained())

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self.ended = True
        self._wires.leave(self._number)
        if self._owner is not None:
            self._owner.cast(LinkEnded())

    # Called by the door and the session.

    @property
    def remote(self) -> str:
        """`127.0.0.1:40312`."""
        peer = self._transport and self._transport.get_extra_info("peername")
        return f"{peer[0]}:{peer[1]}" if peer else "gone"

    async def secure(self, context: ssl.SSLContext) -> None:
        """Do the TLS handshake. Raises OSError, of which ssl.SSLError is one."""
        plain = self._transport
        assert plain is not None
        try:
            secured = await asyncio.get_running_loop().start_tls(
                plain,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_S,
                ssl_shutdown_timeout=CLOSE_S,
            )
            if secured is None or secured.is_closing():
                raise ConnectionResetError("the connection ended in the middle of the handshake")
        except BaseException:
            plain.abort()
            self._wires.leave(self._number)
            raise
        self._transport = secured
        self._secured = True
        self._pause()

    def adopt(self, owner: Ref) -> None:
        """Read for `owner`, who asks for `more`; it hears of the end too, also of a past one."""
        self._owner = owner
        self._resume()
        if self.ended:
            owner.cast(LinkEnded())

    def more(self) -> None:
        """The owner is ready for the next piece; it gets one at a time.

        What waits already comes in a later turn of the loop, so that a client which sends a
        thousand commands at once does not hold everybody up.
        """
        self._idle_owner = True
        if self._unread:
            asyncio.get_running_loop().call_soon(self._hand_over)

    def write(self, data: bytes) -> None:
        """Write in one piece."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def silence(self) -> None:
        """Keep the connection, hear nothing more of it but its end."""
        self._silent = True
        self._unread.clear()
        self._resume()

    def release(self, *, orderly: bool) -> None:
        """End. In order: what was written goes out first, then TLS's goodbye; else cut."""
        transport = self._transport
        if transport is None:
            return
        if not orderly or not self._secured or self._silent:
            transport.abort()
        elif not transport.is_closing():
            transport.close()

    def _hand_over(self) -> None:
        if self._unread and self._idle_owner and self._owner is not None:
            self._idle_owner = False
            piece = bytes(self._unread[:_PIECE_BYTES])
            del self._unread[:_PIECE_BYTES]
            self._owner.cast(Octets(piece))
            if len(self._unread) <= _UNREAD_BYTES:
                self._resume()

    def _pause(self) -> None:
        if not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._paused and self._transport is not None and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()
