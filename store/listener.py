"""A connection that hears what others NOTIFY."""

import asyncio
from collections.abc import Callable

import asyncpg

from store.errors import DatabaseUnreachable
from store.query import Query
from store.session import translating

_SCHEMA = Query("store/current_schema", "SELECT current_schema()")
_PING = Query("store/listener_ping", "SELECT 1")


class Listener:
    """Hears channels until the connection ends; get it from `Database.listener`.

    What is sent while nobody listens is lost, so whoever begins to listen looks once by itself.
    """

    def __init__(self, database: str, connection: asyncpg.Connection) -> None:
        self._database = database
        self._connection = connection
        self._ended = asyncio.Event()
        connection.add_termination_listener(self._on_end)

    async def schema(self) -> str:
        """The schema that names of tables are looked up in. Raises DatabaseUnreachable."""
        with translating(self._database):
            return str(await self._connection.fetchval(_SCHEMA.text))

    async def listen(self, channel: str, heard: Callable[[str], None]) -> None:
        """Have `heard` called with each payload of `channel`. Raises DatabaseUnreachable."""

        def on_notification(_connection: object, _pid: int, _channel: str, payload: object) -> None:
            heard(str(payload))

        with translating(self._database):
            await self._connection.add_listener(channel, on_notification)

    async def lost(self, *, look_every_s: float) -> DatabaseUnreachable:
        """Wait until the connection has ended, which a dead link shows only when it is used."""
        while not self._ended.is_set():
            try:
                async with asyncio.timeout(look_every_s):
                    await self._ended.wait()
            except TimeoutError:
                try:
                    with translating(self._database):
                        await self._connection.fetchval(_PING.text)
                except DatabaseUnreachable as error:
                    return error
                except asyncpg.InterfaceError:
                    break
        return DatabaseUnreachable(database=self._database, reason="the listener was cut off")

    def _on_end(self, _: object) -> None:
        self._ended.set()
