"""The stage that takes events."""

import inspect
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, assert_never

from actors.flow.messages import (
    DEFAULT_MAX_DEMAND,
    Ask,
    Cancel,
    Cancelled,
    Events,
    Subscribe,
    SubscribeTo,
    Unsubscribe,
)
from actors.flow.stage import Stage
from actors.flow.subscription import Subscription
from runtime import Call, Down, ExitReason, Ref, Sender, is_orderly

In = TypeVar("In")


class Consumer(Stage, Generic[In]):
    """Takes events, as many as it asked for."""

    @abstractmethod
    def handle_events(self, events: Sequence[In]) -> object:
        """Handle a parcel: at most `max_demand - min_demand` events of one producer."""

    def handle_cancel(self, producer: Ref, reason: ExitReason) -> object:
        """A subscription has ended from the other side; then its `Cancel` acts."""
        return None

    @cached_property
    def subscriptions(self) -> dict[int, Subscription]:
        """The subscriptions that live, by number."""
        return {}

    @cached_property
    def _parcels(self) -> deque[tuple[Subscription, tuple[In, ...]]]:
        """What came and is not handled."""
        return deque()

    _ending: ExitReason | None = None
    """Why this consumer ends when what came is handled."""

    def subscribe(
        self,
        producer: Ref,
        *,
        max_demand: int = DEFAULT_MAX_DEMAND,
        min_demand: int | None = None,
        cancel: Cancel = Cancel.PERMANENT,
        manual: bool = False,
        partition: Hashable = None,
        selector: Callable[[Any], bool] | None = None,
    ) -> int:
        """Subscribe and ask for `max_demand` events; `manual` leaves the asking to `ask`.

        Returns the subscription's number. Raises ValueError unless 0 <= min_demand < max_demand.
        """
        account = Subscription(
            number=self.monitor(producer),
            producer=producer,
            max_demand=max_demand,
            min_demand=max_demand // 2 if min_demand is None else min_demand,
            cancel=cancel,
            manual=manual,
        )
        self.subscriptions[account.number] = account
        producer.send(Subscribe(self.ref, account.number, partition, selector))
        if not manual:
            producer.send(Ask(account.number, account.asked(max_demand)))
        return account.number

    def ask(self, subscription: int, demand: int) -> None:
        """Ask for more, under a manual subscription."""
        account = self.subscriptions[subscription]
        account.producer.send(Ask(subscription, account.asked(demand)))

    def unsubscribe(self, subscription: int) -> None:
        """End a subscription; what came is still handled, what is on its way is not."""
        account = self.subscriptions.pop(subscription)
        self.demonitor(subscription)
        account.producer.send(Unsubscribe(subscription))

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Take `SubscribeTo`."""
        match request:
            case SubscribeTo(max_demand=max_demand, min_demand=min_demand, cancel=cancel):
                return self.subscribe(
                    request.producer,
                    max_demand=max_demand,
                    min_demand=min_demand,
                    cancel=cancel,
                    partition=request.partition,
                    selector=request.selector,
                )
            case _:
                return super().handle_call(request, sender)

    def handle_info(self, message: object) -> object:
        """Take what producers say."""
        match message:
            case Events(subscription=subscription, events=events):
                account = self.subscriptions.get(subscription)
                if account is None:
                    return None  # it was on its way when this consumer unsubscribed
                account.came(len(events))
                self._parcels.append((account, events))
                return self._work()
            case Cancelled(subscription=subscription, reason=reason):
                return self._ended(subscription, reason)
            case Down(monitor=monitor, reason=reason) if monitor in self.subscriptions:
                return self._ended(monitor, reason)
            case _:
                return super().handle_info(message)

    def ready(self) -> bool:
        """Whether the next parcel may be handled."""
        return True

    def _work(self) -> object:
        return self._handle_parcels_async() if self.is_async else self._handle_parcels()

    def _handle_parcels(self) -> None:
        while self._parcels and self.ready():
            account, events = self._next_portion()
            self.handle_events(events)
            self._ask_again(account, len(events))
        self._end_if_told()

    async def _handle_parcels_async(self) -> None:
        while self._parcels and self.ready():
            account, events = self._next_portion()
            result = self.handle_events(events)
            if inspect.isawaitable(result):
                await result
            self._ask_again(account, len(events))
        self._end_if_told()

    def _next_portion(self) -> tuple[Subscription, tuple[In, ...]]:
        account, events = self._parcels.popleft()
        number = account.portion(len(events))
        if number < len(events):
            self._parcels.appendleft((account, events[number:]))
        return account, events[:number]

    def _ask_again(self, account: Subscription, handled: int) -> None:
        demand = account.handled(handled)
        if demand > 0 and account.number in self.subscriptions:
            account.producer.send(Ask(account.number, account.asked(demand)))

    def _ended(self, subscription: int, reason: ExitReason) -> None:
        account = self.subscriptions.pop(subscription, None)
        if account is None:
            return  # both sides ended it at once
        self.demonitor(subscription)
        self.handle_cancel(account.producer, reason)
        match account.cancel:
            case Cancel.PERMANENT:
                self._ending = reason
            case Cancel.TRANSIENT:
                self._ending = self._ending if is_orderly(reason) else reason
            case Cancel.TEMPORARY:
                pass
            case _ as never:
                assert_never(never)
        self._end_if_told()

    def _end_if_told(self) -> None:
        if self._ending is not None and not self._parcels:
            self.stop(self._ending)

    def facts(self) -> dict[str, object]:
        """What the consuming side expects and what waits."""
        return {
            "producers": len(self.subscriptions),
            "expected": sum(account.to_come for account in self.subscriptions.values()),
            "waiting": sum(len(events) for _, events in self._parcels),
            **super().facts(),
        }
