"""The stage in between: takes events and emits others."""

from typing import ClassVar, Generic, TypeVar

from actors.flow.consumer import Consumer
from actors.flow.producer import Producer

In = TypeVar("In")
Out = TypeVar("Out")


class ProducerConsumer(Producer[Out], Consumer[In], Generic[In, Out]):
    """Takes events and emits others; handles none while nobody downstream wants any."""

    buffer_size: ClassVar[int | None] = None

    def ready(self) -> bool:
        """See `Consumer.ready`."""
        return self.outlet.wanted > 0

    def handle_demand(self, demand: int) -> object:
        """Go on with what waits; it is not a producer-consumer's to make events up."""
        return self._work()

    def _pass_demand_on(self) -> object:
        return self.handle_demand(self.outlet.wanted)
