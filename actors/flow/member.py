"""What the stages of a pipeline have in common: custody, and finding each other again."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from actors.flow.consumer import Consumer
from actors.flow.messages import Cancel, Events
from actors.flow.orders import Joined, Moved, Role
from actors.flow.places import Places
from actors.flow.producer import Producer
from actors.flow.stage import Stage
from runtime import ExitReason, Ref

In = TypeVar("In")
Out = TypeVar("Out")

RESUBSCRIBE_S = 0.1
"""How long a stage waits before it looks for a producer that has died."""


class Member(Stage):
    """A stage of a pipeline, known to its custodian from `init` on."""

    role: ClassVar[Role]
    depth: ClassVar[int]
    """How many levels below the pipeline's supervisor it stands."""

    def init(self) -> Any:
        """Join. Raises UnknownPath outside a pipeline; call it when you override it."""
        self.custodian.send(Joined(self.ref, self.role))
        return None

    @cached_property
    def places(self) -> Places:
        """Where the others stand."""
        return Places.above(self.path, self.depth)

    @cached_property
    def custodian(self) -> Ref:
        """Who acknowledges. It outlives this stage: when it goes, all do."""
        return self.system.lookup(self.places.custodian)


class Sending(Member, Producer[Out]):
    """Reports to the custodian who has what it delivers."""

    def deliver(self, consumer: Ref, parcel: Events) -> None:
        """See `Producer.deliver`. The report is sent first."""
        self.custodian.send(Moved(self.ref, consumer, self.serials(parcel.events)))
        super().deliver(consumer, parcel)

    def serials(self, events: Sequence[Any]) -> tuple[int, ...]:
        """The serials of all messages in a parcel."""
        return tuple([event.serial for event in events])


@dataclass(frozen=True, slots=True)
class _Look:
    """A note to itself: look for that producer."""

    path: str


class Following(Member, Consumer[In]):
    """Subscribes to producers by path, and again when they were restarted."""

    @cached_property
    def _followed(self) -> dict[Ref, str]:
        return {}

    _max_demand: int
    _min_demand: int
    _partition: Hashable

    def follow(
        self,
        paths: Iterable[str],
        *,
        max_demand: int,
        min_demand: int | None = None,
        partition: Hashable = None,
    ) -> None:
        """Subscribe to the producers at `paths`, each as soon as it is there."""
        self._max_demand = max_demand
        self._min_demand = max_demand // 2 if min_demand is None else min_demand
        self._partition = partition
        for path in paths:
            self._look(path)

    def _look(self, path: str) -> None:
        producer = self.system.whereis(path)
        if producer is None:
            self.send_after(RESUBSCRIBE_S, _Look(path))
            return
        self._followed[producer] = path
        self.subscribe(
            producer,
            max_demand=self._max_demand,
            min_demand=self._min_demand,
            cancel=Cancel.TEMPORARY,
            partition=self._partition,
        )

    def handle_cancel(self, producer: Ref, reason: ExitReason) -> None:
        """See `Consumer.handle_cancel`."""
        self.send_after(RESUBSCRIBE_S, _Look(self._followed.pop(producer)))

    def handle_info(self, message: object) -> object:
        """Look for a producer that was away."""
        match message:
            case _Look(path=path):
                return self._look(path)
            case _:
                return super().handle_info(message)
