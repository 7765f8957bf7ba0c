"""A practice registry's records in PostgreSQL, so that its domains outlive the daemon."""

from collections.abc import Sequence

from actors.sandbox.registry import Change, RecordKind
from store import Database
from store.queries import sandbox

_KINDS: dict[str, RecordKind] = {
    kind: kind for kind in ("domain", "host", "contact", "message", "account", "counter")
}


class DatabaseRepository:
    """Implements `actors.sandbox.registry.Repository`. Raises DatabaseUnreachable."""

    def __init__(self, database: Database, *, registry: str) -> None:
        self._database = database
        self._registry = registry

    async def load_all(self) -> Sequence[Change]:
        """See `Repository.load_all`."""
        rows = await self._database.fetch(sandbox.LOAD_RECORDS, self._registry)
        return [Change(_KINDS[row["kind"]], row["key"], row["document"]) for row in rows]

    async def save(self, changes: Sequence[Change]) -> None:
        """See `Repository.save`."""
        kept = [change for change in changes if change.document is not None]
        gone = [change for change in changes if change.document is None]
        async with self._database.transaction() as session:
            if kept:
                await session.execute(
                    sandbox.PUT_RECORDS,
                    self._registry,
                    [change.kind for change in kept],
                    [change.key for change in kept],
                    [change.document for change in kept],
                )
            if gone:
                await session.execute(
                    sandbox.DELETE_RECORDS,
                    self._registry,
                    [change.kind for change in gone],
                    [change.key for change in gone],
                )
