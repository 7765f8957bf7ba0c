"""What stages say to each other.

All of it travels as signals (`Ref.send`): past the capacity of the mailbox, because demand is the
bound. `subscription` is one number for both sides, the consumer's monitor of its producer.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from runtime import Call, ExitReason, Ref

DEFAULT_MAX_DEMAND = 1_000
"""As in GenStage; `min_demand` is half of `max_demand` unless given."""


class Cancel(Enum):
    """What the end of a subscription does to the consumer (GenStage: the option `cancel`)."""

    PERMANENT = "permanent"
    """The consumer ends with the reason its producer gave or died of."""
    TRANSIENT = "transient"
    """It ends only if that reason is abnormal: neither normal nor shutdown."""
    TEMPORARY = "temporary"
    """It lives on."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Consumer to producer: events are wanted, as many as will be asked for."""

    consumer: Ref
    subscription: int
    partition: Hashable = None
    """For a `PartitionDispatcher`: which events."""
    selector: Callable[[Any], bool] | None = None
    """For a `BroadcastDispatcher`: which events; None takes all."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Consumer to producer: `demand` events more."""

    subscription: int
    demand: int


@dataclass(frozen=True, slots=True)
class Events:
    """Producer to consumer: never more of them than were asked for."""

    subscription: int
    events: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Consumer to producer: no more events are wanted."""

    subscription: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Producer to consumer: no more events will come."""

    subscription: int
    reason: ExitReason


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeTo(Call[int]):
    """Ask a consumer to subscribe to `producer`; the answer is the subscription's number."""

    producer: Ref
    max_demand: int = DEFAULT_MAX_DEMAND
    min_demand: int | None = None
    cancel: Cancel = Cancel.PERMANENT
    partition: Hashable = None
    selector: Callable[[Any], bool] | None = None
