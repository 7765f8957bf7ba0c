"""The other door of the sockets: `/socket/longpoll`, for networks that let no WebSocket through.

A GET without a token opens a socket and answers 410 with one; every GET after that waits up to 10 s
for frames; a POST brings the client's. Source: phoenix, lib/phoenix/transports/long_poll.ex.
"""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from protocols.channels import (
    MAX_LINES,
    Frame,
    FrameTooLarge,
    PollStatus,
    RemoteProtocolError,
    encode_message,
    encode_poll,
    split_lines,
)
from runtime import Ref
from web.channels.endpoint import SocketEndpoint
from web.channels.messages import Alive
from web.session import Session

WINDOW_S = 10.0
_MAX_WAITING = 256
_MAX_BODY_BYTES = 256 * 1024


class LongPollTransport:
    """Frames between requests: what came in and was not read, what goes out and was not fetched."""

    def __init__(self) -> None:
        self._incoming: asyncio.Queue[Frame] = asyncio.Queue(2 * MAX_LINES)
        self._outgoing: deque[Frame] = deque()
        self._changed = asyncio.Event()

    async def receive(self) -> Frame | None:
        """See `Transport.receive`; such a client never says that it leaves."""
        return await self._incoming.get()

    async def send(self, frame: Frame) -> None:
        """See `Transport.send`; waits while the client does not fetch."""
        while len(self._outgoing) >= _MAX_WAITING:
            self._changed.clear()
            await self._changed.wait()
        self._outgoing.append(frame)
        self._changed.set()

    async def bring(self, frame: Frame) -> None:
        """Take in a frame of a POST; waits while the socket is busy."""
        await self._incoming.put(frame)

    async def fetch(self, *, within_s: float) -> list[Frame]:
        """All that is to be sent, as soon as there is any; nothing when the time is up."""
        try:
            async with asyncio.timeout(within_s):
                while not self._outgoing:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return []
        frames = list(self._outgoing)
        self._outgoing.clear()
        self._changed.set()
        return frames


@dataclass(frozen=True, slots=True)
class _Open:
    """One client's socket."""

    session: Session
    ref: Ref
    transport: LongPollTransport


class LongPollEndpoint:
    """Lets clients in as the WebSocket endpoint does, and keeps them by their tokens."""

    def __init__(self, sockets: SocketEndpoint, *, window_s: float = WINDOW_S) -> None:
        self._sockets = sockets
        self._window_s = window_s
        self._open: dict[str, _Open] = {}

    async def poll(self, request: Request) -> Response:
        """GET: open, or wait for frames. The HTTP status is 200 whatever the body says."""
        session = await self._sockets.admit(request)
        if session is None:
            return _answer(403)
        token = _token(request)
        known = self._find(token, session)
        if known is None:
            return await self._begin(session, request)
        known.ref.cast(Alive())
        frames = await known.transport.fetch(within_s=self._window_s)
        messages = [encode_message(frame) for frame in frames]
        return _answer(200 if frames else 204, token=token, messages=messages)

    async def publish(self, request: Request) -> Response:
        """POST: the client's frames."""
        session = await self._sockets.admit(request)
        if session is None:
            return _answer(403)
        known = self._find(_token(request), session)
        if known is None:
            return _answer(410)
        try:
            frames = split_lines(await _body(request))
        except RemoteProtocolError:
            self._sockets.stats.protocol_errors += 1
            known.ref.request_stop()
            return _answer(410)
        for frame in frames:
            await known.transport.bring(frame)
        return _answer(200)

    async def _begin(self, session: Session, request: Request) -> Response:
        self._forget_ended()
        transport = LongPollTransport()
        ref = await self._sockets.start(transport, session, request)
        if ref is None:
            return _answer(403)
        token = secrets.token_urlsafe(32)
        self._open[token] = _Open(session, ref, transport)
        return _answer(410, token=token, messages=[])

    def _find(self, token: str, session: Session) -> _Open | None:
        known = self._open.get(token)
        if known is None or not known.ref.alive or known.session.key != session.key:
            return None
        return known

    def _forget_ended(self) -> None:
        self._open = {token: one for token, one in self._open.items() if one.ref.alive}


async def _body(request: Request) -> bytes:
    """The body. Raises FrameTooLarge as soon as it is longer than a hundred lines may be."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise FrameTooLarge(size_bytes=len(body), limit_bytes=_MAX_BODY_BYTES)
    return body


def _token(request: Request) -> str:
    """Clients up to 1.8 send it as the last `token` of the query, later ones in a header."""
    header = request.headers.get("x-phoenix-longpoll-token")
    return header or request.query_params.get("token", "")


def _answer(
    status: PollStatus, *, token: str | None = None, messages: list[str] | None = None
) -> Response:
    body = encode_poll(status, token=token, messages=messages)
    return Response(body, media_type="application/json", headers={"cache-control": "no-store"})
