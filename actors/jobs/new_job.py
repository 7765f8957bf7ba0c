"""A job that is not in the table yet."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from actors.jobs.unique import Unique

_LEAST_URGENT = 9
"""0 is the most urgent. Source: Oban 2.17, "Ten levels of job priority"."""
_NAME_LIMIT = 128
"""A queue's or a worker's name is shorter. Source: Oban's check constraints."""


class JobRefused(ValueError):
    """A job that the table would not take: `key` names what is wrong with it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key} {reason}")
        self.key = key
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """What `Worker.new` makes and `Jobs.insert` writes.

    Raises JobRefused when a value is outside of what Oban's table takes.
    """

    worker: str
    args: bytes = b"{}"
    """A JSON object."""
    queue: str = "default"
    priority: int = 0
    max_attempts: int = 20
    tags: tuple[str, ...] = ()
    meta: bytes = b"{}"
    """A JSON object."""
    scheduled_at: datetime | None = None
    """Aware; None: at once."""
    unique: Unique | None = None

    def __post_init__(self) -> None:
        fine = (
            0 < len(self.worker) < _NAME_LIMIT
            and 0 < len(self.queue) < _NAME_LIMIT
            and 0 <= self.priority <= _LEAST_URGENT
            and self.max_attempts > 0
            and (self.scheduled_at is None or self.scheduled_at.tzinfo is not None)
            and self.args[:1] == b"{"
        )
        if not fine:
            self._refuse()

    def _refuse(self) -> None:
        """Say what is wrong; apart from the check, which half a million jobs pass in a row."""
        for key, name in (("worker", self.worker), ("queue", self.queue)):
            if not 0 < len(name) < _NAME_LIMIT:
                raise JobRefused(key, "must have 1 to 127 characters")
        if not 0 <= self.priority <= _LEAST_URGENT:
            raise JobRefused("priority", f"must be 0 to 9, not {self.priority}")
        if self.max_attempts < 1:
            raise JobRefused("max_attempts", f"must be at least 1, not {self.max_attempts}")
        if self.args[:1] != b"{":
            raise JobRefused("args", "must be a JSON object")
        raise JobRefused("scheduled_at", "must know its time zone")

    @property
    def stored_meta(self) -> bytes:
        """`meta` with what the index of unique jobs reads."""
        if self.unique is None:
            return self.meta
        key = self.unique.key(
            worker=self.worker,
            args=self.args,
            queue=self.queue,
            priority=self.priority,
            tags=self.tags,
        )
        meta = msgspec.json.decode(self.meta, type=dict[str, object])
        return msgspec.json.encode({**meta, **self.unique.meta(key)})
