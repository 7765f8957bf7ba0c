"""Health of registries, written down by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from actors.epp import EppHealth, RegistryHealth, ResponseTimes, SessionCounts

VERISIGN = RegistryHealth(
    name="verisign",
    state="up",
    why=None,
    host="epp.example.net",
    port=700,
    zones=("com", "net"),
    sessions=SessionCounts(ready=4, busy=1, wanted=4, allowed=5),
    utilisation_5s=0.5,
    utilisation_1m=0.25,
    utilisation_5m=0.1,
    queue=3,
    oldest_waiter_s=0.2,
    commands_per_s=12.0,
    times=(
        ResponseTimes("query", 100, 1.0, 2.0, 3.0, 2_000.0),
        ResponseTimes("transform", 0, None, None, None, 4_000.0),
    ),
    unknowns=2,
    oldest_unknown_s=60.0,
    reconnects=7,
    codes=((1000, 90), (2303, 10)),
    timeouts=1,
    protocol_errors=2,
    utilisation_history=(),
    rate_history=(),
    p95_history=(),
    connections=(),
)


def health(**changes: Any) -> EppHealth:
    """One registry, changed."""
    taken_at = datetime(2026, 1, 1, tzinfo=UTC)
    return EppHealth(taken_at=taken_at, registries=(replace(VERISIGN, **changes),), unknowns=())
