"""The door of the sockets: `/socket/websocket`, open to our own pages and signed-in programs."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count

import structlog
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from runtime import (
    ChildSpec,
    ExitReason,
    Failed,
    Ref,
    Restart,
    Shutdown,
    StartChild,
    Started,
    System,
)
from web.channels.socket import Routes, Socket
from web.channels.stats import SocketStats
from web.channels.transport import Transport, WebSocketTransport
from web.origin import Origin, origin_of
from web.session import Session

log = structlog.get_logger("web")

SOCKETS_PATH = "web/sockets"
"""The dynamic supervisor under which sockets run."""

VERSION = "2.0.0"

FindSession = Callable[[HTTPConnection], Awaitable[Session | None]]


class SocketEndpoint:
    """Lets clients in and hands each to an actor of its own.

    A client that is refused hears HTTP 403 before anything is opened: a foreign Origin, no session,
    or another protocol version (a missing one means 1.0.0).
    """

    def __init__(
        self,
        *,
        system: System,
        routes: Routes,
        find_session: FindSession,
        stats: SocketStats,
    ) -> None:
        self._system = system
        self._routes = routes
        self._find_session = find_session
        self._serials = count(1)
        self.stats = stats

    async def websocket(self, websocket: WebSocket) -> None:
        """Serve one WebSocket until either side ends it."""
        session = await self.admit(websocket)
        if session is None:
            await websocket.close()
            return
        offered: list[str] = websocket.scope.get("subprotocols", [])
        await websocket.accept("phoenix" if "phoenix" in offered else None)
        transport = WebSocketTransport(websocket)
        ref = await self.start(transport, session, websocket)
        if ref is None:
            await transport.close(_TRY_AGAIN)
            return
        reason = await ref.join()
        await transport.close(_close_code(reason))

    async def admit(self, connection: HTTPConnection) -> Session | None:
        """Who wants in; None when nobody may."""
        admitted = (
            origin_of(connection.headers) is not Origin.FOREIGN
            and connection.query_params.get("vsn") == VERSION
        )
        session = await self._find_session(connection) if admitted else None
        if session is None:
            self.stats.refused += 1
            log.info("socket.refused", origin=connection.headers.get("origin"))
        return session

    async def start(
        self, transport: Transport, session: Session, connection: HTTPConnection
    ) -> Ref | None:
        """Start the client's actor; None while the daemon takes no more."""
        spec = ChildSpec(
            id=f"{session.key}-{next(self._serials)}",
            start=partial(
                Socket,
                transport,
                session,
                find_session=partial(self._find_session, connection),
                routes=self._routes,
                stats=self.stats,
            ),
            restart=Restart.TEMPORARY,
        )
        match await self._system.call(SOCKETS_PATH, StartChild(spec)):
            case Started(ref=ref):
                return ref
            case other:
                log.warning("socket.not_started", reason=str(other))
                return None


_GOING_AWAY, _PROTOCOL_ERROR, _INTERNAL, _TRY_AGAIN = 1001, 1002, 1011, 1013


def _close_code(reason: ExitReason) -> int:
    """Why the socket closed, in WebSocket's terms; all but 1000 make the client come back."""
    match reason:
        case Shutdown():
            return _GOING_AWAY
        case Failed(code="protocol_error"):
            return _PROTOCOL_ERROR
        case Failed(code="idle" | "slow_client"):
            return _GOING_AWAY
        case _:
            return _INTERNAL
