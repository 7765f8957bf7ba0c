"""A batch worker: handles one batch at a time."""

from collections.abc import Sequence
from typing import Any

from actors.flow.handlers import Handlers
from actors.flow.handling import Handling
from actors.flow.member import Following
from actors.flow.message import Batch
from actors.flow.orders import Settled


class BatchWorker(Following[Batch[Any]]):
    """Takes from its batcher. What it has handled is acknowledged."""

    role = "worker"
    depth = 4

    def __init__(self, handlers: Handlers[Any, Any], *, batcher: str) -> None:
        self._handlers = handlers
        self._batcher = batcher
        self._batches = self._successful = self._failed = self._largest = self._in_hand = 0

    def init(self) -> None:
        """Join, and subscribe to the batcher."""
        super().init()
        self._handling = Handling(self._handlers, actor=self.path)
        self.follow((self.places.batcher(self._batcher),), max_demand=1, min_demand=0)

    async def handle_events(self, events: Sequence[Batch[Any]]) -> None:
        """Handle a batch."""
        for batch in events:
            self._in_hand = batch.info.size
            handled = await self._handling.process_batch(batch)
            self._in_hand = 0
            self._batches += 1
            self._largest = max(self._largest, batch.info.size)
            self._successful += len(handled.successful)
            self._failed += len(handled.failed)
            self.custodian.send(Settled(tuple(handled.successful), tuple(handled.failed)))

    def facts(self) -> dict[str, object]:
        """What pages show."""
        done = self._successful + self._failed
        return {
            "batches": self._batches,
            "successful": self._successful,
            "failed": self._failed,
            "in_hand": self._in_hand,
            "batch_mean": round(done / self._batches, 1) if self._batches else 0,
            "batch_largest": self._largest,
            **super().facts(),
        }
