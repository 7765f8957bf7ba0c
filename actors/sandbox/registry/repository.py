"""Where the registry's records are kept while no registry runs."""

from collections.abc import Sequence
from typing import Protocol

from actors.sandbox.registry.table import Change, RecordKind


class Repository(Protocol):
    """Keeps the latest document of every record."""

    async def load_all(self) -> Sequence[Change]:
        """All documents, in any order; none at the first start."""
        ...

    async def save(self, changes: Sequence[Change]) -> None:
        """Store or delete these, all or none, before the answer that tells of them is sent.

        Calls must take effect in the order in which the registry made the changes.
        """
        ...


class MemoryRepository:
    """Keeps the documents while the process runs: a crash of the registry loses nothing."""

    def __init__(self) -> None:
        self._kept: dict[tuple[RecordKind, str], Change] = {}

    async def load_all(self) -> Sequence[Change]:
        """See `Repository.load_all`."""
        return tuple(self._kept.values())

    async def save(self, changes: Sequence[Change]) -> None:
        """See `Repository.save`."""
        for change in changes:
            if change.document is None:
                self._kept.pop((change.kind, change.key), None)
            else:
                self._kept[change.kind, change.key] = change
