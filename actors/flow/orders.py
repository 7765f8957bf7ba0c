"""What the actors of a pipeline say to each other, beside the events themselves.

| from | to | says |
|---|---|---|
| every stage | custodian | `Joined`, `Moved` |
| producer | custodian | `Received`, `Stopped`, `Settled` for what it had to discard |
| processor, batch worker | custodian | `Settled` |
| producer | valve | `Request`, answered with `Granted` |
| custodian | valve | `Hold`, `Release` |
| custodian | producers, batchers | `StopProducing`, `Flush`, when it drains |
"""

from dataclasses import dataclass
from typing import Any, Literal

from actors.flow.message import Message
from runtime import Call, Ref

Role = Literal["producer", "processor", "batcher", "worker"]


@dataclass(frozen=True, slots=True)
class Joined:
    """A stage has started; tell it what it has missed, and hear of its death."""

    stage: Ref
    role: Role


@dataclass(frozen=True, slots=True)
class Received:
    """A producer has messages from its source."""

    stage: Ref
    messages: tuple[Message[Any], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A stage has sent messages on; from here on the receiver has them."""

    stage: Ref
    to: Ref
    serials: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of messages; they are to be acknowledged."""

    successful: tuple[Message[Any], ...]
    failed: tuple[Message[Any], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A producer has that many messages ready."""

    stage: Ref
    messages: int


@dataclass(frozen=True, slots=True)
class Granted:
    """That many messages may enter the pipeline."""

    messages: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Grant nothing until `Release`."""


@dataclass(frozen=True, slots=True)
class Release:
    """Grant again."""


@dataclass(frozen=True, slots=True)
class SetRate(Call[None]):
    """To the valve: at most `messages` in each `interval_s`, from now on; None is no limit."""

    messages: int | None
    interval_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Push:
    """To a producer: take these messages as if they came from the source."""

    messages: tuple[Message[Any], ...]


@dataclass(frozen=True, slots=True)
class StopProducing:
    """To a producer: take nothing more from the source, and say `Stopped` when that holds."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A producer takes nothing more from its source."""

    stage: Ref


@dataclass(frozen=True, slots=True)
class Flush:
    """To a batcher: let no batch wait for more."""


@dataclass(frozen=True, slots=True)
class Drained:
    """The pipeline is empty. `failed` messages were not handled in time and failed by that."""

    failed: int


@dataclass(frozen=True, slots=True)
class Drain(Call[Drained]):
    """To the custodian: stop the producers, let everything in flight be handled and acknowledged.

    What is not handled within `within_s` is acknowledged as failed. Answered when the pipeline is
    empty; it takes nothing in afterwards.
    """

    within_s: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What a pipeline has done since its custodian started."""

    received: int
    successful: int
    failed: int
    in_flight: int
    """Received and not yet acknowledged."""
    acknowledging: int
    """Given to an asynchronous acknowledger that has not returned yet."""
    acknowledger_errors: int
    late: int
    """Reports on messages that had been acknowledged already; they changed nothing."""


@dataclass(frozen=True, slots=True)
class Count(Call[Counts]):
    """To the custodian: say what has been done."""


@dataclass(frozen=True, slots=True)
class ReportTo:
    """An `ack_ref` of its own kind: the custodian tells `reader` instead of the acknowledger."""

    reader: Ref


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the reader of `ReportTo` is told."""

    successful: tuple[Message[Any], ...]
    failed: tuple[Message[Any], ...]
