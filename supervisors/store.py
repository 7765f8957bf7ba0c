"""The tree of the room `store`.

    store (rest_for_one)
    ├── postgres   the embedded server, when no url is configured
    ├── database   the pool's keeper: connects, migrates, watches
    └── archive    writes restarts and the audit

When the server dies, the keeper is restarted with it and asks it anew where it is.
"""

from functools import partial
from pathlib import Path

from actors.store import Archive, DatabaseKeeper, Postgres, WhereIsPostgres
from runtime import Backoff, ChildSpec, System
from store import Database
from supervisors.strategy import Strategy
from supervisors.supervisor import Supervisor


def store_tree(
    system: System, database: Database, *, url: str | None, data_dir: Path, node: str
) -> ChildSpec:
    """The room: an embedded server below `data_dir` unless there is a `url`."""

    async def configured() -> str:
        assert url is not None
        return url

    async def embedded() -> str:
        return await system.call("store/postgres", WhereIsPostgres())

    where = embedded if url is None else configured
    keeper = ChildSpec(
        id="database", start=partial(DatabaseKeeper, database, where), backoff=Backoff()
    )
    server = ChildSpec(
        id="postgres",
        start=partial(Postgres, data_dir),
        backoff=Backoff(),
        shutdown=20.0,
        start_timeout_s=330.0,  # crash recovery replays the log first
    )
    archive = ChildSpec(id="archive", start=partial(Archive, database, node=node))
    children = (server, keeper, archive) if url is None else (keeper, archive)
    start = partial(Supervisor, children, strategy=Strategy.REST_FOR_ONE)
    return ChildSpec(id="store", start=start)
