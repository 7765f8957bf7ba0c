"""EPP connections to domain registries: one pool of persistent sessions each.

    registries = Registries(system, settings)
    answers = await registries.check(["example.com", "example.org"])

`RegistrySettings` is what a registry demands, `Registries` the way in, `EppHealth` what the pages
show. How it works inside: pool.py, then connection.py.
"""

from actors.epp.connection import Connection
from actors.epp.health import (
    CommandClass,
    ConnectionHealth,
    ConnectionState,
    EppHealth,
    RegistryHealth,
    RegistryState,
    ResponseTimes,
    SessionCounts,
    UnknownTransform,
)
from actors.epp.ledger import Ledger, Unknowns
from actors.epp.link import tls_context
from actors.epp.messages import Drain, Execute, Health, LogOut, Pause, Recycle, Unpause
from actors.epp.outcomes import (
    DeadlinePassed,
    EppOutcome,
    InvalidRequest,
    NoRegistry,
    PoolOutcome,
    QueueFull,
    Unknown,
    Unreachable,
)
from actors.epp.pool import Pool
from actors.epp.registries import Answer, Registries
from actors.epp.settings import RegistrySettings

__all__ = [
    "Answer",
    "CommandClass",
    "Connection",
    "ConnectionHealth",
    "ConnectionState",
    "DeadlinePassed",
    "Drain",
    "EppHealth",
    "EppOutcome",
    "Execute",
    "Health",
    "InvalidRequest",
    "Ledger",
    "LogOut",
    "NoRegistry",
    "Pause",
    "Pool",
    "PoolOutcome",
    "QueueFull",
    "Recycle",
    "Registries",
    "RegistryHealth",
    "RegistrySettings",
    "RegistryState",
    "ResponseTimes",
    "SessionCounts",
    "Unknown",
    "UnknownTransform",
    "Unknowns",
    "Unpause",
    "Unreachable",
    "tls_context",
]
