"""The watchdog's door: a second socket in the data directory, for when the loop does not answer.

The command line asks here when the ordinary socket keeps silent. Who may come in is what it is
there: the daemon's own user and root, by the kernel's word; the file is 0600. A visitor is told one
line of JSON and sent away. All of it runs on the watchdog's thread, with time-outs.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from actors.control.listening import bind_unix
from actors.control.local_session import peer_uid
from actors.control.printable import printable, printable_json
from runtime import Outlook, TaskStatus

DOOR_NAME: Final = "watchdog.sock"
"""Beside the control socket."""
PATIENCE_S: Final = 2.0
"""For a visitor who does not read."""


class WatchDoor:
    """Listens as long as it is open."""

    def __init__(self, path: Path, *, users: frozenset[int] | None = None) -> None:
        """`users` may come in; by default root and the daemon's own user. Raises CannotListen."""
        self._path = path
        self._users = frozenset({0, os.getuid()}) if users is None else users
        self._listener = bind_unix(path)
        self._listener.listen()

    def fileno(self) -> int:
        """See `runtime.watchdog.Door`."""
        return self._listener.fileno()

    def answer(self, look: Callable[[], Outlook]) -> None:
        """See `runtime.watchdog.Door`. A visitor who went away, or reads too slowly, is let go."""
        with suppress(OSError):
            connection, _ = self._listener.accept()
            with connection:
                connection.settimeout(PATIENCE_S)
                if peer_uid(connection) in self._users:
                    connection.sendall(_line(look()))

    def close(self) -> None:
        """Listen no more, and take the file away."""
        self._listener.close()
        self._path.unlink(missing_ok=True)


def _line(outlook: Outlook) -> bytes:
    document = {
        "stuck": outlook.stuck,
        "held_s": round(outlook.held_s, 3),
        "text": in_words(outlook),
        "outlook": outlook,
    }
    return printable_json(msgspec.json.encode(document).decode()).encode() + b"\n"


def in_words(outlook: Outlook) -> str:
    """How things stand, for a terminal: the culprit first, then every stack."""
    lines = [_headline(outlook), "", "the loop's thread", *_stack(outlook.stack)]
    for actor in outlook.actors:
        lines.append(f"actor {printable(actor.path)}  {actor.state}  mail {actor.mailbox}")
        lines += [line for task in actor.tasks for line in _stack(task.awaits)]
    lines += [line for task in outlook.tasks for line in _task(task)]
    return "\n".join(lines) + "\n"


def _headline(outlook: Outlook) -> str:
    if outlook.culprit is None:
        return "the loop waits for something to do"
    actor = outlook.culprit.actor
    where = "outside actors" if actor is None else f"in actor {printable(actor)}"
    state = "is stuck" if outlook.stuck else "is busy"
    return (
        f"the loop {state} since {outlook.held_s:.1f} s {where}"
        f" at {printable(outlook.culprit.function)}"
    )


def _task(task: TaskStatus) -> list[str]:
    return [f"task {printable(task.name)}", *_stack(task.awaits)]


def _stack(places: tuple[str, ...]) -> list[str]:
    return [f"    {printable(where)}" for where in places]
