"""The web server as an actor: uvicorn in a task of its own, on a socket that we bind."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn

from protocols.channels import MAX_FRAME_BYTES
from runtime import Actor, Call, ExitReason, Failed, Sender, StartError, TaskDone, TaskFailed
from web.accounts import Accounts
from web.app import create_app
from web.channels.stats import SocketStats
from web.ports import Backend

log = structlog.get_logger("web")

GRACE_S = 3
"""How long a stop waits for answers that are being sent; then they are cut."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8700


@dataclass(frozen=True, slots=True)
class WhereIsIt(Call[str]):
    """Asks for the address of the pages, `http://127.0.0.1:8700`."""


class AddressTaken(StartError):
    """Another program listens there, or the address is not this machine's."""

    def __init__(self, *, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port
        self.reason = reason


class _Uvicorn(uvicorn.Server):
    """uvicorn without its own signal handlers: signals belong to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take over nothing."""
        yield


class WebServer(Actor):
    """Serves the pages while it lives; its end closes the port."""

    trap_exit = True

    def __init__(self, listen: Listen, *, backend: Backend, accounts: Accounts) -> None:
        self._listen = listen
        self._backend = backend
        self._accounts = accounts
        self._url = ""

    def init(self) -> None:
        """Bind and serve. Raises AddressTaken."""
        bound = _bind(self._listen)
        host, port = bound.getsockname()[:2]
        self._url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._stats = SocketStats()
        app = create_app(
            system=self.system,
            backend=self._backend,
            accounts=self._accounts,
            stats=self._stats,
        )
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                ws="websockets-sansio",
                ws_per_message_deflate=False,
                ws_max_size=MAX_FRAME_BYTES,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._ended = asyncio.Event()
        self.start_task(self._serve(bound))
        log.info("web.listening", url=self._url)

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Where the pages are."""
        del sender
        match request:
            case WhereIsIt():
                return self._url
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """The server ended though nobody asked it to."""
        match message:
            case TaskDone():
                return self.stop(Failed("server_ended"))
            case TaskFailed(error=error):
                raise error
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Close the port, let answers finish, tell sockets to come back (close code 1012)."""
        del reason
        self._server.should_exit = True
        await self._ended.wait()

    def facts(self) -> dict[str, object]:
        """Where it listens, to how many, and whom it turned away."""
        return {
            "url": self._url,
            "connections": len(self._server.server_state.connections),
            "sockets refused": self._stats.refused,
            "sockets that broke the protocol": self._stats.protocol_errors,
        }

    async def _serve(self, bound: socket.socket) -> None:
        try:
            await self._server.serve([bound])
        finally:
            bound.close()
            self._ended.set()


def _bind(listen: Listen) -> socket.socket:
    """A bound socket of the address's own family. Raises AddressTaken."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((listen.host, listen.port))
        bound.listen()  # who is told the address may connect, though uvicorn comes a turn later
    except OSError as error:
        bound.close()
        reason = error.strerror or str(error)
        raise AddressTaken(host=listen.host, port=listen.port, reason=reason) from error
    bound.setblocking(False)
    return bound
