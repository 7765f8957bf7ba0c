"""Who gets an event: the books of a producer's demand, one way of sharing out each.

| dispatcher | an event goes to | demand passed on |
|---|---|---|
| `DemandDispatcher` | whoever wants most; among equals, who asked first | the sum |
| `BroadcastDispatcher` | everybody whose selector takes it | the least of all |
| `PartitionDispatcher` | the one consumer of its partition | the sum |

No dispatcher gives a consumer more than it asked for; what cannot be given is left with the
producer. (GenStage: the three dispatchers of these names.)
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from actors.flow.messages import Subscribe


@dataclass(frozen=True, slots=True)
class Share:
    """What one subscription is given."""

    subscription: int
    events: Sequence[Any]


class SubscriptionRefused(Exception):
    """The dispatcher has no place for this consumer."""


class PartitionTaken(SubscriptionRefused):
    """Two consumers want the same partition."""

    def __init__(self, partition: Hashable) -> None:
        super().__init__(f"partition {partition!r} has a consumer already")
        self.partition = partition


class UnknownPartition(SubscriptionRefused):
    """A consumer or an event names a partition that the dispatcher was not made with."""

    def __init__(self, partition: Hashable) -> None:
        super().__init__(f"no partition {partition!r}")
        self.partition = partition


class Dispatcher(ABC):
    """Books of who asked for how much. It sends nothing itself."""

    @abstractmethod
    def subscribe(self, request: Subscribe) -> None:
        """Open an account, with no demand yet. Raises SubscriptionRefused."""

    @abstractmethod
    def ask(self, subscription: int, demand: int) -> None:
        """Add to what an account may be given."""

    @abstractmethod
    def cancel(self, subscription: int) -> None:
        """Close an account; what it asked for and did not get is given up."""

    @property
    @abstractmethod
    def demand(self) -> int:
        """How many events the producer may be asked for on behalf of all."""

    def reach(self, waiting: int) -> int:
        """How many of `waiting` events, oldest first, are worth a try at dispatching."""
        return min(waiting, self.demand)

    @abstractmethod
    def dispatch(self, events: Sequence[Any]) -> tuple[list[Share], Sequence[Any]]:
        """Share events out, in order. Returns the shares and what nobody may be given."""


class DemandDispatcher(Dispatcher):
    """To whom wants most. Fair when all consumers have the same `max_demand`."""

    def __init__(self) -> None:
        self._wanted: dict[int, int] = {}
        """In the order of the last `ask`, so that the first among equals is who asked first."""

    def subscribe(self, request: Subscribe) -> None:
        """See `Dispatcher.subscribe`."""
        self._wanted[request.subscription] = 0

    def ask(self, subscription: int, demand: int) -> None:
        """See `Dispatcher.ask`."""
        self._wanted[subscription] = self._wanted.pop(subscription) + demand

    def cancel(self, subscription: int) -> None:
        """See `Dispatcher.cancel`."""
        del self._wanted[subscription]

    @property
    def demand(self) -> int:
        """See `Dispatcher.demand`."""
        return sum(self._wanted.values())

    def dispatch(self, events: Sequence[Any]) -> tuple[list[Share], Sequence[Any]]:
        """See `Dispatcher.dispatch`."""
        shares: list[Share] = []
        wanted = self._wanted
        while events and wanted:
            keenest = max(wanted, key=wanted.__getitem__)
            number = min(wanted[keenest], len(events))
            if number == 0:
                break
            wanted[keenest] -= number
            shares.append(Share(keenest, events[:number]))
            events = events[number:]
        return shares, events


@dataclass(slots=True)
class _Listener:
    selector: Callable[[Any], bool] | None
    wanted: int = 0

    def selected(self, events: Sequence[Any]) -> Sequence[Any]:
        if self.selector is None:
            return events
        return [event for event in events if self.selector(event)]


class BroadcastDispatcher(Dispatcher):
    """To everybody, at the pace of the slowest. What a selector leaves out costs no demand."""

    def __init__(self) -> None:
        self._listeners: dict[int, _Listener] = {}

    def subscribe(self, request: Subscribe) -> None:
        """See `Dispatcher.subscribe`."""
        self._listeners[request.subscription] = _Listener(request.selector)

    def ask(self, subscription: int, demand: int) -> None:
        """See `Dispatcher.ask`."""
        self._listeners[subscription].wanted += demand

    def cancel(self, subscription: int) -> None:
        """See `Dispatcher.cancel`."""
        del self._listeners[subscription]

    @property
    def demand(self) -> int:
        """See `Dispatcher.demand`."""
        return min((listener.wanted for listener in self._listeners.values()), default=0)

    def dispatch(self, events: Sequence[Any]) -> tuple[list[Share], Sequence[Any]]:
        """See `Dispatcher.dispatch`."""
        shares: list[Share] = []
        while events and self.demand > 0:
            number = min(self.demand, len(events))
            for subscription, listener in self._listeners.items():
                selected = listener.selected(events[:number])
                if selected:
                    listener.wanted -= len(selected)
                    shares.append(Share(subscription, selected))
            events = events[number:]
        return shares, events


class PartitionDispatcher(Dispatcher):
    """To the one consumer of the event's partition.

    `by` names the partition of an event; without it the event's own hash decides. An event whose
    partition wants nothing waits, and counts against the demand passed on: one slow partition
    holds the others up before it fills the memory.
    """

    def __init__(
        self, partitions: Sequence[Hashable], by: Callable[[Any], Hashable] | None = None
    ) -> None:
        self._partitions = tuple(partitions)
        self._by = by or self._hashed
        self._wanted: dict[Hashable, int] = dict.fromkeys(self._partitions, 0)
        self._takers: dict[Hashable, int] = {}

    def _hashed(self, event: Hashable) -> Hashable:
        return self._partitions[hash(event) % len(self._partitions)]

    def subscribe(self, request: Subscribe) -> None:
        """See `Dispatcher.subscribe`. Raises UnknownPartition or PartitionTaken."""
        partition = request.partition
        if partition not in self._wanted:
            raise UnknownPartition(partition)
        if partition in self._takers:
            raise PartitionTaken(partition)
        self._takers[partition] = request.subscription

    def ask(self, subscription: int, demand: int) -> None:
        """See `Dispatcher.ask`."""
        self._wanted[self._partition_of(subscription)] += demand

    def cancel(self, subscription: int) -> None:
        """See `Dispatcher.cancel`."""
        partition = self._partition_of(subscription)
        self._wanted[partition] = 0
        del self._takers[partition]

    def _partition_of(self, subscription: int) -> Hashable:
        return next(name for name, taker in self._takers.items() if taker == subscription)

    @property
    def demand(self) -> int:
        """See `Dispatcher.demand`."""
        return sum(self._wanted.values())

    def reach(self, waiting: int) -> int:
        """See `Dispatcher.reach`: the next event for a partition may lie anywhere."""
        return waiting

    def dispatch(self, events: Sequence[Any]) -> tuple[list[Share], Sequence[Any]]:
        """See `Dispatcher.dispatch`. Raises UnknownPartition."""
        given: dict[Hashable, list[Any]] = {name: [] for name in self._partitions}
        left: list[Any] = []
        wanted, by = self._wanted, self._by
        for event in events:
            partition = by(event)
            share = given.get(partition)
            if share is None:
                raise UnknownPartition(partition)
            (share if len(share) < wanted[partition] else left).append(event)
        shares: list[Share] = []
        for partition, share in given.items():
            if share:
                wanted[partition] -= len(share)
                shares.append(Share(self._takers[partition], share))
        return shares, left
