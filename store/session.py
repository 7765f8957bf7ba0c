"""One connection of the pool, held for a while, that speaks in named queries."""

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Generator,
    Iterable,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from store.errors import DatabaseUnreachable
from store.query import Query

_UNREACHABLE = (
    OSError,  # refused, reset, no such socket; and TimeoutError, which is one
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,  # starting up, recovering, shutting down
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)


@contextmanager
def translating(database: str) -> Generator[None]:
    """Turn every way in which PostgreSQL can be away into DatabaseUnreachable."""
    try:
        yield
    except _UNREACHABLE as error:
        raise DatabaseUnreachable(database=database, reason=_sentence(error)) from error


class Session:
    """Runs queries on one connection; get it from `Database.acquire` or `Database.transaction`.

    It leaves nothing behind on the connection, which the next caller gets as it is: use SET LOCAL
    and transaction-level advisory locks only.
    """

    def __init__(self, database: str, connection: PoolConnectionProxy) -> None:
        self._database = database
        self._connection = connection
        self._given_back = False

    @property
    def raw(self) -> PoolConnectionProxy:
        """The driver's own connection, for what this class does not offer; errors come raw, too."""
        return self._connection

    def give_back(self) -> None:
        """The owner's block has ended: from now on using the session is a fault of ours."""
        self._given_back = True

    async def fetch(self, query: Query, *args: object) -> list[asyncpg.Record]:
        """All rows. Raises DatabaseUnreachable; errors of the statement itself pass through."""
        with self._translating():
            return await self._connection.fetch(query.text, *args)

    async def fetch_row(self, query: Query, *args: object) -> asyncpg.Record | None:
        """The first row, or None."""
        with self._translating():
            return await self._connection.fetchrow(query.text, *args)

    async def fetch_value(self, query: Query, *args: object) -> object:
        """The first column of the first row; None also when there is no row."""
        with self._translating():
            value: object = await self._connection.fetchval(query.text, *args)
            return value

    async def execute(self, query: Query, *args: object, timeout_s: float | None = None) -> int:
        """Run a statement without a result; returns the number of rows it touched.

        `timeout_s` replaces the database's own limit for this one statement.
        """
        with self._translating():
            status = await self._connection.execute(query.text, *args, timeout=timeout_s)
        return _rows_touched(status)

    async def copy_records(
        self,
        table: str,
        records: Iterable[Sequence[object]] | AsyncIterable[Sequence[object]],
        *,
        columns: Sequence[str],
    ) -> int:
        """Insert records by COPY, the fastest way in; returns how many."""
        with self._translating():
            status = await self._connection.copy_records_to_table(
                table, records=records, columns=columns
            )
        return _rows_touched(status)

    async def copy_text(
        self, table: str, lines: AsyncIterable[bytes], *, columns: Sequence[str]
    ) -> int:
        """Insert lines that are in COPY's text format already; returns how many rows they were.

        Each piece that `lines` yields is whole lines, and is sent before the next is asked for.
        """
        with self._translating():
            status = await self._connection.copy_to_table(
                table, source=lines, columns=columns, format="text"
            )
        return _rows_touched(status)

    async def iterate(
        self, query: Query, *args: object, chunk: int = 2_000
    ) -> AsyncIterator[list[asyncpg.Record]]:
        """The rows in chunks, with one chunk in memory. Needs a transaction around it."""
        with self._translating():
            cursor = await self._connection.cursor(query.text, *args)
        while True:
            with self._translating():
                rows = await cursor.fetch(chunk)
            if not rows:
                return
            yield rows

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[None]:
        """Commit at the end of the block, roll back when it raises; a savepoint when nested."""
        transaction = self._connection.transaction()
        with self._translating():
            await transaction.start()
        try:
            yield
        except BaseException:
            if not self._is_lost():
                with self._translating():
                    await transaction.rollback()
            raise
        with self._translating():
            await transaction.commit()

    @contextmanager
    def _translating(self) -> Generator[None]:
        try:
            with translating(self._database):
                yield
        except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            # What the driver says of a connection that was lost between two statements: misuse when
            # it has seen the end, confusion when it has only read the server's last words.
            if not self._is_lost():
                raise
            raise DatabaseUnreachable(database=self._database, reason=_sentence(error)) from error

    def _is_lost(self) -> bool:
        """Whether the connection broke while it was ours; the pool takes back a broken one."""
        try:
            return self._connection.is_closed()
        except asyncpg.InterfaceError:
            return not self._given_back


def _rows_touched(status: str) -> int:
    """PostgreSQL's command tag, `UPDATE 3` or `INSERT 0 3`, ends with the number if it has one."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0


def _sentence(error: Exception) -> str:
    return str(error) or ("no answer in time" if isinstance(error, TimeoutError) else repr(error))
