"""One connection: transactions, savepoints, bulk in and bulk out."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from store import Database, Query

MAKE_TABLE = Query("test/make_table", "CREATE TABLE entry (id integer PRIMARY KEY, word text)")
INSERT = Query("test/insert", "INSERT INTO entry VALUES ($1, $2)")
COUNT = Query("test/count", "SELECT count(*) FROM entry")
WORDS = Query("test/words", "SELECT word FROM entry ORDER BY id")
LIST = Query("test/list", "SELECT id FROM entry ORDER BY id")


@pytest.fixture
async def table(empty_database: Database) -> Database:
    await empty_database.execute(MAKE_TABLE)
    return empty_database


async def test_a_transaction_commits_at_its_end(table: Database) -> None:
    async with table.transaction() as session:
        await session.execute(INSERT, 1, "one")
        assert await table.fetch_value(COUNT) == 0
    assert await table.fetch_value(COUNT) == 1


async def test_a_transaction_that_raises_leaves_nothing(table: Database) -> None:
    async def insert_the_same_twice() -> None:
        async with table.transaction() as session:
            await session.execute(INSERT, 1, "one")
            await session.execute(INSERT, 1, "again")

    with pytest.raises(asyncpg.UniqueViolationError):
        await insert_the_same_twice()
    assert await table.fetch_value(COUNT) == 0


async def test_an_inner_transaction_can_fail_alone(table: Database) -> None:
    async with table.transaction() as session:
        await session.execute(INSERT, 1, "one")
        with pytest.raises(asyncpg.UniqueViolationError):
            async with session.transaction():
                await session.execute(INSERT, 1, "again")
        await session.execute(INSERT, 2, "two")
    assert await table.fetch_value(COUNT) == 2


async def test_a_transaction_left_open_on_a_borrowed_connection_is_rolled_back(
    table: Database,
) -> None:
    async with table.acquire() as session:
        await session.raw.execute("BEGIN")
        await session.execute(INSERT, 1, "one")
    assert await table.fetch_value(COUNT) == 0


async def test_many_records_go_in_by_copy_and_come_out_in_chunks(table: Database) -> None:
    async with table.transaction() as session:
        copied = await session.copy_records(
            "entry", [(number, "word") for number in range(250)], columns=("id", "word")
        )
        assert copied == 250
        chunks = [[row["id"] for row in rows] async for rows in session.iterate(LIST, chunk=100)]
    assert [len(chunk) for chunk in chunks] == [100, 100, 50]
    assert [number for chunk in chunks for number in chunk] == list(range(250))


async def test_lines_of_copy_s_own_text_go_in_piece_by_piece(table: Database) -> None:
    async def lines() -> AsyncIterator[bytes]:
        yield b"1\tone\n2\ttwo\n"
        yield b"3\tthree\\tand a tab\n"

    async with table.transaction() as session:
        assert await session.copy_text("entry", lines(), columns=("id", "word")) == 3
        words = [row["word"] async for rows in session.iterate(WORDS) for row in rows]
    assert words == ["one", "two", "three\tand a tab"]


async def test_one_statement_may_have_more_time_than_the_others(database_url: str) -> None:
    impatient = Database(database_url, command_timeout_s=0.2)
    await impatient.open()
    async with impatient.acquire() as session:
        await session.execute(Query("test/slow", "SELECT pg_sleep(0.3)"), timeout_s=30.0)
    await impatient.close()
