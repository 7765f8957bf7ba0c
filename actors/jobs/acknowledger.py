"""Gathers the results of one queue and has them written in batches.

At the latest 50 ms after the first result, or when there are 500, a batch goes out in one
transaction, one at a time. While PostgreSQL is away results are kept, in order; the queue's limit
bounds them, since nothing new is claimed then.
"""

from dataclasses import dataclass

import structlog

from actors.jobs.results import Result, Written, write_results
from actors.jobs.settings import JobsSettings, QueueSettings
from runtime import Actor, Timer
from store import Database
from store.queries import jobs as queries

log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class WriteResults:
    """Time to write what has gathered."""


class Acknowledger:
    """A producer's results. `life` is set when the producer knows it."""

    def __init__(
        self, producer: Actor, database: Database, queue: QueueSettings, room: JobsSettings
    ) -> None:
        self.life = ""
        self._producer = producer
        self._database = database
        self._queue = queue
        self._room = room
        self._waiting: list[Result] = []
        self._in_flight: list[Result] = []
        self._task: int | None = None
        self._timer: Timer | None = None

    def __len__(self) -> int:
        """Results that are not known to be written."""
        return len(self._waiting) + len(self._in_flight)

    def add(self, result: Result) -> None:
        """Keep a result; it is written soon."""
        self._waiting.append(result)
        if len(self._waiting) >= self._room.ack_batch:
            self.write()
        elif self._timer is None:
            self._timer = self._producer.send_after(self._room.ack_every_s, WriteResults())

    def write(self) -> None:
        """Write a batch now, unless one is being written."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None or not self._waiting:
            return
        size = self._room.ack_batch
        self._in_flight, self._waiting = self._waiting[:size], self._waiting[size:]
        self._task = self._producer.start_task(self._write(self._in_flight))

    def written(self, written: Written) -> None:
        """A batch is in the table."""
        self._task = None
        self._in_flight = []
        if written.taken_over:
            some = list(written.taken_over[:10])
            log.info("jobs.taken_over", queue=self._queue.name, jobs=some)
        if self._waiting:
            self.write()

    def failed(self, task: int) -> None:
        """A task of the producer's failed; if it was ours, its batch waits again."""
        if task == self._task:
            self._task = None
            self._waiting = self._in_flight + self._waiting
            self._in_flight = []

    async def _write(self, batch: list[Result]) -> Written:
        written = await write_results(self._database, batch, life=self.life)
        if self._queue.limited:  # others may have waited for the room that this makes
            await self._database.fetch(queries.NOTIFY_INSERTED, [self._queue.name])
        return written
