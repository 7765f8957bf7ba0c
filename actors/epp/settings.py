"""What a registry demands and allows, as data (guide: every registry differs)."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySettings:
    """One registry and our account there.

    The defaults are the ones that fit most registries: a hello well below the usual idle limit of
    ten minutes, a session age below the usual day, at most 20 names in one check.
    """

    name: str
    """The last part of `epp/<name>`, as in `[registry.<name>]`."""
    host: str
    port: int = 700
    zones: tuple[str, ...]
    """The zones sold here, `com`; the longest one that fits a name decides."""
    client_id: str
    password: str = field(repr=False)
    tls_ca: Path | None = None
    """PEM file of the authority that signed the server; None trusts the system's."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_server_name: str | None = None
    """The name in the server's certificate, where it is not `host`."""
    sessions: int = 2
    hello_every_s: float = 240.0
    idle_limit_s: float | None = 600.0
    """What the registry allows; `hello_every_s` has to be below it."""
    age_limit_s: float | None = 82_800.0
    commands_per_session: int | None = None
    commands_per_minute: int | None = None
    names_per_check: int = 20
    connect_timeout_s: float = 10.0
    command_timeout_s: float = 30.0
    extensions: tuple[str, ...] = ()
    """Namespaces to ask for at login, of those the greeting offers; empty asks for all we know."""
    waiting_limit: int = 1_000
    """Commands that may wait for a session; one more is refused with `QueueFull`."""
    limit_backoff_s: float = 60.0
    """After 2502 a slot waits this long, then twice as long, up to 30 minutes."""

    @property
    def path(self) -> str:
        """The supervisor of this registry."""
        return f"epp/{self.name}"

    @property
    def pool_path(self) -> str:
        """The pool actor of this registry."""
        return f"epp/{self.name}/pool"

    def sells(self, domain: str) -> int:
        """The labels of the longest zone of ours that `domain` ends in; 0 when none does."""
        return max(
            (zone.count(".") + 1 for zone in self.zones if domain.endswith(f".{zone}")), default=0
        )
