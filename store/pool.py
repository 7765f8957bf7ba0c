"""A database: where it is, and the bounded pool of connections to it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from store.errors import DatabaseUnreachable
from store.listener import Listener
from store.query import Query
from store.session import Session, translating

_SERVER_SETTINGS = {"application_name": "engset", "timezone": "UTC"}
_JSONB_VERSION = b"\x01"  # PostgreSQL's jsonb_recv: the one version of the binary form


@dataclass(frozen=True, slots=True)
class PoolStats:
    """The pool at one moment."""

    size: int
    """Open connections."""
    busy: int
    idle: int
    limit: int
    waiting: int
    """Callers that wait for a connection."""


class Database:
    """A pool of connections, usable from `open` to `close`.

    A connection that breaks is replaced when it is next wanted, so a database that was away is back
    with the first caller that finds it. Values of jsonb columns are JSON bytes in both directions:
    the caller encodes and decodes with msgspec to a type of its own.
    """

    def __init__(
        self,
        url: str = "",
        *,
        name: str = "main",
        connections: int = 10,
        acquire_timeout_s: float = 5.0,
        command_timeout_s: float = 30.0,
    ) -> None:
        self.name = name
        self._url = url
        self._limit = connections
        self._acquire_timeout_s = acquire_timeout_s
        self._command_timeout_s = command_timeout_s
        self._pool: asyncpg.Pool | None = None
        self._waiting = 0

    async def open(self, url: str | None = None) -> None:
        """Connect once and keep the pool. Raises DatabaseUnreachable; call it again then.

        `url` replaces the one given before: an embedded server knows its own when it runs.
        """
        assert self._pool is None, "the database is open already"
        self._url = url or self._url
        pool = asyncpg.create_pool(
            self._url,
            min_size=0,  # a floor is kept by retries of the driver's own, each logged
            max_size=self._limit,
            timeout=self._acquire_timeout_s,
            command_timeout=self._command_timeout_s,
            init=_prepare_connection,
            reset=_leave_as_is,
            server_settings=_SERVER_SETTINGS,
        )
        await pool
        self._pool = pool
        try:
            async with self.acquire():
                pass
        except BaseException:
            self._pool = None
            pool.terminate()
            raise

    async def close(self, *, patience_s: float = 5.0) -> None:
        """Close when the borrowed connections are back; cut them off after `patience_s`."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(patience_s):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    @asynccontextmanager
    async def acquire(self) -> AsyncGenerator[Session]:
        """Borrow a connection. Raises DatabaseUnreachable when none comes free in time."""
        pool = self._pool
        if pool is None:
            raise DatabaseUnreachable(database=self.name, reason="the pool is not open")
        self._waiting += 1
        try:
            with translating(self.name):
                connection = await pool.acquire(timeout=self._acquire_timeout_s)
        except asyncpg.InterfaceError as error:
            raise DatabaseUnreachable(database=self.name, reason=str(error)) from error
        finally:
            self._waiting -= 1
        session = Session(self.name, connection)
        try:
            yield session
        finally:
            session.give_back()
            with translating(self.name):
                await pool.release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Session]:
        """A connection in a transaction: committed at the end, rolled back if the block raises."""
        async with self.acquire() as session, session.transaction():
            yield session

    @asynccontextmanager
    async def listener(self) -> AsyncGenerator[Listener]:
        """A connection beside the pool that hears notifications. Raises DatabaseUnreachable."""
        with translating(self.name):
            connection = await asyncpg.connect(
                self._url,
                timeout=self._acquire_timeout_s,
                command_timeout=self._command_timeout_s,
                server_settings=_SERVER_SETTINGS,
            )
        listener = Listener(self.name, connection)
        try:
            yield listener
        finally:
            connection.terminate()

    async def fetch(self, query: Query, *args: object) -> list[asyncpg.Record]:
        """All rows, on a connection of its own."""
        async with self.acquire() as session:
            return await session.fetch(query, *args)

    async def fetch_row(self, query: Query, *args: object) -> asyncpg.Record | None:
        """The first row, or None."""
        async with self.acquire() as session:
            return await session.fetch_row(query, *args)

    async def fetch_value(self, query: Query, *args: object) -> object:
        """The first column of the first row; None also when there is no row."""
        async with self.acquire() as session:
            return await session.fetch_value(query, *args)

    async def execute(self, query: Query, *args: object) -> int:
        """Run a statement without a result; returns the number of rows it touched."""
        async with self.acquire() as session:
            return await session.execute(query, *args)

    def stats(self) -> PoolStats:
        """How busy the pool is; costs nothing and never waits."""
        pool = self._pool
        size, idle = (0, 0) if pool is None else (pool.get_size(), pool.get_idle_size())
        return PoolStats(size, size - idle, idle, self._limit, self._waiting)


async def _prepare_connection(connection: "asyncpg.Connection | PoolConnectionProxy") -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_to_jsonb, decoder=_from_jsonb, format="binary"
    )


async def _leave_as_is(connection: asyncpg.Connection) -> None:
    """Save the driver's reset query, one round trip per use: sessions leave nothing behind.

    The driver has rolled an open transaction back before it calls this.
    """


def _to_jsonb(document: bytes) -> bytes:
    return _JSONB_VERSION + document


def _from_jsonb(value: bytes) -> bytes:
    return value[1:]
