"""PostgreSQL, the truth of the daemon: the embedded server, pools of connections, schema, queries.

    server = EmbeddedServer(data_dir)
    database = Database(await server.start())
    await database.open()
    await migrate(database)
    rows = await database.fetch(epp.LIST_UNKNOWN_TRANSFORMS, None, 100)

Queries are the constants of `store.queries.<room>`.
"""

from store.embedded import EmbeddedServer
from store.errors import (
    DatabaseNewer,
    DatabaseUnreachable,
    MigrationChanged,
    MigrationMisnamed,
    MigrationRefused,
    PostgresFailed,
)
from store.listener import Listener
from store.migrate import Migration, load_migrations, migrate
from store.pool import Database, PoolStats
from store.query import Query
from store.session import Session

__all__ = [
    "Database",
    "DatabaseNewer",
    "DatabaseUnreachable",
    "EmbeddedServer",
    "Listener",
    "Migration",
    "MigrationChanged",
    "MigrationMisnamed",
    "MigrationRefused",
    "PoolStats",
    "PostgresFailed",
    "Query",
    "Session",
    "load_migrations",
    "migrate",
]
