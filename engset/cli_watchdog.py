"""What the watchdog of a silent daemon says. It stands beside the control socket."""

import json
import socket
from pathlib import Path
from typing import Any, NamedTuple

DOOR_NAME = "watchdog.sock"


class NoDoor(Exception):
    """There is no watchdog that can be asked."""


class Said(NamedTuple):
    """How the loop stands."""

    stuck: bool
    held_s: float
    text: str
    outlook: Any


def ask_watchdog(control_socket: Path, *, within_s: float) -> Said:
    """Ask once. Raises NoDoor; TimeoutError when somebody listens and does not answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(within_s)
        try:
            door.connect(str(control_socket.with_name(DOOR_NAME)))
            with door.makefile("rb") as answer:
                line = answer.readline()
        except TimeoutError:
            raise
        except OSError as error:
            raise NoDoor(str(error)) from error
    try:
        said = json.loads(line)
        return Said(bool(said["stuck"]), float(said["held_s"]), said["text"], said["outlook"])
    except (ValueError, KeyError) as error:
        raise NoDoor(f"not understood: {line[:64]!r}") from error
