"""What the SSH server is told: where it listens, its files, its limits."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

KEX_ALGS = ("mlkem768x25519-sha256", "curve25519-sha256")
ENCRYPTION_ALGS = (
    "chacha20-poly1305@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
)
MAC_ALGS = ("hmac-sha2-256-etm@openssh.com",)
SIGNATURE_ALGS = ("ssh-ed25519", "sk-ssh-ed25519@openssh.com", "rsa-sha2-512")
SERVER_VERSION = "Engset"
"""Without a number: it tells an attacker nothing."""


def _no_port() -> int | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SshSettings:
    """Owned by the SSH server."""

    directory: Path
    """For the host key and the first admin key."""
    authorized_keys: Path
    makes_admin_key: bool = True
    """At a first start without an authorized_keys file, make a key pair and authorize it."""
    listen: tuple[str, int] | None = ("127.0.0.1", 8722)
    """Port 0 takes a free one."""
    socket: Path | None = None
    """A Unix socket besides."""
    web_port: Callable[[], int | None] = _no_port
    """The only port that may be forwarded to, on loopback; asked at each forwarding."""
    wrong_keys: int = 6
    """On one connection; then it is cut."""
    connections_per_address: int = 16
    connections: int = 64
    sessions_per_connection: int = 10
    login_timeout_s: float = 20.0
    idle_warning_s: float = 14 * 60.0
    """A shell that waits for its user for so long is warned, and then closed."""
    idle_limit_s: float = 15 * 60.0
