"""The near end of the local control socket: one request, its answer printed as it comes."""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

FAILED = 1
NO_DAEMON = 69
NOT_PERMITTED = 77
INTERRUPTED = 130
PIPE_CLOSED = 141


def ask(path: Path, words: Sequence[str], *, otherwise: Callable[[], int] | None = None) -> int:
    """Have the daemon at `path` carry out a command; returns its exit code.

    `otherwise` answers in place of an error when no daemon listens there.
    """
    try:
        connection = _connect(path)
    except PermissionError:
        return _complain(words, NOT_PERMITTED, "not_permitted", f"{path} belongs to another user")
    except OSError as error:
        if otherwise is not None:
            return otherwise()
        return _complain(words, NO_DAEMON, "no_daemon", _absence(path, error))
    with connection:
        try:
            return _converse(connection, words)
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return PIPE_CLOSED


def _connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def _absence(path: Path, error: OSError) -> str:
    return (
        f"no daemon answers at {path} ({error.strerror or error}); start one with `engset serve`,"
        " or say where its data is with --data-dir"
    )


def _complain(words: Sequence[str], exit_code: int, code: str, message: str) -> int:
    if "--json" in words:
        sys.stdout.write(json.dumps({"error": {"code": code, "message": message}}) + "\n")
    else:
        sys.stderr.write(f"engset: {message}\n")
    return exit_code


def _converse(connection: socket.socket, words: Sequence[str]) -> int:
    tty = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    request = {
        "command": "",
        "args": list(words),
        "width": shutil.get_terminal_size().columns if sys.stdout.isatty() else 200,
        "tty": tty,
    }
    try:
        connection.sendall(json.dumps(request).encode() + b"\n")
    except ConnectionError:
        return _gone(words)
    for line in _lines(connection):
        match line:
            case {"exit": int(exit_code)}:
                return exit_code
            case {"event": event}:
                _print(json.dumps(event) + "\n")
            case {"text": str(text), "to": "err"}:
                sys.stderr.write(text)
            case {"text": str(text)}:
                _print(text)
            case _:
                return _complain(words, FAILED, "not_understood", "the answer is not ours")
    return _gone(words)


def _gone(words: Sequence[str]) -> int:
    said = "the connection ended before the answer: the daemon or its control room has ended"
    return _complain(words, NO_DAEMON, "daemon_gone", said)


def _lines(connection: socket.socket) -> Iterator[dict[str, Any]]:
    with connection.makefile("r", encoding="utf-8") as answer:
        try:
            for line in answer:
                yield json.loads(line)
        except ConnectionResetError:
            return


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
