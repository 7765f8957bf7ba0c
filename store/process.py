"""Processes whose end can be awaited: our children, and those that an earlier daemon left behind.

A pidfd becomes readable when its process ends, whoever its parent is, so waiting needs neither
threads nor a child watcher and works from any event loop. Source: pidfd_open(2), Linux 5.3.
"""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True, slots=True)
class Account:
    """As whom PostgreSQL runs, and how it becomes that (see `launcher`)."""

    how: Literal["plain", "mapped", "switched"]
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Step:
    """One signal and how long it may take to end the process."""

    signal: signal.Signals
    patience_s: float


def spawn(account: Account, command: list[str], *, output: Path) -> "subprocess.Popen[bytes]":
    """Start `command` as `account`, in a session of its own, its output replacing the file.

    A session of its own keeps the terminal's Ctrl-C for the daemon, which stops PostgreSQL last.
    """
    launch = [account.how, account.uid, account.gid, os.getpid(), *command]
    with output.open("wb") as sink:
        return subprocess.Popen(  # noqa: S603 - the command is ours
            [sys.executable, "-I", "-S", str(_LAUNCHER), *map(str, launch)],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            start_new_session=True,
        )


async def ended(pid: int) -> None:
    """Return when process `pid` has ended; at once when there is none."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    loop.add_reader(descriptor, end.set)
    try:
        await end.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def ended_within(pid: int, patience_s: float) -> bool:
    """Whether process `pid` ends within the given time."""
    try:
        async with asyncio.timeout(patience_s):
            await ended(pid)
    except TimeoutError:
        return False
    return True


async def bring_down(pid: int, *steps: Step) -> signal.Signals | None:
    """Send the signals one after the other until the process has ended.

    Returns the signal that did it, or None when the process outlives them all.
    """
    for step in steps:
        try:
            os.kill(pid, step.signal)
        except ProcessLookupError:
            return step.signal
        if await ended_within(pid, step.patience_s):
            return step.signal
    return None
