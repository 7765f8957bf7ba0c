"""The SSH door: on loopback and on a Unix socket, by keys alone, hardened beyond asyncssh's own.

asyncssh does the protocol; what it leaves out is done here: the limit on wrong keys, connections
by address, idle shells, strict key files (`authorized_keys`), forwarding to the pages only.
"""

import socket
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import asyncssh
import structlog

from actors.control import ssh_settings
from actors.control.authorized_keys import UnsafeKeyFile, read_authorized_keys
from actors.control.desk import Desk
from actors.control.key_files import ADMIN_KEY, host_key, make_admin_key
from actors.control.listening import bind_tcp, bind_unix, until_death
from actors.control.ssh_connection import SshConnection
from actors.control.ssh_session import SshSession
from actors.control.ssh_settings import SshSettings
from runtime import Actor, Call, ExitReason, Sender, TaskDone, TaskFailed

log = structlog.get_logger("control")


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the SSH server listens, and how to come in."""

    host: str | None
    port: int | None
    socket: str | None
    hint: str
    """What to type, or why nobody can come in yet."""


@dataclass(frozen=True, slots=True)
class DescribeDoors(Call[Doors]):
    """Ask for `Doors`."""


@dataclass(frozen=True, slots=True)
class CheckIdle:
    """A note to itself: see whether a shell has been left alone."""

    session: int


class SshServer(Actor):
    """Listens, admits connections, and runs their commands as its tasks."""

    trap_exit: ClassVar[bool] = True
    messages: ClassVar[tuple[type, ...]] = (DescribeDoors,)

    def __init__(self, desk: Desk, settings: SshSettings) -> None:
        self.desk = desk
        self.settings = settings
        self._connections: set[SshConnection] = set()
        self._sessions: dict[int, SshSession] = {}
        self._commands: dict[int, SshSession] = {}
        self._counts: Counter[str] = Counter()
        self._acceptors: list[asyncssh.SSHAcceptor] = []
        self._port: int | None = None
        self._hint = ""

    async def init(self) -> None:
        """Prepare the keys, bind and listen. Raises CannotListen, UnsafeKeyFile."""
        key = host_key(self.settings.directory)
        self.start_task(until_death(self._close))
        if self.settings.socket is not None:
            await self._listen(bind_unix(self.settings.socket), key)
        if self.settings.listen is not None:
            listener = bind_tcp(*self.settings.listen)
            self._port = int(listener.getsockname()[1])
            await self._listen(listener, key)
        self._hint = self._prepare_admin()
        log.info("ssh.opened", port=self._port, fingerprint=key.get_fingerprint())

    async def _listen(self, listener: socket.socket, key: asyncssh.SSHKey) -> None:
        acceptor = await asyncssh.listen(
            sock=listener,
            config=None,
            server_factory=lambda: SshConnection(self),
            server_host_keys=[key],
            server_version=ssh_settings.SERVER_VERSION,
            kex_algs=ssh_settings.KEX_ALGS,
            encryption_algs=ssh_settings.ENCRYPTION_ALGS,
            mac_algs=ssh_settings.MAC_ALGS,
            signature_algs=ssh_settings.SIGNATURE_ALGS,
            compression_algs=None,
            password_auth=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            agent_forwarding=False,
            x11_forwarding=False,
            sftp_factory=None,
            allow_scp=False,
            login_timeout=self.settings.login_timeout_s,
            keepalive_interval=30,
            keepalive_count_max=3,
            errors="replace",
        )
        self._acceptors.append(acceptor)

    def _prepare_admin(self) -> str:
        """Make the first admin key if there is none; returns the hint."""
        keys = self.settings.authorized_keys
        own = self.settings.directory / ADMIN_KEY
        if self.settings.makes_admin_key and not keys.exists() and not own.exists():
            make_admin_key(self.settings.directory, keys)
        try:
            found = read_authorized_keys(keys).keys
        except UnsafeKeyFile as error:
            log.warning("ssh.keys_refused", file=str(error.path), reason=error.reason)
            return f"nobody can come in: {error}"
        if not found:
            log.warning("ssh.no_keys", file=str(keys))
            return f"nobody can come in: put a public key into {keys}"
        return self._invitation(own if own.exists() else None)

    def _invitation(self, key: Path | None) -> str:
        identity = "" if key is None else f" -i {_shortened(key)}"
        if self._port is None or self.settings.listen is None:
            proxy = f"-o ProxyCommand='nc -U {self.settings.socket}' -o HostKeyAlias=engset"
            return f"ssh{identity} {proxy} admin@engset tree"
        return f"ssh{identity} -p {self._port} admin@{self.settings.listen[0]} tree"

    def _close(self) -> None:
        for acceptor in self._acceptors:
            acceptor.close()
        for connection in tuple(self._connections):
            connection.close()

    # Messages.

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Say where the doors are."""
        match request:
            case DescribeDoors():
                host = None if self.settings.listen is None else self.settings.listen[0]
                path = None if self.settings.socket is None else str(self.settings.socket)
                return Doors(host, self._port, path, self._hint)
            case _:
                return self.unhandled(request)

    async def handle_info(self, message: object) -> object:
        """A command has ended, or it is time to look at an idle shell."""
        match message:
            case TaskDone(task=task):
                self._commands.pop(task, None)
                return None
            case TaskFailed(task=task, error=error):
                self.count("sessions failed")
                log.error("session.failed", via="ssh", exc_info=error)
                session = self._commands.pop(task, None)
                if session is not None:
                    session.failed()
                return None
            case CheckIdle(session=number):
                self._check_idle(number)
                return None
            case _:
                return self.unhandled(message)

    def terminate(self, reason: ExitReason) -> None:
        """Take the socket's file away; the rest closes with the actor."""
        if self.settings.socket is not None:
            self.settings.socket.unlink(missing_ok=True)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        listen = self.settings.listen
        return {
            "listens": "-" if listen is None else f"{listen[0]}:{self._port}",
            "socket": self.settings.socket or "-",
            "connections": len(self._connections),
            "sessions": len(self._sessions),
            "commands running": len(self._commands),
            "logins": self._counts["logins"],
            "wrong keys": self._counts["wrong keys"],
            "cut after wrong keys": self._counts["cut after wrong keys"],
            "connections refused": self._counts["connections refused"],
            "forwardings": self._counts["forwardings"],
            "forwardings refused": self._counts["forwardings refused"],
            "idle shells closed": self._counts["idle shells closed"],
            "sessions failed": self._counts["sessions failed"],
            "hint": self._hint,
        }

    def _check_idle(self, number: int) -> None:
        """Warn once, then close. The next look is when the next limit may be reached."""
        session = self._sessions.get(number)
        if session is None:
            return
        idle_s = session.idle_s(self.clock.monotonic())
        limit_s, warning_s = self.settings.idle_limit_s, self.settings.idle_warning_s
        if idle_s >= limit_s:
            self.count("idle shells closed")
            session.expel(f"closed after {limit_s / 60:g} minutes without a command")
            return
        if idle_s >= warning_s:
            session.warn(f"this shell closes in {(limit_s - idle_s) / 60:.0f} min unless used")
        target_s = limit_s if idle_s >= warning_s else warning_s
        self.send_after(target_s - idle_s, CheckIdle(number))

    # What connections and sessions say.

    def admit(self, connection: SshConnection) -> bool:
        """Whether there is room for one more from that address."""
        same = sum(other.address == connection.address for other in self._connections)
        full = len(self._connections) >= self.settings.connections
        if full or same >= self.settings.connections_per_address:
            self.count("connections refused")
            log.warning("ssh.connection_refused", address=connection.address or "socket")
            return False
        self._connections.add(connection)
        return True

    def departed(self, connection: SshConnection) -> None:
        """A client is gone."""
        self._connections.discard(connection)

    def count(self, what: str) -> None:
        """One more of `what`, shown in the facts."""
        self._counts[what] += 1

    def opened(self, session: SshSession) -> None:
        """A session begins."""
        self._sessions[session.number] = session
        self.send_after(self.settings.idle_warning_s, CheckIdle(session.number))

    def closed(self, session: SshSession) -> None:
        """A session has ended."""
        self._sessions.pop(session.number, None)

    def begin(self, session: SshSession, work: Coroutine[Any, Any, None]) -> int:
        """Run a session's command as a task of this actor; returns the task."""
        task = self.start_task(work)
        self._commands[task] = session
        return task

    def call_off(self, task: int) -> None:
        """Cancel a command."""
        self._commands.pop(task, None)
        self.cancel_task(task)


def _shortened(path: Path) -> str:
    """Relative to where the daemon was started, if it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
