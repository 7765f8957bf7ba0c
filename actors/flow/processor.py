"""A processor: handles messages one by one and sends them on to their batchers."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from actors.flow.dispatchers import DemandDispatcher, Dispatcher, PartitionDispatcher
from actors.flow.handlers import Handlers
from actors.flow.handling import Handling
from actors.flow.member import Following, Sending
from actors.flow.message import Message
from actors.flow.orders import Settled
from actors.flow.producer_consumer import ProducerConsumer

AnyMessage = Message[Any]


class Processor(
    Following[AnyMessage], Sending[AnyMessage], ProducerConsumer[AnyMessage, AnyMessage]
):
    """Takes from every producer. Without batchers, what it has handled is acknowledged."""

    role = "processor"
    depth = 2

    def __init__(
        self,
        handlers: Handlers[Any, Any],
        *,
        producers: int,
        batchers: Sequence[str],
        max_demand: int,
        min_demand: int | None = None,
    ) -> None:
        self._handlers = handlers
        self._producers = producers
        self._batchers = tuple(batchers)
        self._demand = (max_demand, min_demand)
        self._received = self._successful = self._failed = self._in_hand = 0

    def init(self) -> None:
        """Join, and subscribe to the producers."""
        super().init()
        self._handling = Handling(self._handlers, actor=self.path, batchers=self._batchers)
        maximum, minimum = self._demand
        paths = self.places.producers(self._producers)
        self.follow(paths, max_demand=maximum, min_demand=minimum)

    def make_dispatcher(self) -> Dispatcher:
        """See `Producer.make_dispatcher`."""
        if len(self._batchers) == 1:
            return DemandDispatcher()
        return PartitionDispatcher(self._batchers, attrgetter("batcher"))

    def ready(self) -> bool:
        """See `Consumer.ready`."""
        return not self._batchers or super().ready()

    async def handle_events(self, events: Sequence[AnyMessage]) -> None:
        """Handle a parcel."""
        self._received += len(events)
        self._in_hand = len(events)
        handled = await self._handling.process(events)
        self._in_hand = 0
        self._successful += len(handled.successful)
        self._failed += len(handled.failed)
        done = () if self._batchers else tuple(handled.successful)
        if done or handled.failed:
            self.custodian.send(Settled(done, tuple(handled.failed)))
        if self._batchers:
            self.emit(handled.successful)

    def facts(self) -> dict[str, object]:
        """What pages show."""
        return {
            "received": self._received,
            "successful": self._successful,
            "failed": self._failed,
            "in_hand": self._in_hand,
            **super().facts(),
        }
