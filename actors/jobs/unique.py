"""Unique jobs: at most one of a key in the states that count, held by an index of the table.

The key is a hash of what makes two jobs the same: worker and arguments (or some of their keys), and
if so wanted queue, tags or priority. It and the states travel in the job's `meta`, where the
partial unique index of `store/queries/jobs/create_unique_index.sql` reads them; so nothing can slip
in between a look and an insert. A node makes the index when it joins the table, before its first
claim.

Jobs that have not ended always count. If they did not, a job that fails while a second one of its
key waits could not go back to waiting itself.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

UniqueField = Literal["worker", "args", "queue", "priority", "tags"]
EndedState = Literal["completed", "cancelled", "discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """When two jobs are the same, and for how long."""

    fields: frozenset[UniqueField] = frozenset({"worker", "args", "queue"})
    keys: tuple[str, ...] = ()
    """Of the arguments only these count; none given: all do."""
    period_s: float | None = None
    """A job older than this (by its insertion) does not count any more; None: for ever."""
    ended: frozenset[EndedState] = frozenset()
    """States of ended jobs that count too; `completed` for at most one success in a period."""

    def key(
        self,
        *,
        worker: str,
        args: bytes,
        queue: str,
        priority: int,
        tags: tuple[str, ...],
    ) -> str:
        """The hash under which the index knows the job. `args` is a JSON object.

        Raises msgspec.DecodeError when it is none.
        """
        parts: dict[str, object] = {
            "worker": worker,
            "args": self._counted(args),
            "queue": queue,
            "priority": priority,
            "tags": sorted(tags),
        }
        counted: dict[str, object] = {name: parts[name] for name in parts if name in self.fields}
        counted["unique"] = [sorted(self.fields), sorted(self.keys), self.period_s]
        text = msgspec.json.encode(counted, order="deterministic")
        return hashlib.sha256(text).hexdigest()[:32]

    def meta(self, key: str) -> Mapping[str, object]:
        """What the index reads."""
        return {"unique_key": key, "unique_states": sorted(self.ended)}

    def _counted(self, args: bytes) -> Mapping[str, object]:
        values = msgspec.json.decode(args, type=dict[str, object])
        return {name: values.get(name) for name in self.keys} if self.keys else values
