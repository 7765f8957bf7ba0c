"""One daemon among daemons: its data directory, the lock on it, and its names."""

import fcntl
import os
import secrets
from collections.abc import Callable
from pathlib import Path


class DataDirectoryTaken(Exception):
    """Another daemon runs on this data directory."""

    def __init__(self, path: Path, pid: str) -> None:
        super().__init__(f"{path} is in use by a running daemon (process {pid})")
        self.path = path
        self.pid = pid


class Node:
    """One run of the daemon on one data directory.

    `name` is stable over restarts, `run_id` is not: what an earlier run of the same node left
    unfinished is recognised by the pair.
    """

    def __init__(self, data_dir: Path) -> None:
        """Make the directory and lock it. Raises DataDirectoryTaken, OSError.

        Others may pass through it (0711), since the embedded PostgreSQL may run as an account of
        its own; every folder below that holds a secret is private.
        """
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.data_dir = data_dir.resolve()
        self._lock = _lock(self.data_dir / "daemon.lock")
        self.name = _remembered(self.data_dir / "node", lambda: f"node-{secrets.token_hex(4)}")
        self.run_id = secrets.token_hex(8)

    def release(self) -> None:
        """Let another daemon have the directory."""
        os.close(self._lock)


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise DataDirectoryTaken(path.parent, pid) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
    return descriptor


def _remembered(path: Path, make: Callable[[], str]) -> str:
    """What the file says; made when it is not there, or empty since a crash while writing."""
    text = path.read_text(encoding="ascii").strip() if path.exists() else ""
    if not text:
        text = make()
        path.write_text(f"{text}\n", encoding="ascii")
    return text
