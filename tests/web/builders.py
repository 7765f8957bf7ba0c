"""Snapshots to render: two registries, one of them degradable, and the tree they hang in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from actors.epp import (
    ConnectionHealth,
    EppHealth,
    RegistryHealth,
    ResponseTimes,
    SessionCounts,
    UnknownTransform,
)
from runtime.snapshot import ActorKind, ActorSnapshot, ActorState, RestartRecord, TreeNode

NOW = datetime(2026, 11, 22, 14, 3, 22, tzinfo=UTC)


def connection(registry: str, slot: int) -> ConnectionHealth:
    """An idle connection, an hour old."""
    return ConnectionHealth(
        slot=slot,
        path=f"epp/{registry}/connections/{slot}",
        state="idle",
        since_s=2.5,
        doing=None,
        age_s=3_600.0,
        commands=12_040,
        idle_s=2.5,
        last_code=1000,
        last_cltrid=f"EG-{slot:04}",
        restarts=0,
        last_exit=None,
        last_exit_at=None,
        retry_in_s=None,
        remote="192.0.2.1:700",
        tls="TLSv1.3 TLS_AES_256_GCM_SHA384",
    )


def busy(one: ConnectionHealth) -> ConnectionHealth:
    """The same, checking domains."""
    return replace(one, state="busy", since_s=0.2, doing="domain:check", idle_s=None)


def backing_off(one: ConnectionHealth) -> ConnectionHealth:
    """The same, refused by the registry and waiting for its next attempt."""
    return replace(
        one,
        state="backing_off",
        age_s=None,
        idle_s=None,
        last_code=None,
        last_cltrid=None,
        restarts=6,
        last_exit="session_limit: 2502 <too many>",
        last_exit_at=NOW - timedelta(seconds=20),
        retry_in_s=18.7,
        remote=None,
        tls=None,
    )


def registry(name: str = "verisign", *zones: str) -> RegistryHealth:
    """A healthy registry with four sessions, one of them busy."""
    idle = [connection(name, slot) for slot in range(1, 5)]
    return RegistryHealth(
        name=name,
        state="up",
        why=None,
        host=f"epp.{name}.example",
        port=700,
        zones=zones or ("com", "net"),
        sessions=SessionCounts(ready=4, busy=1, wanted=4, allowed=10),
        utilisation_5s=0.42,
        utilisation_1m=0.40,
        utilisation_5m=0.38,
        queue=0,
        oldest_waiter_s=None,
        commands_per_s=212.4,
        times=(
            ResponseTimes("session", 41, 88.0, 131.0, 160.0, 4_000.0),
            ResponseTimes("query", 182_031, 22.4, 38.1, 71.9, 2_000.0),
            ResponseTimes("transform", 0, None, None, None, 4_000.0),
        ),
        unknowns=0,
        oldest_unknown_s=None,
        reconnects=3,
        codes=((1000, 181_201), (2302, 3_120)),
        timeouts=0,
        protocol_errors=0,
        utilisation_history=(0.2, 0.4, 0.42),
        rate_history=(180.0, 212.4),
        p95_history=(38.1,),
        connections=(busy(idle[0]), *idle[1:]),
    )


def degraded(name: str = "pir") -> RegistryHealth:
    """A registry that refuses one of its sessions, and answers slowly."""
    one = registry(name, "org")
    return replace(
        one,
        state="degraded",
        why="The registry refused 1 of 4 sessions with 2502; tried again in 18 s.",
        sessions=SessionCounts(ready=3, busy=1, wanted=4, allowed=4),
        queue=14,
        oldest_waiter_s=12.4,
        times=(ResponseTimes("query", 9, 610.0, 2_140.0, 3_900.0, 2_000.0),),
        unknowns=1,
        oldest_unknown_s=371.0,
        codes=((1000, 9), (2502, 36)),
        connections=(*one.connections[:3], backing_off(one.connections[3])),
    )


def unknown() -> UnknownTransform:
    """A create whose answer was lost six minutes ago."""
    return UnknownTransform(
        cltrid="EG-0041",
        registry="pir",
        command="domain:create",
        object_name="example.org",
        sent_at=NOW - timedelta(seconds=371),
        reason="link_lost: peer closed before the answer",
    )


def health(*registries: RegistryHealth, unknowns: tuple[UnknownTransform, ...] = ()) -> EppHealth:
    """All registries; two healthy ones unless given."""
    return EppHealth(NOW, registries or (registry(), registry("pir", "org")), unknowns)


def restart(path: str = "epp/pir/connections/4", *, back_s: float | None = 0.412) -> RestartRecord:
    """A connection that came back."""
    return RestartRecord(path, NOW - timedelta(seconds=54), "link_lost: peer closed", 1, back_s)


def actor(
    path: str,
    *,
    kind: ActorKind = "worker",
    state: ActorState = "idle",
    strategy: str | None = None,
) -> ActorSnapshot:
    """One actor's snapshot."""
    return ActorSnapshot(
        path=path,
        name=path.rpartition("/")[2],
        kind=kind,
        behaviour="actors.epp.connection.Connection",
        state=state,
        mailbox=3,
        mailbox_peak=7,
        oldest_s=None,
        mailbox_capacity=1_000,
        messages=12_040,
        unhandled=0,
        dropped=0,
        restarts=1,
        last_exit="link_lost: peer closed",
        started_at=NOW - timedelta(hours=1),
        uptime_s=3_600.0,
        strategy=strategy,
        intensity="1/3 in 5 s" if strategy else None,
        facts=(("registry", "pir"), ("session", "idle")),
    )


def tree(*, state: ActorState = "idle") -> TreeNode:
    """Root, pool and four connections, the last in the given state."""
    connections = [TreeNode(actor(f"epp/pir/connections/{slot}")) for slot in range(1, 4)]
    last = TreeNode(actor("epp/pir/connections/4", state=state))
    pool = actor("epp/pir/connections", kind="supervisor", strategy="dynamic")
    root = actor("engset", kind="supervisor", strategy="rest_for_one")
    return TreeNode(root, (TreeNode(pool, (*connections, last)), TreeNode(actor("epp/pir/pool"))))
