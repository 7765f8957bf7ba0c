"""What travels between Thespian actors, as the runtime sees it."""

from dataclasses import dataclass

from thespian.actors import ActorAddress

from runtime import Call


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of Thespian's, with its sender's address."""

    sender: ActorAddress
    message: object


@dataclass(frozen=True, slots=True)
class Wakeup:
    """The time that an actor asked for with `wakeupAfter` has come."""

    number: int


@dataclass(frozen=True, slots=True)
class Flush(Call[None]):
    """Answered when every letter sent before it has been handled."""
