"""The embedded server: what survives what, and what it says when it cannot run."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from store import EmbeddedServer, PostgresFailed
from store.process import ended
from tests.support.postgres import FAST_SETTINGS

NOBODY = 65534


def permissions(path: Path | str) -> int:
    return Path(path).stat().st_mode & 0o777


def make_home_of_nobody(data_dir: Path) -> None:
    home = data_dir / "postgres"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@asynccontextmanager
async def running(data_dir: Path) -> AsyncGenerator[EmbeddedServer]:
    server = EmbeddedServer(data_dir, settings=FAST_SETTINGS)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def run(server: EmbeddedServer, statement: str) -> object:
    connection = await asyncpg.connect(server.url())
    try:
        value: object = await connection.fetchval(statement)
        return value
    finally:
        await connection.close()


def kill(server: EmbeddedServer) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)


async def test_committed_rows_outlive_a_kill_of_the_server(data_dir: Path) -> None:
    async with running(data_dir) as server:
        await run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        kill(server)
        assert await server.wait() == -signal.SIGKILL
    async with running(data_dir) as server:
        assert await run(server, "SELECT answer FROM kept") == 42


async def test_committed_rows_outlive_an_orderly_stop(data_dir: Path) -> None:
    async with running(data_dir) as server:
        await run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    async with running(data_dir) as server:
        assert await run(server, "SELECT answer FROM kept") == 42


async def test_the_same_object_can_be_started_again(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir, settings=FAST_SETTINGS)
    first = await server.start()
    await server.stop()
    assert server.pid is None
    assert await server.start() == first
    await server.stop()


async def test_stopping_what_is_not_running_does_nothing(data_dir: Path) -> None:
    await EmbeddedServer(data_dir).stop()


async def test_a_server_left_over_by_another_daemon_is_stopped_in_good_order(
    data_dir: Path,
) -> None:
    forgotten = EmbeddedServer(data_dir, settings=FAST_SETTINGS)
    await forgotten.start()
    async with running(data_dir) as server:
        assert await forgotten.wait() == 0
        assert server.pid != forgotten.pid
        assert await run(server, "SELECT 1") == 1


async def test_a_killed_daemon_takes_its_server_with_it(data_dir: Path) -> None:
    program = (
        "import asyncio, pathlib, sys\n"
        "from store import EmbeddedServer\n"
        "async def main():\n"
        "    server = EmbeddedServer(pathlib.Path(sys.argv[1]))\n"
        "    await server.start()\n"
        "    print(server.pid, file=sys.stderr, flush=True)\n"
        "    await server.wait()\n"
        "asyncio.run(main())\n"
    )
    daemon = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", program, str(data_dir)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert daemon.stderr is not None
    server_pid = int(await daemon.stderr.readline())
    daemon.kill()
    await daemon.communicate()
    async with asyncio.timeout(20):
        await ended(server_pid)
    async with running(data_dir) as server:
        assert await run(server, "SELECT 1") == 1


async def test_backends_that_outlive_their_postmaster_do_not_stop_the_next_start(
    data_dir: Path,
) -> None:
    async with running(data_dir) as server:
        busy = await asyncpg.connect(server.url())
        kill(server)
        await server.wait()
    async with running(data_dir) as server:
        assert await run(server, "SELECT 1") == 1
    busy.terminate()


async def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start(
    data_dir: Path,
) -> None:
    async with running(data_dir) as server:
        pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
        traces = pid_file.read_text()
        assert traces.startswith(f"{server.pid}\n")
    pid_file.write_text(traces.replace(str(server.pid), str(os.getpid()), 1))
    async with running(data_dir) as server:
        assert await run(server, "SELECT 1") == 1


async def test_an_initdb_that_was_cut_short_is_done_afresh(data_dir: Path) -> None:
    unfinished = data_dir / "postgres" / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    async with running(data_dir) as server:
        assert await run(server, "SELECT 1") == 1
    assert not unfinished.exists()


@pytest.mark.parametrize("name", ["deep" * 30, "a,comma", "a space & ünïcode"])
async def test_any_data_directory_will_do(data_dir: Path, name: str) -> None:
    async with running(data_dir / name) as server:
        folder = str(await run(server, "SHOW unix_socket_directories"))
        assert permissions(folder) == 0o700
    assert not os.access(folder, os.F_OK)


async def test_the_socket_is_the_only_door(data_dir: Path) -> None:
    async with running(data_dir) as server:
        assert await run(server, "SHOW listen_addresses") == ""
    assert permissions(data_dir / "postgres") == 0o700


async def test_the_defaults_are_durable(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir)
    await server.start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await run(server, f"SHOW {setting}") == "on"
    await server.stop()


async def test_a_failing_start_tells_what_postgresql_said(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir, settings={"shared_buffers": "plenty"})
    with pytest.raises(PostgresFailed, match=r"start failed: .*shared_buffers.*plenty"):
        await server.start()
    assert server.pid is None


async def test_a_failure_after_the_log_collector_started_is_told_too(data_dir: Path) -> None:
    async with running(data_dir):
        pass
    (data_dir / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(PostgresFailed, match="pg_control"):
        await EmbeddedServer(data_dir).start()


async def test_a_failing_initdb_tells_what_postgresql_said(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir()
    (data_dir / "postgres" / "data.new").write_text("a file in the way")
    with pytest.raises(PostgresFailed, match=r"initdb failed: .*data\.new"):
        await EmbeddedServer(data_dir).start()


async def test_an_impatient_stop_is_recovered_from(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir, settings=FAST_SETTINGS)
    await server.start()
    await run(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    await server.stop(patience_s=0.0)
    async with running(data_dir) as server:
        assert await run(server, "SELECT answer FROM kept") == 42


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
async def test_root_runs_the_server_as_the_owner_of_its_folder(data_dir: Path) -> None:
    make_home_of_nobody(data_dir)
    async with running(data_dir) as server:
        assert server.pid is not None
        assert owner_of(server.pid) == NOBODY
        assert await run(server, "SELECT 1") == 1
