"""Starting, awaiting and ending processes."""

import asyncio
import os
import signal
from pathlib import Path

from store.launcher import CANNOT_LAUNCH
from store.process import Account, Step, bring_down, ended, ended_within, spawn

ME = Account("plain", os.geteuid(), os.getegid())


async def test_the_end_of_a_child_is_awaited_by_any_number_of_waiters(tmp_path: Path) -> None:
    child = spawn(ME, ["/bin/sleep", "60"], output=tmp_path / "out")
    async with asyncio.TaskGroup() as waiters:
        for _ in range(3):
            waiters.create_task(ended(child.pid))
        child.terminate()
    assert child.wait() == -signal.SIGTERM


async def test_a_process_that_is_gone_has_ended(tmp_path: Path) -> None:
    child = spawn(ME, ["/bin/true"], output=tmp_path / "out")
    assert child.wait() == 0
    await ended(child.pid)
    assert await bring_down(child.pid, Step(signal.SIGINT, 1.0)) == signal.SIGINT


async def test_a_living_process_has_not_ended_within_a_moment(tmp_path: Path) -> None:
    child = spawn(ME, ["/bin/sleep", "60"], output=tmp_path / "out")
    assert not await ended_within(child.pid, 0.01)
    child.kill()
    child.wait()


async def test_a_process_that_ignores_one_signal_gets_the_next() -> None:
    child = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", "trap '' INT; echo ready; read line"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"ready\n"
    steps = (Step(signal.SIGINT, 0.05), Step(signal.SIGKILL, 5.0))
    assert await bring_down(child.pid, steps[0]) is None
    assert await bring_down(child.pid, *steps) == signal.SIGKILL
    await child.communicate()


async def test_what_cannot_be_run_is_named(tmp_path: Path) -> None:
    output = tmp_path / "out"
    child = spawn(ME, ["/nonexistent/postgres"], output=output)
    await ended(child.pid)
    assert child.wait() == CANNOT_LAUNCH
    assert "cannot run /nonexistent/postgres (plain" in output.read_text()
