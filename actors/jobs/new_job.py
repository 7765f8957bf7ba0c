"""A job that is not in the table yet."""

import re
from datetime import datetime

import msgspec

from actors.jobs.unique import Unique

_LEAST_URGENT = 9
"""0 is the most urgent. Source: Oban 2.17, "Ten levels of job priority"."""
_NAME_LIMIT = 128
"""A queue's or a worker's name is shorter. Source: Oban's check constraints."""
_MOST_ATTEMPTS = 32_767
"""What the column holds in every known version."""
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""In JSON; PostgreSQL's texts have no such character."""


class JobRefused(ValueError):
    """A job that the table would not take: `key` names what is wrong with it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key} {reason}")
        self.key = key
        self.reason = reason


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """What `Worker.new` makes and `Jobs.insert` writes; a struct, since it is made a million times.

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
            and 0 < self.max_attempts <= _MOST_ATTEMPTS
            and (self.scheduled_at is None or self.scheduled_at.tzinfo is not None)
            and self.args[:1] == b"{"
            and self.meta[:1] == b"{"
            and b"\\u0000" not in self.args
            and b"\\u0000" not in self.meta
            and "\0" not in self.worker
            and "\0" not in self.queue
            and not self.tags
        )
        if not fine:
            self._refuse()

    def _refuse(self) -> None:
        """Say what is wrong, if anything is; half a million jobs in a row do not come here."""
        for key, name in (("worker", self.worker), ("queue", self.queue)):
            if not 0 < len(name) < _NAME_LIMIT:
                raise JobRefused(key, "must have 1 to 127 characters")
            _refuse_nul(key, name)
        if not 0 <= self.priority <= _LEAST_URGENT:
            raise JobRefused("priority", f"must be 0 to 9, not {self.priority}")
        if not 0 < self.max_attempts <= _MOST_ATTEMPTS:
            reason = f"must be 1 to {_MOST_ATTEMPTS:,}, not {self.max_attempts}"
            raise JobRefused("max_attempts", reason)
        for key, text in (("args", self.args), ("meta", self.meta)):
            if text[:1] != b"{":
                raise JobRefused(key, "must be a JSON object")
            if _NUL.search(text) is not None:
                raise JobRefused(key, "holds the character NUL, which PostgreSQL does not take")
        for tag in self.tags:
            _refuse_nul("tags", tag)
        if self.scheduled_at is not None and self.scheduled_at.tzinfo is None:
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


def _refuse_nul(key: str, text: str) -> None:
    if "\0" in text:
        raise JobRefused(key, "holds the character NUL, which PostgreSQL does not take")
