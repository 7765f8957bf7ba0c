"""Sockets to listen on: bound privately, with errors that name the address, closed at any death."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

from runtime import StartError

PATH_LIMIT_BYTES = 107
"""Linux's sockaddr_un holds 108 bytes, one of them the final NUL (unix(7))."""


class CannotListen(StartError):
    """An address that cannot be listened on. `address` is what to change, `reason` why."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"cannot listen on {address}: {reason}")
        self.address = address
        self.reason = reason


def bind_unix(path: Path) -> socket.socket:
    """A Unix socket at `path`, for its owner alone (0600), not yet listening.

    The file of a daemon that died is replaced. Raises CannotListen when a living one answers
    there, the path is too long, or something else lies there.
    """
    size_bytes = len(os.fsencode(path))
    if size_bytes > PATH_LIMIT_BYTES:
        reason = f"the path has {size_bytes} bytes and a Unix socket takes {PATH_LIMIT_BYTES}"
        raise CannotListen(str(path), f"{reason}; choose a shorter data directory")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear(path)
        listener.bind(str(path))
        path.chmod(0o600)
    except CannotListen:
        listener.close()
        raise
    except OSError as error:
        listener.close()
        raise CannotListen(str(path), error.strerror or str(error)) from error
    listener.setblocking(False)
    return listener


def _clear(path: Path) -> None:
    """Remove the socket of a dead daemon: a refused connection means that nobody listens."""
    if not path.exists():
        return
    if not path.is_socket():
        raise CannotListen(str(path), "there is a file that is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as visitor:
        visitor.settimeout(1.0)
        try:
            visitor.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
        except OSError as error:
            raise CannotListen(str(path), error.strerror or str(error)) from error
        else:
            raise CannotListen(str(path), "another daemon listens there")


def bind_tcp(host: str, port: int) -> socket.socket:
    """A TCP socket bound to one address; port 0 takes a free one. Raises CannotListen."""
    address = f"{host}:{port}"
    try:
        family, kind, protocol, _, name = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(address, error.strerror or str(error)) from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(name)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "another program has this port" if taken else error.strerror or str(error)
        raise CannotListen(address, reason) from error
    listener.setblocking(False)
    return listener


async def until_death(close: Callable[[], None]) -> None:
    """Wait for ever; run `close` when cancelled.

    As a task of an actor it closes what the actor holds at every kind of death, kill included.
    """
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        close()
