"""One SSH connection: which key, which role, how many wrong ones, what may be forwarded."""

from typing import Protocol, cast

import asyncssh
import structlog
from asyncssh.constants import DISC_NO_MORE_AUTH_METHODS_AVAILABLE

from actors.control.authorized_keys import AuthorizedKey, UnsafeKeyFile, read_authorized_keys
from actors.control.roles import Role, Visitor
from actors.control.ssh_session import SessionHost, SshSession
from actors.control.ssh_settings import SshSettings

log = structlog.get_logger("control")

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Host(SessionHost, Protocol):
    """The actor that the connection belongs to."""

    settings: SshSettings

    def admit(self, connection: "SshConnection") -> bool:
        """Whether there is room."""
        ...

    def departed(self, connection: "SshConnection") -> None:
        """A client is gone."""
        ...

    def count(self, what: str) -> None:
        """One more of `what`."""
        ...


class SshConnection(asyncssh.SSHServer):
    """Decides for one client; asyncssh does the protocol."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._connection: asyncssh.SSHServerConnection | None = None
        self._keys: tuple[AuthorizedKey, ...] = ()
        self._wrong_keys = 0
        self._sessions = 0
        self.address = ""
        """Empty on the Unix socket."""
        self.visitor = Visitor("nobody", Role.VIEWER, "ssh")

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Take the client in, or cut it off when there are too many."""
        self._connection = conn
        peer = cast("object", conn.get_extra_info("peername"))
        if isinstance(peer, tuple):
            self.address = str(cast("tuple[object, ...]", peer)[0])
        if not self._host.admit(self):
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._connection = None
        self._host.departed(self)

    def close(self) -> None:
        """Say good-bye."""
        if self._connection is not None:
            self._connection.close()

    # Signing in.

    def begin_auth(self, username: str) -> bool:
        """Read the key file as it is now: a removed key is out at its next login."""
        try:
            found = read_authorized_keys(self._host.settings.authorized_keys)
        except UnsafeKeyFile as error:
            log.warning("ssh.keys_refused", file=str(error.path), reason=error.reason)
            return True
        for line, reason in found.refused:
            log.warning("ssh.key_line_refused", line=line, reason=reason)
        self._keys = tuple(key for key in found.keys if self.address or not key.bound_to_addresses)
        text = "\n".join(key.line(number) for number, key in enumerate(self._keys))
        try:
            keys = asyncssh.import_authorized_keys(text)
        except ValueError as error:
            log.warning("ssh.no_keys", reason=str(error))
        else:
            assert self._connection is not None
            self._connection.set_authorized_keys(keys)
        return True

    def public_key_auth_supported(self) -> bool:
        """It is the only way in."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Asked about keys that are not in the file: never right, and only so many."""
        self._wrong_keys += 1
        self._host.count("wrong keys")
        log.warning(
            "ssh.wrong_key", address=self.address or "socket", fingerprint=key.get_fingerprint()
        )
        if self._wrong_keys >= self._host.settings.wrong_keys and self._connection is not None:
            self._host.count("cut after wrong keys")
            self._connection.disconnect(
                DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many authentication failures"
            )
        return False

    def auth_completed(self) -> None:
        """A right key: from now on the visitor has a name and a role."""
        assert self._connection is not None
        numbers = cast("list[str]", self._connection.get_key_option("engset-key", []))
        key = self._keys[int(numbers[0])]
        self.visitor = Visitor(key.name, key.role, "ssh", self.address)
        self._host.count("logins")
        log.info(
            "ssh.logged_in", who=key.name, role=key.role.label, address=self.address or "socket"
        )

    # What it may open.

    def session_requested(self) -> "SshSession | bool":
        """A command or a shell."""
        if self._sessions >= self._host.settings.sessions_per_connection:
            return False
        self._sessions += 1
        return SshSession(self._host, self.visitor, self._session_ended)

    def _session_ended(self) -> None:
        """One session less."""
        self._sessions -= 1

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> bool:
        """Forward to the pages and to nothing else."""
        allowed = dest_host in _LOOPBACK and dest_port == self._host.settings.web_port()
        self._host.count("forwardings" if allowed else "forwardings refused")
        if not allowed:
            log.warning("ssh.forwarding_refused", who=self.visitor.who, port=dest_port)
        return allowed
