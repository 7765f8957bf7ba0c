"""A real PostgreSQL for tests: one server per test process, a fresh database per test.

The server starts with the first test that asks for it. Databases are copies of a template that was
migrated once; with FILE_COPY and without fsync a copy costs about 16 ms, under WAL_LOG 41 ms.
"""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import pytest

from store import Database, EmbeddedServer, migrate

# A test's rows need not survive a loss of power; they do survive the kill of the server.
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off"}

_TEMPLATE = "engset_template"
_serial = itertools.count(1)


@asynccontextmanager
async def fresh_database(server: EmbeddedServer, *, template: str) -> AsyncGenerator[str]:
    """The url of a database copied from `template`, dropped at the end with all who use it."""
    name = f"test_{next(_serial)}"
    admin = await asyncpg.connect(server.url("postgres"))
    try:
        await admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY file_copy')
        yield server.url(name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


async def _start_with_template(server: EmbeddedServer) -> None:
    await server.start()
    admin = await asyncpg.connect(server.url("postgres"))
    await admin.execute(f"CREATE DATABASE {_TEMPLATE}")
    await admin.close()
    database = Database(server.url(_TEMPLATE))
    await database.open()
    await migrate(database)
    await database.close()


@contextmanager
def open_folder() -> Generator[Path]:
    """A temporary folder that others may pass through.

    Pytest's own are closed, and where root may make no namespace PostgreSQL runs as somebody else.
    """
    with tempfile.TemporaryDirectory(prefix="engset-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data directory for a server, or a daemon, of the test's own."""
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedServer]:
    """The server of this test process; do not stop it."""
    with open_folder() as folder:
        server = EmbeddedServer(folder, settings=FAST_SETTINGS)
        asyncio.run(_start_with_template(server))
        yield server
        asyncio.run(server.stop())


@pytest.fixture
async def database_url(postgres_server: EmbeddedServer) -> AsyncIterator[str]:
    """The url of a fresh, migrated database, for what opens its own pool."""
    async with fresh_database(postgres_server, template=_TEMPLATE) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database with its pool open."""
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def empty_database(postgres_server: EmbeddedServer) -> AsyncIterator[Database]:
    """A database without any table, its pool open."""
    async with fresh_database(postgres_server, template="template1") as url:
        database = Database(url)
        await database.open()
        yield database
        await database.close()
