"""The tree of a registry: who goes down with whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime import System, TreeNode
from supervisors.epp import epp_tree
from tests.support.epp_bench import Bench, one_turn, steady_random
from tests.support.registry_peer import RegistryPeer


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Bench]:
    """A registry with two sessions, up."""
    peer = RegistryPeer(tmp_path)
    await peer.start()
    async with System(random=steady_random(), frozen_messages=True) as system:
        table = Bench(system, peer, sessions=2)
        await table.up()
        yield table
    await peer.stop()
    for _ in range(3):
        await one_turn()


def paths(node: TreeNode) -> list[str]:
    return [node.actor.path, *(path for child in node.children for path in paths(child))]


async def test_the_tree_is_the_one_of_the_design(table: Bench) -> None:
    assert table.root is not None
    assert paths(table.system.tree(table.root)) == [
        "engset",
        "epp",
        "epp/v",
        "epp/v/connections",
        "epp/v/connections/1",
        "epp/v/connections/2",
        "epp/v/ledger",
        "epp/v/pool",
    ]
    assert table.system.lookup("epp/v").snapshot().strategy == "rest_for_one"


async def test_a_pool_that_dies_takes_nobody_with_it(table: Bench) -> None:
    ledger, connection = table.system.lookup("epp/v/ledger"), table.connection()
    table.pool.kill()
    await table.shows(lambda health: health.state == "up")
    assert ledger.alive
    assert connection.alive


async def test_a_ledger_that_dies_takes_the_pool_with_it(table: Bench) -> None:
    pool, connection = table.pool, table.connection()
    table.system.lookup("epp/v/ledger").kill()
    await pool.join()
    await table.shows(lambda health: health.state == "up")
    assert connection.alive


async def test_connections_that_lose_their_supervisor_take_all_with_them(table: Bench) -> None:
    pool, connection = table.pool, table.connection()
    table.system.lookup("epp/v/connections").kill()
    await pool.join()
    await connection.join()
    health = await table.shows(lambda health: health.state == "up")
    assert health.sessions.ready == 2
    assert len(table.peer.commands("login")) == 4


async def test_connections_die_as_often_as_they_must(table: Bench) -> None:
    for _ in range(5):
        await table.shows(lambda health: health.state == "up")
        connection = table.connection()
        connection.kill()
        await connection.join()
    health = await table.shows(lambda health: health.state == "up")
    assert health.connections[0].restarts == 5
    assert table.system.lookup("epp/v/connections").snapshot().intensity == "0/3 in 5 s"
    assert table.system.lookup("epp").snapshot().intensity == "0/3 in 5 s"


async def test_a_room_without_registries_is_empty() -> None:
    async with System(frozen_messages=True) as system:
        spec = epp_tree(())
        assert (await system.start(spec.start, name=spec.id)).alive
