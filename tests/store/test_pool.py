"""The pool: what it lends, when it says that the database is away, and that it comes back."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from store import Database, DatabaseUnreachable, EmbeddedServer, PoolStats, Query
from tests.support.postgres import FAST_SETTINGS

ONE = Query("test/one", "SELECT 1")
SLEEP = Query("test/sleep", "SELECT pg_sleep(60)")
KILL_ME = Query("test/kill_me", "SELECT pg_terminate_backend(pg_backend_pid())")
MAKE_TABLE = Query("test/make_table", "CREATE TABLE entry (id integer PRIMARY KEY, word text)")
INSERT = Query("test/insert", "INSERT INTO entry VALUES ($1, $2)")
COUNT = Query("test/count", "SELECT count(*) FROM entry")
DELETE_ALL = Query("test/delete_all", "DELETE FROM entry")
LIST = Query("test/list", "SELECT id, word FROM entry ORDER BY id")


@pytest.fixture
async def table(empty_database: Database) -> Database:
    await empty_database.execute(MAKE_TABLE)
    return empty_database


@pytest.fixture
async def own_server(data_dir: Path) -> AsyncIterator[EmbeddedServer]:
    server = EmbeddedServer(data_dir, settings=FAST_SETTINGS)
    await server.start()
    yield server
    await server.stop()


async def test_rows_values_and_counts_come_back(table: Database) -> None:
    assert await table.execute(INSERT, 1, "one") == 1
    assert await table.execute(INSERT, 2, "two") == 1
    assert [tuple(row) for row in await table.fetch(LIST)] == [(1, "one"), (2, "two")]
    first = await table.fetch_row(LIST)
    assert first is not None
    assert first["word"] == "one"
    assert await table.fetch_value(COUNT) == 2
    assert await table.execute(DELETE_ALL) == 2
    assert await table.fetch_row(LIST) is None


async def test_an_error_of_the_statement_passes_through(table: Database) -> None:
    await table.execute(INSERT, 1, "one")
    with pytest.raises(asyncpg.UniqueViolationError):
        await table.execute(INSERT, 1, "again")


async def test_jsonb_is_json_bytes_in_both_directions(empty_database: Database) -> None:
    echo = Query("test/echo", "SELECT $1::jsonb")
    batch = Query("test/batch", "SELECT * FROM unnest($1::jsonb[]) AS document")
    assert await empty_database.fetch_value(echo, b'{"a": [1, null]}') == b'{"a": [1, null]}'
    rows = await empty_database.fetch(batch, [b"1", b'"two"'])
    assert [row["document"] for row in rows] == [b"1", b'"two"']


async def test_times_are_aware_and_in_utc(empty_database: Database) -> None:
    assert await empty_database.fetch_value(Query("test/zone", "SHOW timezone")) == "UTC"
    at = await empty_database.fetch_value(
        Query("test/at", "SELECT '2026-01-02 03:04:05'::timestamptz")
    )
    assert at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def test_the_daemon_is_known_by_name_in_the_database(empty_database: Database) -> None:
    assert await empty_database.fetch_value(Query("test/name", "SHOW application_name")) == "engset"


async def test_no_server_at_all_is_unreachable(tmp_path: Path) -> None:
    database = Database(f"postgresql://engset@/engset?host={tmp_path}", name="spare")
    with pytest.raises(DatabaseUnreachable, match=r"database spare is unreachable: .*No such file"):
        await database.open()
    assert database.stats() == PoolStats(size=0, busy=0, idle=0, limit=10, waiting=0)


async def test_a_database_that_does_not_exist_is_unreachable(
    postgres_server: EmbeddedServer,
) -> None:
    database = Database(postgres_server.url("nowhere"))
    with pytest.raises(DatabaseUnreachable, match="nowhere"):
        await database.open()


async def test_a_pool_that_is_not_open_is_unreachable(postgres_server: EmbeddedServer) -> None:
    database = Database(postgres_server.url())
    with pytest.raises(DatabaseUnreachable, match="not open"):
        await database.fetch(ONE)
    await database.close()


async def test_a_server_that_was_killed_is_unreachable_and_then_back(
    own_server: EmbeddedServer,
) -> None:
    database = Database(own_server.url())
    await database.open()
    assert own_server.pid is not None
    os.kill(own_server.pid, signal.SIGKILL)
    await own_server.wait()
    await own_server.stop()  # its backends, too, have ended when this returns
    with pytest.raises(DatabaseUnreachable):
        await database.fetch(ONE)
    await own_server.start()
    assert await database.fetch_value(ONE) == 1
    await database.close()


async def test_an_open_that_failed_can_be_tried_again(own_server: EmbeddedServer) -> None:
    database = Database(own_server.url())
    await own_server.stop()
    with pytest.raises(DatabaseUnreachable):
        await database.open()
    await own_server.start()
    await database.open()
    assert await database.fetch_value(ONE) == 1
    await database.close()


async def test_a_connection_that_is_cut_in_a_transaction_is_unreachable(table: Database) -> None:
    async def insert_and_be_cut() -> None:
        async with table.transaction() as session:
            await session.execute(INSERT, 1, "lost")
            await session.execute(KILL_ME)

    with pytest.raises(DatabaseUnreachable):
        await insert_and_be_cut()
    assert await table.fetch_value(COUNT) == 0


async def test_a_connection_that_was_cut_between_two_statements_is_unreachable(
    table: Database,
) -> None:
    async with table.acquire() as session:
        session.raw.terminate()
        with pytest.raises(DatabaseUnreachable):
            await session.fetch(ONE)
    assert await table.fetch_value(ONE) == 1


async def test_a_transaction_on_a_connection_that_was_cut_is_unreachable(table: Database) -> None:
    async def begin_and_be_cut() -> None:
        async with table.transaction() as session:
            session.raw.terminate()

    with pytest.raises(DatabaseUnreachable):
        await begin_and_be_cut()


async def test_a_session_kept_beyond_its_block_is_misuse_and_not_unreachable(
    table: Database,
) -> None:
    async with table.acquire() as session:
        kept = session
    with pytest.raises(asyncpg.InterfaceError, match="released back"):
        await kept.fetch(ONE)


async def test_an_idle_connection_that_the_server_has_just_ended_is_unreachable(
    table: Database,
) -> None:
    end = Query("test/end", "SELECT pg_terminate_backend($1, 5000)")
    async with table.acquire() as session:
        assert await table.fetch_value(end, session.raw.get_server_pid()) is True
        with pytest.raises(DatabaseUnreachable):
            await session.fetch(ONE)
    assert await table.fetch_value(ONE) == 1


async def test_a_connection_whose_end_is_announced_but_not_yet_there_is_unreachable(
    table: Database,
) -> None:
    farewell = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0"
    async with table.acquire() as session:
        driver: Any = session.raw
        driver._con._protocol.data_received(
            b"E" + (len(farewell) + 4).to_bytes(4, "big") + farewell
        )
        with pytest.raises(DatabaseUnreachable):
            await session.fetch(ONE)
    assert await table.fetch_value(ONE) == 1


async def test_misuse_of_a_living_connection_passes_through(table: Database) -> None:
    async with table.acquire() as session:
        with pytest.raises(asyncpg.InterfaceError, match="expects 2 arguments"):
            await session.fetch(INSERT, 1)


async def test_a_statement_without_an_answer_in_time_is_unreachable(
    postgres_server: EmbeddedServer,
) -> None:
    database = Database(postgres_server.url(), command_timeout_s=0.05)
    await database.open()
    with pytest.raises(DatabaseUnreachable, match="no answer in time"):
        await database.fetch(SLEEP)
    assert await database.fetch_value(ONE) == 1
    await database.close()


async def test_a_deadline_of_the_caller_stays_the_caller_s(empty_database: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02), empty_database.acquire() as session:
            await session.fetch(SLEEP)
    assert await empty_database.fetch_value(ONE) == 1


async def test_a_pool_with_nothing_to_lend_is_unreachable_after_its_patience(
    postgres_server: EmbeddedServer,
) -> None:
    database = Database(postgres_server.url(), connections=1, acquire_timeout_s=1.0)
    await database.open()
    async with database.acquire():
        assert database.stats() == PoolStats(size=1, busy=1, idle=0, limit=1, waiting=0)
        with pytest.raises(DatabaseUnreachable, match="no answer in time"):
            await database.fetch(ONE)
    assert database.stats() == PoolStats(size=1, busy=0, idle=1, limit=1, waiting=0)
    await database.close()


async def test_those_who_wait_are_counted_and_served(postgres_server: EmbeddedServer) -> None:
    database = Database(postgres_server.url(), connections=1)
    await database.open()
    async with asyncio.TaskGroup() as callers, database.acquire() as session:
        waiter = callers.create_task(database.fetch_value(ONE))
        await session.fetch(ONE)
        assert database.stats().waiting == 1
    assert waiter.result() == 1
    assert database.stats().waiting == 0
    await database.close()


async def test_closing_cuts_off_those_who_do_not_give_back(
    postgres_server: EmbeddedServer,
) -> None:
    database = Database(postgres_server.url())
    await database.open()
    async with database.acquire() as session:
        await database.close(patience_s=0.02)
        with pytest.raises(DatabaseUnreachable):
            await session.fetch(ONE)
