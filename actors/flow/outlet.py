"""The producing half of a stage: subscribers, their demand, and events that wait for demand.

Demand is passed on once. `due` is what subscribers want beyond the events that wait here and beyond
what the producer was already told of (`owed`). So when a consumer dies, the demand it gives up is
not asked for again: it is set off against what the next ones ask.
"""

from collections.abc import Callable, Sequence
from typing import Any

from actors.flow.buffer import Buffer
from actors.flow.dispatchers import Dispatcher, Share
from actors.flow.messages import Events, Subscribe
from runtime import Ref


class Outlet:
    """`deliver` sends a share to its consumer; `discard` hears of what the buffer dropped."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        buffer: Buffer[Any],
        *,
        deliver: Callable[[Ref, Events], None],
        discard: Callable[[Sequence[Any]], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._deliver = deliver
        self._discard = discard
        self._owed = 0
        self.buffer = buffer
        self.subscribers: dict[int, Ref] = {}
        self.delivered = 0

    @property
    def wanted(self) -> int:
        """Events that subscribers ask for and that do not wait here."""
        return self._dispatcher.demand - len(self.buffer)

    def due(self) -> int:
        """Demand the producer has not been told of; it counts as told from now on."""
        due = max(0, self.wanted - self._owed)
        self._owed += due
        return due

    def subscribe(self, request: Subscribe) -> None:
        """Take a consumer on. Raises SubscriptionRefused."""
        self._dispatcher.subscribe(request)
        self.subscribers[request.subscription] = request.consumer

    def ask(self, subscription: int, demand: int) -> None:
        """Take demand, and give what waits. Demand of a consumer that has left is nothing."""
        if subscription in self.subscribers:
            self._dispatcher.ask(subscription, demand)
            self._serve()

    def cancel(self, subscription: int) -> Ref | None:
        """Let a consumer go, and its demand with it. Returns who it was, if anybody."""
        consumer = self.subscribers.pop(subscription, None)
        if consumer is not None:
            self._dispatcher.cancel(subscription)
            self._serve()
        return consumer

    def emit(self, events: Sequence[Any]) -> None:
        """Share events out; what nobody asked for waits, and what does not fit is dropped."""
        self._owed = max(0, self._owed - len(events))
        shares, left = self._dispatcher.dispatch(events)
        self._hand_out(shares)
        if left:
            dropped = self.buffer.add(left)
            if dropped:
                self._discard(dropped)

    def _serve(self) -> None:
        reach = self._dispatcher.reach(len(self.buffer))
        if reach > 0:
            shares, left = self._dispatcher.dispatch(self.buffer.take(reach))
            self.buffer.put_back(left)
            self._hand_out(shares)

    def _hand_out(self, shares: Sequence[Share]) -> None:
        for share in shares:
            self.delivered += len(share.events)
            parcel = Events(share.subscription, tuple(share.events))
            self._deliver(self.subscribers[share.subscription], parcel)
