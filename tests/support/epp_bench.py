"""A registry's subtree with a scripted peer behind it, and a database that can be taken away."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import asyncpg

from actors.epp import (
    Execute,
    Health,
    Registries,
    RegistryHealth,
    RegistrySettings,
    Unknowns,
    UnknownTransform,
    tls_context,
)
from actors.epp.outcomes import PoolOutcome
from protocols.epp import CheckDomains, Command, CreateDomain, TransactionIds
from runtime import Ref, System
from runtime.testing import VirtualClock, turns
from store import Database, DatabaseUnreachable, Query
from store.queries import epp
from supervisors import Supervisor
from supervisors.epp import epp_tree, registry_child
from tests.support.registry_peer import RegistryPeer

PATIENCE_S = 5.0
CHECK = CheckDomains(("example.com",))
CREATE = CreateDomain("example.com", auth_info="secret-of-ours")

FIND_TRANSFORM = Query("tests/find_transform", "SELECT * FROM epp_transform WHERE cltrid = $1")

Found = TypeVar("Found")


async def one_turn() -> None:
    """Let the loop look at its sockets once."""
    await turns()


async def eventually(
    look: Callable[[], Awaitable[Found]], holds: Callable[[Found], object]
) -> Found:
    """Look until it holds; what was seen then. Raises AssertionError with what was seen last."""
    seen = await look()
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not holds(seen):
                await one_turn()
                seen = await look()
    except TimeoutError:
        raise AssertionError(f"it never held; at last there was {seen!r}") from None
    return seen


class NotebookDatabase(Database):
    """Transforms in a dict. `away` makes it unreachable, `lost` the next commit uncertain."""

    def __init__(self) -> None:
        super().__init__("postgresql://nowhere")
        self.rows: dict[str, dict[str, Any]] = {}
        self.away = False
        self.lost = False
        self.held: asyncio.Event | None = None

    async def execute(self, query: Query, *args: object) -> int:
        """Do what the statement does."""
        await self._reach()
        if query == epp.BEGIN_TRANSFORM:
            cltrid, registry, command, name, frame, node, run_id = args
            self.rows[str(cltrid)] = {
                "cltrid": cltrid,
                "registry": registry,
                "command": command,
                "object_name": name,
                "frame": frame,
                "node": node,
                "run_id": run_id,
                "state": "begun",
                "reason": None,
                "begun_at": datetime(2026, 1, 1, tzinfo=UTC),
            }
        elif query == epp.SETTLE_TRANSFORM:
            cltrid, code, message, how = args
            row = self.rows.get(str(cltrid))
            if row is not None and row["state"] != "settled":
                row.update(state="settled", code=code, message=message, reason=how)
        elif query == epp.MARK_UNKNOWN:
            row = self.rows[str(args[0])]
            if row["state"] == "begun":
                row.update(state="unknown", reason=args[1])
        elif query == epp.ORPHAN_TRANSFORMS:
            for row in self.rows.values():
                if row["state"] == "begun":
                    row.update(state="unknown", reason=args[2])
        if self.lost:
            self.lost = False
            raise DatabaseUnreachable(database="notebook", reason="lost while committing")
        return 1

    async def fetch(self, query: Query, *args: object) -> list[asyncpg.Record]:
        """Unknown transforms; nothing is ever adopted from an earlier run."""
        await self._reach()
        rows: list[Any] = []
        if query == epp.LIST_UNKNOWN_TRANSFORMS:
            rows = [row for row in self.rows.values() if row["state"] == "unknown"]
        return rows

    async def _reach(self) -> None:
        if self.held is not None:
            await self.held.wait()
        if self.away:
            raise DatabaseUnreachable(database="notebook", reason="the server is away")

    @property
    def states(self) -> list[str]:
        """Of every transform ever begun."""
        return [row["state"] for row in self.rows.values()]


class Bench:
    """One registry, `v`, under its real supervisors."""

    def __init__(self, system: System, peer: RegistryPeer, **settings: Any) -> None:
        self.system = system
        self.peer = peer
        self.database = NotebookDatabase()
        self.settings = replace(
            RegistrySettings(
                name="v",
                host="127.0.0.1",
                port=peer.port,
                zones=("com",),
                client_id="registrar",
                password="secret-1",
                tls_ca=peer.ca,
                sessions=1,
            ),
            **settings,
        )
        self.registries = Registries(system, [self.settings])
        self.root: Ref | None = None

    async def start(self) -> None:
        """Start the tree; does not wait for sessions."""
        child = registry_child(
            self.settings,
            tls=tls_context(self.settings),
            cltrids=TransactionIds("t"),
            database=self.database,
            node="here",
            run_id="1",
        )
        tree = partial(Supervisor, (epp_tree((child,)),), names_children_bare=True)
        self.root = await self.system.start(tree, name="engset")

    async def up(self) -> RegistryHealth:
        """Start the tree and wait for all its sessions."""
        await self.start()
        return await self.shows(lambda health: health.state == "up")

    async def stop(self) -> None:
        """An orderly stop."""
        assert self.root is not None
        await self.root.stop()

    async def health(self) -> RegistryHealth:
        """The registry as a page would show it."""
        return (await self.registries.health()).registries[0]

    async def shows(self, holds: Callable[[RegistryHealth], object]) -> RegistryHealth:
        """Wait until the health is so."""
        return await eventually(self.health, holds)

    async def unknowns(self) -> tuple[UnknownTransform, ...]:
        """What the ledger says."""
        return await self.system.call("epp/v/ledger", Unknowns())

    async def states(self) -> list[str]:
        """Of every transform ever begun, when the ledger has done what it was told so far."""
        await self.unknowns()
        return self.database.states

    async def execute(
        self, command: Command = CHECK, *, deadline_s: float = 30.0, origin: str = ""
    ) -> PoolOutcome:
        """Have one command done."""
        return await self.registries.execute("v", command, deadline_s=deadline_s, origin=origin)

    def order(
        self, command: Command = CHECK, *, deadline_s: float = 30.0, origin: str = ""
    ) -> "asyncio.Task[PoolOutcome]":
        """Have one command done meanwhile. The call is at the pool when this was awaited once."""
        return self.system.loop.create_task(
            self.pool.call(Execute(command, deadline_s, origin), timeout_s=1e6)
        )

    @property
    def pool(self) -> Ref:
        """The pool that lives now."""
        return self.system.lookup("epp/v/pool")

    def connection(self, slot: int = 1) -> Ref:
        """The connection that lives in a slot now."""
        return self.system.lookup(f"epp/v/connections/{slot}")

    async def pool_health(self) -> RegistryHealth:
        """Asked of the pool itself."""
        return await self.pool.call(Health())


def steady_random() -> random.Random:
    """Chance without surprises: every draw lies in the middle."""

    class Middle(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return (a + b) / 2

    return Middle(1)


class PacedBench(Bench):
    """A bench whose time passes only by `pass_time`."""

    def __init__(self, system: System, peer: RegistryPeer, **settings: Any) -> None:
        super().__init__(system, peer, **settings)
        assert isinstance(system.clock, VirtualClock)
        self.clock = system.clock

    async def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass."""
        await self.clock.advance(seconds, system=self.system)
