"""Where a practice registry listens, and what it asks of those who come: TLS and a certificate."""

import asyncio
import os
import ssl
from collections.abc import Callable

import structlog

from actors.sandbox.practice import Practice
from runtime import StartError

_BACKLOG = 64

log = structlog.get_logger("sandbox")


class PortTaken(StartError):
    """The practice registry cannot listen where it was told to."""

    def __init__(self, name: str, host: str, port: int, reason: str) -> None:
        super().__init__(f"practice registry {name} cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port


class Doorway:
    """The address of one registry, the same for all incarnations of its door.

    A free port that was taken once is taken again after a restart: clients know it by then.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self.port = practice.port

    def __str__(self) -> str:
        host = self._practice.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    async def open(self, connection: Callable[[], asyncio.Protocol]) -> asyncio.Server:
        """Listen; each client gets a `connection`, before any TLS. Raises PortTaken."""
        practice = self._practice
        try:
            server = await asyncio.get_running_loop().create_server(
                connection, practice.host, self.port, backlog=_BACKLOG, reuse_address=True
            )
        except OSError as error:
            number = error.errno or 0
            reason = os.strerror(number) if number > 0 else str(error)
            log.warning("port.taken", registry=practice.name, address=str(self), reason=reason)
            raise PortTaken(practice.name, practice.host, self.port, reason) from error
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    def tls(self) -> ssl.SSLContext:
        """TLS 1.2 or newer, with a certificate asked of the client (RFC 5734 sections 8, 9)."""
        files = self._practice.certificates
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(files.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(files.server_certificate, files.server_key)
        return context
