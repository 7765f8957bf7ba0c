"""The TLS connection itself: octets in and out, handed to the connection actor as messages."""

import asyncio
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from typing import Any

from actors.epp.settings import RegistrySettings
from runtime import Ref

_KEEP_IDLE_S = 60
_KEEP_INTERVAL_S = 15
_KEEP_COUNT = 4
_USER_TIMEOUT_MS = 30_000
_NEXT_ADDRESS_S = 0.25
"""A name's next address (IPv4 beside IPv6) is tried beside the first one after so long."""
_CLOSE_TIMEOUT_S = 1.0
"""asyncio's default is 30 s; a registry that is gone never answers the TLS close."""
NOT_IN_TIME = "no connection within its deadline"


@dataclass(frozen=True, slots=True)
class BytesReceived:
    """Octets from the registry."""

    data: bytes


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """TLS is up, certificate and name are verified."""

    link: "Link"


class Link(asyncio.Protocol):
    """One TCP and TLS connection, owned by one actor. What is closed is never read again."""

    def __init__(self, owner: Ref) -> None:
        self._owner = owner
        self._is_read = True
        self._early = b""
        self._transport: asyncio.Transport | None = None
        self._error: str | None = None
        self.ended = asyncio.Event()

    def opened(self, transport: asyncio.Transport) -> None:
        """Take the transport: TLS is up, certificate and name are verified."""
        self._transport = transport
        _keep_alive(transport.get_extra_info("socket"))
        self._owner.cast(LinkOpened(self))
        if self._early:
            self._owner.cast(BytesReceived(self._early))

    def data_received(self, data: bytes) -> None:
        """Hand octets on, unless the link was given up."""
        if self._transport is None:
            self._early += data  # the greeting, in one segment with the end of the handshake
        elif self._is_read:
            self._owner.cast(BytesReceived(data))

    def connection_lost(self, exc: Exception | None) -> None:
        """The link is gone; `exc` is None for an orderly end of stream."""
        self._error = str(exc) or type(exc).__name__ if exc else None
        self.ended.set()

    def write(self, frame: bytes) -> None:
        """One write for header and body together: apart, Nagle holds the second one back."""
        assert self._transport is not None
        self._transport.write(frame)

    def close(self) -> None:
        """End it after what was written has left, politely but briefly."""
        self._is_read = False
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End it now."""
        self._is_read = False
        if self._transport is not None:
            self._transport.abort()

    @property
    def remote(self) -> str:
        """`192.0.2.1:700`."""
        peer: Any = self._transport and self._transport.get_extra_info("peername")
        return f"{peer[0]}:{peer[1]}" if peer else "?"

    @property
    def tls(self) -> str:
        """`TLSv1.3 TLS_AES_256_GCM_SHA384`."""
        tls: ssl.SSLObject | None = (
            self._transport.get_extra_info("ssl_object") if self._transport else None
        )
        if tls is None:
            return "none"
        cipher = tls.cipher()
        return f"{tls.version()} {cipher[0] if cipher else ''}".strip()

    @property
    def error(self) -> str | None:
        """After the end: what went wrong, None for an orderly end of stream."""
        return self._error

    def release(self) -> None:
        """The owner is done with it: cut it off unless it is closing by itself."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.abort()


async def run_link(settings: RegistrySettings, context: ssl.SSLContext, owner: Ref) -> str | None:
    """Connect, shake hands, and hold the link until it ends; returns its error, if any.

    `LinkOpened` goes to `owner` in between. Raises OSError (ssl.SSLError is one) or TimeoutError
    when there is no connection. The deadline is the owner's: cancelled, by that or by the owner's
    death, it releases the link.
    """
    loop = asyncio.get_running_loop()
    link = Link(owner)
    # In two steps: a handshake that is called off within `create_connection` may leak its socket.
    raw, _ = await loop.create_connection(
        asyncio.Protocol,
        settings.host,
        settings.port,
        happy_eyeballs_delay=None if _is_address(settings.host) else _NEXT_ADDRESS_S,
    )
    try:
        transport = await loop.start_tls(
            raw,
            link,
            context,
            server_hostname=settings.tls_server_name or settings.host,
            ssl_handshake_timeout=settings.connect_timeout_s,
            ssl_shutdown_timeout=_CLOSE_TIMEOUT_S,
        )
        assert transport is not None
        link.opened(transport)
        await link.ended.wait()
    finally:
        link.release()
    return link.error


def tls_context(settings: RegistrySettings) -> ssl.SSLContext:
    """TLS 1.2 or newer, certificate and name verified (RFC 5734 section 9, RFC 9325).

    Raises OSError (ssl.SSLError is one) when a file cannot be read.
    """
    context = ssl.create_default_context(
        ssl.Purpose.SERVER_AUTH,
        cafile=None if settings.tls_ca is None else str(settings.tls_ca),
    )
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_certificate is not None:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context


def _is_address(host: str) -> bool:
    """Whether there is but one address to try; asyncio's race of several may leak a socket."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _keep_alive(sock: socket.socket) -> None:
    """Let a half-open link die, with data in flight (user timeout) or without (keep-alive)."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEP_IDLE_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _KEEP_INTERVAL_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _KEEP_COUNT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)


def describe_failure(error: OSError | TimeoutError) -> str:
    """Why there is no connection, for people."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"the registry's certificate is not to be trusted: {error.verify_message}"
        case TimeoutError():
            return NOT_IN_TIME
        case ConnectionRefusedError():
            return "connection refused"
        case OSError(strerror=str() as text):
            return text
        case _:
            return str(error) or type(error).__name__
