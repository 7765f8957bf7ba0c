"""The stage that emits events."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, Generic, TypeVar

from actors.flow.buffer import Buffer, Keep
from actors.flow.dispatchers import DemandDispatcher, Dispatcher, SubscriptionRefused
from actors.flow.messages import Ask, Cancelled, Events, Subscribe, Unsubscribe
from actors.flow.outlet import Outlet
from actors.flow.stage import Stage
from runtime import SHUTDOWN, Down, ExitReason, Failed, Ref

Out = TypeVar("Out")


class Producer(Stage, Generic[Out]):
    """Emits events, as many as are asked for."""

    buffer_size: ClassVar[int | None] = 10_000
    """Events that may wait for demand; None is no bound."""
    buffer_keep: ClassVar[Keep] = Keep.LAST

    @abstractmethod
    def handle_demand(self, demand: int) -> object:
        """`demand` events more are wanted. Emit them, or fewer now and the others later."""

    def make_dispatcher(self) -> Dispatcher:
        """How events are shared out among several consumers."""
        return DemandDispatcher()

    def handle_discarded(self, events: Sequence[Out]) -> None:
        """The buffer has dropped `events`. They are counted whether or not this is overridden."""

    @cached_property
    def outlet(self) -> Outlet:
        """The books of the producing side."""
        return Outlet(
            self.make_dispatcher(),
            Buffer(self.buffer_size, self.buffer_keep),
            deliver=self.deliver,
            discard=self.handle_discarded,
        )

    @cached_property
    def _consumers(self) -> dict[int, int]:
        """The monitors of consumers: monitor to subscription."""
        return {}

    def emit(self, events: Sequence[Out]) -> None:
        """Send events to whoever wants them. May be called from any handler."""
        self.outlet.emit(events)

    def deliver(self, consumer: Ref, parcel: Events) -> None:
        """Send one consumer its share."""
        consumer.send(parcel)

    def cancel_consumers(self, reason: ExitReason = SHUTDOWN) -> None:
        """End every subscription from this side."""
        for subscription in tuple(self.outlet.subscribers):
            consumer = self._let_go(subscription)
            consumer.send(Cancelled(subscription, reason))

    def handle_info(self, message: object) -> object:
        """Take what consumers say."""
        match message:
            case Ask(subscription=subscription, demand=demand):
                self.outlet.ask(subscription, demand)
                return self._pass_demand_on()
            case Subscribe():
                return self._take_on(message)
            case Unsubscribe(subscription=subscription) if subscription in self.outlet.subscribers:
                self._let_go(subscription)
                return self._pass_demand_on()
            case Unsubscribe():
                return None  # it crossed our own Cancelled
            case Down(monitor=monitor) if monitor in self._consumers:
                self.outlet.cancel(self._consumers.pop(monitor))
                return self._pass_demand_on()
            case _:
                return super().handle_info(message)

    def _take_on(self, request: Subscribe) -> None:
        try:
            self.outlet.subscribe(request)
        except SubscriptionRefused as error:
            reason = Failed("subscription_refused", str(error))
            request.consumer.send(Cancelled(request.subscription, reason))
            return
        self._consumers[self.monitor(request.consumer)] = request.subscription

    def _let_go(self, subscription: int) -> Ref:
        consumer = self.outlet.cancel(subscription)
        assert consumer is not None
        monitor = next(key for key, value in self._consumers.items() if value == subscription)
        del self._consumers[monitor]
        self.demonitor(monitor)
        return consumer

    def _pass_demand_on(self) -> object:
        due = self.outlet.due()
        return self.handle_demand(due) if due else None

    def facts(self) -> dict[str, object]:
        """What the producing side has done and what waits."""
        return {
            "delivered": self.outlet.delivered,
            "consumers": len(self.outlet.subscribers),
            "wanted": max(0, self.outlet.wanted),
            "buffered": len(self.outlet.buffer),
            "discarded": self.outlet.buffer.dropped,
            **super().facts(),
        }
