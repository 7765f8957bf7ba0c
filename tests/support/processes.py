"""Processes of a test, seen from outside."""

import os
import select
from pathlib import Path

from store import postmaster


def ended_within(pid: int, seconds: float) -> bool:
    """Whether process `pid` ends within the given time; True when there is none."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def descendants(pid: int) -> set[int]:
    """The children of a living process, and theirs."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (parent := _parent(int(entry.name))) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting += below
    return found


def working_on(data_dir: Path) -> dict[int, str]:
    """Living processes, by number, whose command line speaks of that data directory.

    PostgreSQL's own say so by the mark that stands in their titles.
    """
    wanted = [str(data_dir).encode()]
    cluster = data_dir / "postgres" / "data"
    if cluster.exists():
        wanted.append(postmaster.mark(cluster).encode())
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        title = _read(entry / "cmdline")
        if any(text in title for text in wanted):
            found[int(entry.name)] = title.replace(b"\0", b" ").decode(errors="replace")
    return found


def _parent(pid: int) -> int | None:
    """The parent's number: the second field after the name, which may hold spaces (proc(5))."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(b") ")[2].split()
    return int(fields[1]) if len(fields) > 1 else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
