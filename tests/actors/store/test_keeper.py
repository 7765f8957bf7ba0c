"""The keeper of a pool against a real PostgreSQL that comes, goes and is slow to let it in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from actors.store import DatabaseKeeper, DatabaseStatus
from runtime import CountChildren, Ref, System, Unhandled
from runtime.testing import VirtualClock, in_background
from store import Database, DatabaseUnreachable, EmbeddedServer, Query
from store.migrate import _LOCK_KEY
from tests.support.epp_bench import eventually
from tests.support.postgres import FAST_SETTINGS, fresh_database

NOWHERE = "postgresql:///nowhere?host=/nowhere"
TABLES = Query(
    "tests/count_tables", "SELECT count(*) FROM pg_tables WHERE tablename = 'actor_restart'"
)


@pytest.fixture
async def url(postgres_server: EmbeddedServer) -> AsyncIterator[str]:
    """A database without any table."""
    async with fresh_database(postgres_server, template="template1") as url:
        yield url


@pytest.fixture
async def admin(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A session beside the keeper's."""
    admin = await asyncpg.connect(url)
    yield admin
    await admin.close()


def at(*urls: str) -> Callable[[], Awaitable[str]]:
    """Says these urls, the last one for ever."""
    left = list(urls)

    async def where() -> str:
        return left.pop(0) if len(left) > 1 else left[0]

    return where


async def keeper_of(system: System, database: Database, where: Callable[[], Awaitable[str]]) -> Ref:
    return await system.start(partial(DatabaseKeeper, database, where))


async def status(keeper: Ref) -> tuple[str, str | None]:
    state, why = await keeper.call(DatabaseStatus())
    return str(state), why


async def waiting_for_the_lock(admin: asyncpg.Connection) -> int | None:
    pid: int | None = await admin.fetchval(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    )
    return pid


async def test_it_opens_the_pool_migrates_and_closes_it_again(system: System, url: str) -> None:
    database = Database()
    keeper = await keeper_of(system, database, at(url))
    assert await status(keeper) == ("up", None)
    assert await database.fetch_value(TABLES) == 1
    assert dict(keeper.snapshot().facts)["state"] == "up"
    await keeper.stop()
    with pytest.raises(DatabaseUnreachable, match="not open"):
        await database.fetch_value(TABLES)


async def test_a_database_that_is_away_at_the_start_is_a_state_and_tried_again(
    slow_system: System, url: str
) -> None:
    keeper = await keeper_of(slow_system, Database(), at(NOWHERE, NOWHERE, url))
    state, why = await status(keeper)
    assert (state, keeper.alive) == ("unreachable", True)
    assert why is not None
    assert isinstance(slow_system.clock, VirtualClock)
    await slow_system.clock.advance(0.1, system=slow_system)
    assert (await status(keeper))[0] == "unreachable"
    await slow_system.clock.advance(1.0, system=slow_system)
    assert await status(keeper) == ("up", None)


async def test_a_server_that_goes_and_comes_back_is_noticed(
    slow_system: System, data_dir: Path
) -> None:
    server = EmbeddedServer(data_dir, settings=FAST_SETTINGS)
    database = Database()
    keeper = await keeper_of(slow_system, database, at(await server.start()))
    assert await status(keeper) == ("up", None)
    await server.stop()
    assert isinstance(slow_system.clock, VirtualClock)
    await slow_system.clock.advance(5.0, system=slow_system)
    assert (await status(keeper))[0] == "unreachable"
    await server.start()
    await slow_system.clock.advance(1.0, system=slow_system)
    assert await status(keeper) == ("up", None)
    assert await database.fetch_value(TABLES) == 1
    await keeper.stop()
    await server.stop()


async def test_nobody_meets_a_schema_that_is_not_whole(
    system: System, url: str, admin: asyncpg.Connection
) -> None:
    await admin.execute(f"SELECT pg_advisory_lock({_LOCK_KEY})")
    database = Database()
    starting = in_background(keeper_of(system, database, at(url)))
    await eventually(partial(waiting_for_the_lock, admin), bool)
    with pytest.raises(DatabaseUnreachable, match="not open"):
        await database.fetch_value(TABLES)
    await admin.execute(f"SELECT pg_advisory_unlock({_LOCK_KEY})")
    assert await status(await starting) == ("up", None)
    assert await database.fetch_value(TABLES) == 1


async def test_a_migration_that_is_cut_off_is_done_at_the_next_try(
    slow_system: System, url: str, admin: asyncpg.Connection
) -> None:
    await admin.execute(f"SELECT pg_advisory_lock({_LOCK_KEY})")
    database = Database()
    starting = in_background(keeper_of(slow_system, database, at(url)))
    pid = await eventually(partial(waiting_for_the_lock, admin), bool)
    await admin.execute(f"SELECT pg_terminate_backend({pid})")
    keeper = await starting
    assert (await status(keeper))[0] == "unreachable"
    await admin.execute(f"SELECT pg_advisory_unlock({_LOCK_KEY})")
    assert isinstance(slow_system.clock, VirtualClock)
    await slow_system.clock.advance(1.0, system=slow_system)
    assert await status(keeper) == ("up", None)
    assert await database.fetch_value(TABLES) == 1


async def test_a_successor_takes_over_the_pool_that_a_killed_keeper_left_open(
    system: System, url: str
) -> None:
    database = Database()
    first = await keeper_of(system, database, at(url))
    first.kill()
    await first.join()
    second = await keeper_of(system, database, at(url))
    assert await status(second) == ("up", None)
    assert await database.fetch_value(TABLES) == 1


async def test_what_it_does_not_know_is_refused(system: System, url: str) -> None:
    keeper = await keeper_of(system, Database(), at(url))
    with pytest.raises(Unhandled):
        await keeper.call(CountChildren())
    keeper.send("what is this")
    await status(keeper)
    assert keeper.snapshot().unhandled == 2
