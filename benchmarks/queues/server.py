"""One PostgreSQL for all, with the settings PostgreSQL itself has by default: all is durable."""

import os
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from store import EmbeddedServer

DEFAULTS = {"shared_buffers": "128MB", "io_method": "worker"}
"""Where the daemon's own server is smaller than PostgreSQL's default."""


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A database that nobody else uses."""

    url: str

    async def settle(self) -> None:
        """Let no part pay for what the one before left: statistics, dead rows, dirty pages."""
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute("VACUUM ANALYZE")
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()


@asynccontextmanager
async def running_server() -> AsyncGenerator[EmbeddedServer]:
    """The server, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="engset-jobs-") as name:
        os.chmod(name, 0o711)  # noqa: PTH101 - where another account runs PostgreSQL, it passes
        server = EmbeddedServer(Path(name), settings=DEFAULTS)
        await server.start()
        try:
            yield server
        finally:
            await server.stop()


@asynccontextmanager
async def fresh_database(server: EmbeddedServer, name: str) -> AsyncGenerator[FreshDatabase]:
    """An empty database, dropped at the end."""
    admin = await asyncpg.connect(server.url("postgres"))
    try:
        await admin.execute(f'CREATE DATABASE "{name}"')
        yield FreshDatabase(server.url(name))
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()
