"""The database as part of the tree: the embedded server's actor, the pool's keeper, the archive."""

from actors.store.archive import Archive, Audited, Restarted
from actors.store.keeper import DatabaseKeeper, DatabaseState, DatabaseStatus
from actors.store.postgres import Postgres, WhereIsPostgres

__all__ = [
    "Archive",
    "Audited",
    "DatabaseKeeper",
    "DatabaseState",
    "DatabaseStatus",
    "Postgres",
    "Restarted",
    "WhereIsPostgres",
]
