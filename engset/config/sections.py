"""The sections of the file as frozen dataclasses: every key there is, its type and its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from engset.config.problem import Problem

DEFAULT_DATA_DIR = "var"
DEFAULT_WEB = "127.0.0.1:8700"
DEFAULT_SSH = "127.0.0.1:8722"
DEFAULT_QUEUE = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSection:
    """`[store]`."""

    url: str | None = field(default=None, repr=False)
    """postgresql://…; without one the embedded PostgreSQL runs below the data directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSection:
    """`[web]`."""

    listen: str = DEFAULT_WEB


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSection:
    """`[control]`. Paths are relative to the data directory."""

    socket: str = "control/engset.sock"
    ssh_listen: str = DEFAULT_SSH
    authorized_keys: str = "control/authorized_keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSection:
    """`[sandbox]`. Unset means: yes, if there is nothing real."""

    registry: bool | None = None
    provider: bool | None = None
    faults: tuple[str, ...] = ()
    """Faults armed at start: `verisign: latency seconds=0.2`."""
    schemas: str | None = None
    """The practice registries hold every data unit to them: a file, or a folder with all.xsd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsSection:
    """`[jobs]`: see `actors.jobs.JobsSettings` for what each means."""

    workers: tuple[str, ...] = ()
    """Modules that define workers: `my_package.workers`."""
    poll_s: float = 5.0
    dead_after_s: float = 5.0
    completed_kept_s: float = 86_400.0
    cancelled_kept_s: float = 7 * 86_400.0
    discarded_kept_s: float = 30 * 86_400.0
    drain_s: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSection:
    """`[queue.NAME]`: see `actors.jobs.QueueSettings` for what each means."""

    limit: int = 10
    global_limit: int | None = None
    rate: int | None = None
    rate_period_s: float = 60.0
    key: str | None = None
    key_limit: int | None = None
    key_rate: int | None = None
    timeout_s: float | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CronSection:
    """`[cron.NAME]`: see `actors.jobs.ClockSettings` for what each means."""

    expression: str
    zone: str = "UTC"
    worker: str
    args: dict[str, Any] = field(default_factory=dict[str, Any])
    queue: str | None = None
    missed: Literal["run", "skip"] = "run"


def _default_queues() -> dict[str, QueueSection]:
    return {DEFAULT_QUEUE: QueueSection()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySection:
    """`[registry.NAME]`: see `actors.epp.RegistrySettings` for what each means.

    Paths are relative to the file that names them.
    """

    host: str
    port: int = 700
    zones: tuple[str, ...]
    client_id: str
    password: str | None = field(default=None, repr=False)
    password_file: str | None = None
    password_env: str | None = None
    tls_ca: str | None = None
    tls_certificate: str | None = None
    tls_key: str | None = None
    tls_server_name: str | None = None
    sessions: int = 2
    hello_every_s: float = 240.0
    idle_limit_s: float | None = 600.0
    age_limit_s: float | None = 82_800.0
    commands_per_session: int | None = None
    commands_per_minute: int | None = None
    names_per_check: int = 20
    connect_timeout_s: float = 10.0
    command_timeout_s: float = 30.0
    limit_backoff_s: float = 60.0
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The whole."""

    data_dir: Path = Path(DEFAULT_DATA_DIR)
    store: StoreSection = StoreSection()
    web: WebSection = WebSection()
    control: ControlSection = ControlSection()
    sandbox: SandboxSection = SandboxSection()
    jobs: JobsSection = JobsSection()
    queue: Mapping[str, QueueSection] = field(default_factory=_default_queues)
    """One of the name `default` when none is given."""
    cron: Mapping[str, CronSection] = field(default_factory=dict[str, CronSection])
    registry: Mapping[str, RegistrySection] = field(default_factory=dict[str, RegistrySection])
    source: Path | None = field(default=None, compare=False)
    """The file it was read from."""
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    """What works and yet should be looked at."""

    @property
    def runs_practice_registries(self) -> bool:
        """Whether the sandbox registries are part of the tree."""
        wanted = self.sandbox.registry
        return not self.registry if wanted is None else wanted

    def below_data_dir(self, path: str) -> Path:
        """A path of the configuration, relative ones taken from the data directory."""
        return self.data_dir / path


SECTIONS: Mapping[str, type[object]] = MappingProxyType(
    {
        "store": StoreSection,
        "web": WebSection,
        "control": ControlSection,
        "sandbox": SandboxSection,
        "jobs": JobsSection,
    }
)
NAMED_SECTIONS: Mapping[str, type[object]] = MappingProxyType(
    {"queue": QueueSection, "cron": CronSection, "registry": RegistrySection}
)
"""Those of which there may be many: `[queue.NAME]`."""
TOP_LEVEL = ("data_dir", *SECTIONS, *NAMED_SECTIONS, "provider")
"""Everything that may stand at the left margin of the file."""
FILE_KEYS = ("password_file", "tls_ca", "tls_certificate", "tls_key")
"""Keys of a registry that name a file."""
