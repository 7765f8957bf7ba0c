"""The tree of the room `epp`: one subtree per registry.

    epp (one_for_one)
    └── verisign (rest_for_one)
        ├── connections   dynamic: one actor per TLS connection, started by the pool
        ├── ledger        the transforms in PostgreSQL
        └── pool

The pool comes last: when it crashes, the sessions stay logged in and its successor adopts them.
"""

import ssl
from collections.abc import Iterable
from functools import partial

from actors.epp import Ledger, Pool, RegistrySettings
from protocols.epp import TransactionIds
from runtime import Backoff, ChildSpec
from store import Database
from supervisors.dynamic import DynamicSupervisor
from supervisors.strategy import Strategy
from supervisors.supervisor import Supervisor


def registry_child(
    settings: RegistrySettings,
    *,
    tls: ssl.SSLContext,
    cltrids: TransactionIds,
    database: Database,
    node: str,
    run_id: str,
) -> ChildSpec:
    """One registry with its sessions."""
    ledger = partial(Ledger, database, registry=settings.name, node=node, run_id=run_id)
    children = (
        ChildSpec(id="connections", start=DynamicSupervisor),
        ChildSpec(id="ledger", start=ledger),
        ChildSpec(id="pool", start=partial(Pool, settings, tls=tls, cltrids=cltrids)),
    )
    start = partial(Supervisor, children, strategy=Strategy.REST_FOR_ONE)
    return ChildSpec(id=settings.name, start=start, backoff=Backoff())


def epp_tree(registries: Iterable[ChildSpec]) -> ChildSpec:
    """The room; each child is a `registry_child`."""
    return ChildSpec(id="epp", start=partial(Supervisor, tuple(registries)))
