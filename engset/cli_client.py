"""The near end of the local control socket: one request, its answer printed as it comes.

A daemon whose event loop is stuck accepts a request and keeps silent. So whoever waits here asks
at the watchdog's door what is the matter, soon after the answer is due and then ever more seldom.
"""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from engset.cli_watchdog import NoDoor, ask_watchdog

FAILED = 1
NO_DAEMON = 69
NOT_PERMITTED = 77
TIMED_OUT = 124
INTERRUPTED = 130
PIPE_CLOSED = 141

STUCK_S = 5.0
"""A turn of the loop that long is called stuck (`runtime.lookout`)."""
SOON_S = 0.1
SELDOM_S = 30.0
MUTE = 2
"""Times that the watchdog must keep silent, too, before the process is given up."""


class Patience(NamedTuple):
    """How long we wait for whom."""

    answer_s: float = 660.0
    """For the first line of an answer; the longest command has 600 s."""
    silence_s: float = 3.0
    """Without a line for so long, the watchdog is asked for the first time."""
    watchdog_s: float = 2.0
    """For a watchdog, which answers at once if it lives."""


PATIENT = Patience()


class Unanswered(Exception):
    """No answer will come, or none in time."""

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more


def ask(
    path: Path,
    words: Sequence[str],
    *,
    patience: Patience = PATIENT,
    otherwise: Callable[[], int] | None = None,
) -> int:
    """Have the daemon at `path` carry out a command; returns its exit code.

    `otherwise` answers in place of an error when no daemon listens there, or it is stuck.
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
            return _converse(_Wait(path, connection, patience), words)
        except Unanswered as late:
            if otherwise is not None:
                return otherwise()
            return _complain(words, TIMED_OUT, late.code, late.message, **late.more)
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


def _complain(words: Sequence[str], exit_code: int, code: str, message: str, **more: object) -> int:
    if "--json" in words:
        error = {"code": code, "message": message.partition("\n")[0], **more}
        sys.stdout.write(json.dumps({"error": error}) + "\n")
    else:
        sys.stderr.write(f"engset: {message}\n")
    return exit_code


def _converse(wait: "_Wait", words: Sequence[str]) -> int:
    tty = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    request = {
        "command": "",
        "args": list(words),
        "width": shutil.get_terminal_size().columns if sys.stdout.isatty() else 200,
        "tty": tty,
    }
    try:
        wait.connection.sendall(json.dumps(request).encode() + b"\n")
    except ConnectionError:
        return _gone(words)
    for line in wait.lines():
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


class _Wait:
    """Waits for the lines of an answer, and knows when it is in vain."""

    def __init__(self, path: Path, connection: socket.socket, patience: Patience) -> None:
        self.connection = connection
        self._path = path
        self._until_s: float | None = monotonic() + patience.answer_s
        self._patience = patience
        self._mute = 0

    def lines(self) -> Iterator[dict[str, Any]]:
        """The lines as they come. Raises Unanswered."""
        rest = b""
        while chunk := self._chunk():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._until_s = None  # it is answered; what follows may be a stream
                yield json.loads(line)

    def _chunk(self) -> bytes:
        pause_s = self._patience.silence_s
        while True:
            self.connection.settimeout(self._within_patience(pause_s))
            try:
                return self.connection.recv(65_536)
            except TimeoutError:
                pause_s = self._after_silence(pause_s)
            except ConnectionResetError:
                return b""

    def _within_patience(self, pause_s: float) -> float:
        """Raises Unanswered when it is at its end."""
        if self._until_s is None:
            return pause_s
        left_s = self._until_s - monotonic()
        if left_s <= 0:
            raise Unanswered("no_answer", f"no answer within {self._patience.answer_s:g} s")
        return min(pause_s, left_s)

    def _after_silence(self, pause_s: float) -> float:
        """Ask the watchdog; how long to wait until the next time. Raises Unanswered."""
        try:
            said = ask_watchdog(self._path, within_s=self._patience.watchdog_s)
        except NoDoor:
            return SELDOM_S
        except TimeoutError:
            self._mute += 1
            if self._mute < MUTE:
                return SOON_S
            raise Unanswered(
                "daemon_silent",
                "neither the daemon nor its watchdog answers: the process is stopped, or native"
                " code holds the interpreter",
            ) from None
        self._mute = 0
        if said.stuck:
            raise Unanswered(
                "loop_stuck",
                f"{said.text}\nThe command is carried out when the loop goes on.",
                outlook=said.outlook,
            )
        if said.held_s > 0.5:
            return max(SOON_S, STUCK_S + SOON_S - said.held_s)
        return min(2 * pause_s, SELDOM_S)


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
