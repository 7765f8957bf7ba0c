"""A job as its worker sees it while it is performed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from actors.jobs.moments import aware
from runtime import Clock
from store import Database

Arguments = TypeVar("Arguments")

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of the table that is ours to perform now; its times are UTC without saying so."""

    id: int
    worker: str
    args: bytes
    """A JSON object."""
    meta: bytes
    tags: tuple[str, ...]
    attempt: int
    """1 at the first."""
    max_attempts: int
    priority: int
    inserted_at: datetime
    scheduled_at: datetime
    attempted_at: datetime


class Job(Generic[Arguments]):
    """What `perform` gets: the arguments, decoded, and what is known of the job.

    `args` is what the worker's type of arguments makes of them; `clock` is where a worker's time
    comes from, so that tests can have it in hand; `database` is the daemon's, for data of the
    worker's own and for further jobs that are committed with it.
    """

    __slots__ = ("_claimed", "_report", "args", "clock", "database", "queue")

    def __init__(
        self,
        args: Arguments,
        claimed: Claimed,
        *,
        queue: str,
        clock: Clock,
        database: Database,
        report: Report,
    ) -> None:
        self.args = args
        self.queue = queue
        self.clock = clock
        self.database = database
        self._claimed = claimed
        self._report = report

    @property
    def id(self) -> int:
        """Its number in the table."""
        return self._claimed.id

    @property
    def attempt(self) -> int:
        """1 at the first."""
        return self._claimed.attempt

    @property
    def max_attempts(self) -> int:
        """After so many it is discarded."""
        return self._claimed.max_attempts

    @property
    def priority(self) -> int:
        """0 is the most urgent, 9 the least."""
        return self._claimed.priority

    @property
    def tags(self) -> tuple[str, ...]:
        """What it is found by."""
        return self._claimed.tags

    @property
    def meta(self) -> Mapping[str, Any]:
        """What goes with it, as it was when it was claimed."""
        return msgspec.json.decode(self._claimed.meta, type=dict[str, Any])

    @property
    def inserted_at(self) -> datetime:
        """When it came into the table."""
        return aware(self._claimed.inserted_at)

    @property
    def scheduled_at(self) -> datetime:
        """When it was due."""
        return aware(self._claimed.scheduled_at)

    @property
    def attempted_at(self) -> datetime:
        """When this attempt began."""
        return aware(self._claimed.attempted_at)

    def progress(self, done: int, total: int) -> None:
        """Say how far it is; pages and commands show it within a second. Costs next to nothing."""
        self._report(done, total)
