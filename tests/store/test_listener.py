"""A connection that hears what others say, and that it was cut off."""

import asyncio

import pytest

from store import Database, DatabaseUnreachable, Query

SAY = Query("test/say", "SELECT pg_notify('test', $1)")
CUT = Query(
    "test/cut",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
)


async def test_what_is_said_is_heard_in_order(database: Database) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with database.listener() as listener:
        assert await listener.schema() == "public"
        await listener.listen("test", heard.put_nowait)
        for word in ("one", "two"):
            await database.fetch(SAY, word)
        assert [await heard.get(), await heard.get()] == ["one", "two"]


async def test_being_cut_off_is_noticed(database: Database) -> None:
    async with database.listener() as listener:
        await listener.listen("test", print)
        await database.fetch(CUT)
        assert isinstance(await listener.lost(look_every_s=60.0), DatabaseUnreachable)


async def test_a_listener_that_is_not_told_finds_out_by_asking(database: Database) -> None:
    async with database.listener() as listener:
        await listener.listen("test", print)
        waiting = asyncio.gather(listener.lost(look_every_s=0.01), database.fetch(CUT))
        assert isinstance((await waiting)[0], DatabaseUnreachable)


async def test_a_database_that_is_away_is_unreachable() -> None:
    away = Database("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(DatabaseUnreachable):
        async with away.listener():
            pass
