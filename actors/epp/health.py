"""The health of a registry's connections as pages and commands read it: frozen, plain, complete.

One `RegistryHealth` is made from in-memory counters in well under a millisecond and shared by all
viewers (guide: one snapshot per tick, histogram with fixed buckets, no sample lists).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RegistryState = Literal["starting", "up", "degraded", "paused", "locked_out", "down", "draining"]
ConnectionState = Literal[
    "connecting", "greeting", "login", "idle", "busy", "hello", "draining", "backing_off"
]
CommandClass = Literal["session", "query", "transform"]


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """Sessions of one registry."""

    ready: int
    """Logged in and able to take a command now, idle or busy."""
    busy: int
    """Of the ready ones, those with a command outstanding."""
    wanted: int
    """What the configuration asks for, lowered when the registry refuses more (2502)."""
    allowed: int
    """The registry's limit as configured."""


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """Response times of one command class: command sent to answer received, in milliseconds."""

    command_class: CommandClass
    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    slr_ms: float
    """ICANN Registry Agreement Specification 10: 4,000 session, 2,000 query, 4,000 transform."""


@dataclass(frozen=True, slots=True)
class ConnectionHealth:
    """One slot of the pool and the connection that lives in it."""

    slot: int
    path: str
    state: ConnectionState
    since_s: float
    """Seconds in this state."""
    doing: str | None
    """While busy: the command, `domain:check`."""
    age_s: float | None
    """Since login; None while not logged in."""
    commands: int
    """Done in this session."""
    idle_s: float | None
    last_code: int | None
    last_cltrid: str | None
    restarts: int
    last_exit: str | None
    """Why the predecessor ended, one line."""
    last_exit_at: datetime | None
    retry_in_s: float | None
    """While backing off: seconds to the next attempt."""
    remote: str | None
    """`192.0.2.1:700`."""
    tls: str | None
    """`TLSv1.3 TLS_AES_256_GCM_SHA384`."""


@dataclass(frozen=True, slots=True)
class UnknownTransform:
    """A transform whose answer was lost: it may or may not have happened at the registry."""

    cltrid: str
    registry: str
    command: str
    """`domain:create`."""
    object_name: str
    sent_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RegistryHealth:
    """One registry: its pool, its line, its times, its connections."""

    name: str
    state: RegistryState
    why: str | None
    """When not up: one sentence saying why and what happens next."""
    host: str
    port: int
    zones: tuple[str, ...]
    sessions: SessionCounts
    utilisation_5s: float
    """Busy time over session time, 0 to 1."""
    utilisation_1m: float
    utilisation_5m: float
    queue: int
    oldest_waiter_s: float | None
    commands_per_s: float
    """Mean over the last 5 s."""
    times: tuple[ResponseTimes, ...]
    unknowns: int
    oldest_unknown_s: float | None
    reconnects: int
    """Sessions established again since the daemon started."""
    codes: tuple[tuple[int, int], ...]
    """Result codes seen and how often, ascending."""
    timeouts: int
    protocol_errors: int
    """Frames that were oversized, malformed, or answered another command."""
    utilisation_history: tuple[float, ...]
    """One value per 5 s, oldest first, at most 60."""
    rate_history: tuple[float, ...]
    """Commands per second, one value per 5 s, oldest first, at most 60."""
    p95_history: tuple[float, ...]
    """Query p95 in milliseconds, one value per 5 s (0.0 where none ran), at most 60."""
    connections: tuple[ConnectionHealth, ...]


@dataclass(frozen=True, slots=True)
class EppHealth:
    """All registries at one moment."""

    taken_at: datetime
    registries: tuple[RegistryHealth, ...]
    unknowns: tuple[UnknownTransform, ...]
