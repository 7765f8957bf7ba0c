"""What a data directory tells about the PostgreSQL that runs in it, or ran in it and left traces.

Three ends of an earlier run are told apart:

- the daemon was killed and its postmaster runs on, or is just shutting down: it is stopped. It
  could be adopted, but a server that is nobody's child reports no exit status and is not bound to
  our life;
- the postmaster was killed and its children have not noticed yet: they are waited for, because a
  new postmaster refuses to start while one of them holds the shared memory;
- everything was killed and only `postmaster.pid` is left: it is removed once the number in it is
  seen to belong to no PostgreSQL. PostgreSQL would take any process of that number for a rival.

Every process of one data directory carries a mark in its title (`cluster_name`). Titles are
readable where `/proc/PID/cwd` is not: to root without CAP_SYS_PTRACE, as in most containers.
"""

import asyncio
import signal
from pathlib import Path

from store.errors import PostgresFailed
from store.process import Step, bring_down, ended_within

_LEFTOVER_PATIENCE_S = 15.0
_IMMEDIATE = Step(signal.SIGQUIT, 5.0)
_KILL = Step(signal.SIGKILL, 5.0)
_ORPHANS_PATIENCE_S = 5.0


def mark(data: Path) -> str:
    """The `cluster_name` of this data directory: the same by whatever path one comes to it."""
    place = data.stat()
    return f"engset({place.st_dev:x}-{place.st_ino:x})"  # brackets: no mark is part of another


def recorded_pid(data: Path) -> int | None:
    """The postmaster's process id by its pid file, whether it lives or not."""
    lines = _pid_file(data)
    return int(lines[0]) if lines and lines[0].isdecimal() else None


def is_ready(data: Path, pid: int) -> bool:
    """Whether postmaster `pid` says that it accepts connections.

    Source: PostgreSQL's miscadmin.h, LOCK_FILE_LINE_PM_STATUS is line 8 of postmaster.pid.
    """
    lines = _pid_file(data)
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


async def stop_postmaster(pid: int, *, patience_s: float) -> signal.Signals:
    """Stop by fast shutdown, which ends sessions and writes a checkpoint; then by harder signals.

    Returns the signal that did it. Raises PostgresFailed when even SIGKILL did not.
    """
    used = await bring_down(pid, Step(signal.SIGINT, patience_s), _IMMEDIATE, _KILL)
    if used is None:
        raise PostgresFailed(step="stop", reason=f"process {pid} survives SIGKILL")
    return used


async def clear_leftovers(data: Path) -> int:
    """End what an earlier run left in `data`, processes and pid file; returns how many processes.

    A data directory that does not exist has no leftovers.
    """
    found = await asyncio.to_thread(_processes_in, data)
    postmaster = recorded_pid(data)
    if postmaster in found:
        await stop_postmaster(postmaster, patience_s=_LEFTOVER_PATIENCE_S)
    for orphan in found:
        if not await ended_within(orphan, _ORPHANS_PATIENCE_S):
            await bring_down(orphan, _KILL)
    if postmaster is not None and not _is_postgres(postmaster):
        (data / "postmaster.pid").unlink(missing_ok=True)
    return len(found)


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _processes_in(data: Path) -> list[int]:
    if not data.exists():
        return []
    sought = mark(data)
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in numbers if _is_postgres(pid) and sought.encode() in _title(pid)]


def _is_postgres(pid: int) -> bool:
    """Whether a living process is PostgreSQL's; a zombie keeps its name but has no title."""
    return _read(pid, "comm") == b"postgres\n" and _title(pid) != b""


def _title(pid: int) -> bytes:
    return _read(pid, "cmdline")


def _read(pid: int, file: str) -> bytes:
    """A file of /proc/PID; empty when the process has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/{file}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
