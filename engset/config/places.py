"""The data directory and what lies in it: whether it can be made, written, and listened in."""

import os
from pathlib import Path

from actors.control.listening import PATH_LIMIT_BYTES
from engset.config.problem import Findings
from engset.config.sections import Configuration

SSH_SOCKET = "control/ssh.sock"
"""Where the SSH server listens too, below the data directory."""


def check_places(configuration: Configuration, findings: Findings) -> None:
    """Find what would stop the daemon from keeping its data. Makes nothing."""
    if not findings.sound("data_dir"):
        return
    data_dir = Path(os.path.realpath(configuration.data_dir))
    reason = _unusable(data_dir)
    if reason is not None:
        findings.wrong("data_dir", reason)
        return
    _check_socket("control.socket", data_dir / configuration.control.socket, findings)
    if findings.sound("control.socket"):
        _check_socket("data_dir", data_dir / SSH_SOCKET, findings)


def _check_socket(key: str, path: Path, findings: Findings) -> None:
    size_bytes = len(os.fsencode(path))
    if size_bytes > PATH_LIMIT_BYTES:
        reason = f"{path} has {size_bytes} bytes and a Unix socket takes {PATH_LIMIT_BYTES}"
        findings.wrong(key, f"{reason}; choose a shorter data_dir")


def _unusable(folder: Path) -> str | None:
    """Why the folder cannot serve, whether it is there or has to be made."""
    try:
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if not there.is_dir():
            return f"{there} is a file, not a folder"
    except OSError as error:  # too long a name, say
        return f"{folder} cannot be used: {error.strerror}"
    if not os.access(there, os.W_OK | os.X_OK):
        verb = "written" if there == folder else f"made: {there} cannot be written"
        return f"{folder} cannot be {verb}"
    return None
