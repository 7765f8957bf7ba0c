"""A batcher: gathers messages of one key until there are enough, or the first has waited enough."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from actors.flow.member import Following, Sending
from actors.flow.message import Batch, BatchInfo, Message, Trigger
from actors.flow.orders import Flush
from actors.flow.producer_consumer import ProducerConsumer
from runtime import Timer

AnyMessage = Message[Any]
AnyBatch = Batch[Any]


@dataclass(frozen=True, slots=True)
class _Due:
    """A batch has waited long enough."""

    key: Hashable
    number: int
    """Of the batch; a note about an earlier one of that key is stale."""


@dataclass(slots=True)
class _Open:
    """A batch that is gathered."""

    number: int
    timer: Timer
    messages: list[AnyMessage] = field(default_factory=list[AnyMessage])


class Batcher(Following[AnyMessage], Sending[AnyBatch], ProducerConsumer[AnyMessage, AnyBatch]):
    """Takes from every processor what is meant for it; gives whole batches to its workers.

    While no worker is free it takes no messages in; a batch whose time is up waits for the next
    free worker.
    """

    role = "batcher"
    depth = 3

    def __init__(
        self,
        name: str,
        *,
        processors: int,
        batch_size: int,
        batch_timeout_s: float,
        max_demand: int | None = None,
    ) -> None:
        self._name = name
        self._processors = processors
        self._batch_size = batch_size
        self._batch_timeout_s = batch_timeout_s
        self._demand = max_demand or batch_size
        self._flushing = False
        self._begun = 0
        self._batches: Counter[Trigger] = Counter()

    @cached_property
    def _open(self) -> dict[Hashable, _Open]:
        return {}

    def init(self) -> None:
        """Join, and subscribe to the processors."""
        super().init()
        paths = self.places.processors(self._processors)
        self.follow(paths, max_demand=self._demand, partition=self._name)

    def handle_events(self, events: Sequence[AnyMessage]) -> None:
        """Add messages to their batches; hand out those that are full."""
        batches: list[AnyBatch] = []
        flushed: dict[Hashable, None] = {}
        size = self._batch_size
        for message in events:
            key = message.batch_key
            gathering = self._open.get(key) or self._begin(key)
            gathering.messages.append(message)
            if len(gathering.messages) >= size:
                batches.append(self._close(key, "size"))
            elif message.flush or self._flushing:
                flushed[key] = None
        batches += [self._close(key, "flush") for key in flushed if key in self._open]
        if batches:
            self.emit(batches)

    def handle_info(self, message: object) -> object:
        """Close batches whose time is up, or all of them."""
        match message:
            case _Due(key=key, number=number):
                gathering = self._open.get(key)
                if gathering is not None and gathering.number == number:
                    self.emit([self._close(key, "timeout")])
                return None
            case Flush():
                self._flushing = True
                return self.emit([self._close(key, "flush") for key in tuple(self._open)])
            case _:
                return super().handle_info(message)

    def _begin(self, key: Hashable) -> _Open:
        number = self._begun = self._begun + 1
        timer = self.send_after(self._batch_timeout_s, _Due(key, number))
        gathering = self._open[key] = _Open(number, timer)
        return gathering

    def _close(self, key: Hashable, trigger: Trigger) -> AnyBatch:
        gathering = self._open.pop(key)
        gathering.timer.cancel()
        self._batches[trigger] += 1
        messages = tuple(gathering.messages)
        return Batch(messages, BatchInfo(self._name, key, len(messages), trigger))

    def serials(self, events: Sequence[AnyBatch]) -> tuple[int, ...]:
        """See `Sending.serials`."""
        return tuple([message.serial for batch in events for message in batch.messages])

    def facts(self) -> dict[str, object]:
        """What pages show."""
        return {
            "gathering": sum(len(each.messages) for each in self._open.values()),
            "keys": len(self._open),
            "batches_by_size": self._batches["size"],
            "batches_by_timeout": self._batches["timeout"],
            "batches_flushed": self._batches["flush"],
            **super().facts(),
        }
