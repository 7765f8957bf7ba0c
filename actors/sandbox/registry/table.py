"""Tables of records with staged edits: a refused command leaves no trace, a done one its changes.

put / drop ──> staged ──commit──> records, indexes, and the changes to store
                  └────rollback──> nothing
"""

from collections.abc import Callable, Iterable, KeysView
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

RecordKind = Literal["domain", "host", "contact", "message", "account", "counter"]
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Change:
    """One record to store; without a document it is to be deleted."""

    kind: RecordKind
    key: str
    document: bytes | None = field(repr=False)
    """JSON."""


def latest_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes without those that a later one to the same record replaces."""
    return tuple({(change.kind, change.key): change for change in changes}.values())


class Index(Generic[Record]):
    """Finds the keys of the records that mention a word."""

    def __init__(self, mentions: Callable[[Record], Iterable[str]]) -> None:
        self._mentions = mentions
        self._keys: dict[str, dict[str, None]] = {}

    def keys(self, word: str) -> KeysView[str]:
        """The keys of the committed records that mention `word`."""
        return self._keys.get(word, {}).keys()

    def replace(self, key: str, old: Record | None, new: Record | None) -> None:
        """Take note that the record under `key` was `old` and is `new`."""
        if old is not None:
            for word in self._mentions(old):
                keys = self._keys[word]
                del keys[key]
                if not keys:
                    del self._keys[word]
        if new is not None:
            for word in self._mentions(new):
                self._keys.setdefault(word, {})[key] = None


class StoredTable(Protocol):
    """What all tables can do, whatever their records."""

    def commit(self) -> tuple[Change, ...]:
        """Make the staged edits true and return them for storing."""
        ...

    def rollback(self) -> None:
        """Forget the staged edits."""
        ...

    def restore(self, change: Change) -> None:
        """Apply a stored change."""
        ...

    def snapshot(self) -> tuple[Change, ...]:
        """Every record as the change that would make it."""
        ...


class Table(Generic[Record]):
    """All records of one kind; an index must not mention a word twice for one record."""

    def __init__(
        self, kind: RecordKind, record_type: type[Record], *indexes: Index[Record]
    ) -> None:
        self.kind: RecordKind = kind
        self._type = record_type
        self._indexes = indexes
        self._records: dict[str, Record] = {}
        self._staged: dict[str, Record | None] = {}

    def get(self, key: str) -> Record | None:
        """The record as the command at hand sees it."""
        return self._staged[key] if key in self._staged else self._records.get(key)

    def many(self, keys: Iterable[str]) -> tuple[Record, ...]:
        """The records under these keys, as the command at hand sees them."""
        return tuple(record for key in keys if (record := self.get(key)) is not None)

    def put(self, key: str, record: Record) -> None:
        """Stage a new or changed record."""
        self._staged[key] = record

    def drop(self, key: str) -> None:
        """Stage a deletion."""
        self._staged[key] = None

    def commit(self) -> tuple[Change, ...]:
        """Make the staged edits true and return them for storing."""
        if not self._staged:
            return ()
        staged, self._staged = self._staged, {}
        for key, record in staged.items():
            self._settle(key, record)
        return tuple(self._change(key, record) for key, record in staged.items())

    def rollback(self) -> None:
        """Forget the staged edits."""
        self._staged.clear()

    def restore(self, change: Change) -> None:
        """Apply a stored change; raises msgspec.DecodeError when it is not one of ours."""
        document = change.document
        self._settle(
            change.key,
            None if document is None else msgspec.json.decode(document, type=self._type),
        )

    def snapshot(self) -> tuple[Change, ...]:
        """Every record as the change that would make it, in the order of their keys."""
        return tuple(self._change(key, self._records[key]) for key in sorted(self._records))

    def keys(self) -> KeysView[str]:
        """The keys of all committed records."""
        return self._records.keys()

    def _settle(self, key: str, record: Record | None) -> None:
        old = self._records.pop(key, None)
        if record is not None:
            self._records[key] = record
        for index in self._indexes:
            index.replace(key, old, record)

    def _change(self, key: str, record: Record | None) -> Change:
        return Change(self.kind, key, None if record is None else msgspec.json.encode(record))
