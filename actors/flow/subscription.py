"""One consumer's account with one producer: how much was asked for, came, and was handled.

The consumer asks for `max_demand` first. Whenever handling has brought what it still expects down
to `min_demand`, it asks for the difference again; so it never expects more than `max_demand`, and
the producer works on the next events while these are handled.
"""

from dataclasses import dataclass

from actors.flow.messages import Cancel
from runtime import Ref


class TooManyEvents(Exception):
    """A producer sent more than it was asked for; nothing downstream would be bounded then."""

    def __init__(self, producer: str, excess: int) -> None:
        super().__init__(f"{producer} sent {excess} events more than asked for")
        self.producer = producer
        self.excess = excess


@dataclass(slots=True, kw_only=True)
class Subscription:
    """Made by `Consumer.subscribe`."""

    number: int
    producer: Ref
    max_demand: int
    min_demand: int
    cancel: Cancel
    manual: bool
    """The consumer asks by itself."""
    expected: int = 0
    """Asked for and not yet handled."""
    to_come: int = 0
    """Asked for and not yet here."""

    def __post_init__(self) -> None:
        if not 0 <= self.min_demand < self.max_demand:
            raise ValueError(f"min_demand {self.min_demand} of max_demand {self.max_demand}")

    def asked(self, demand: int) -> int:
        """Enter `demand` into the books, and return it."""
        self.expected += demand
        self.to_come += demand
        return demand

    def came(self, number: int) -> None:
        """Events are here. Raises TooManyEvents when they were not asked for."""
        self.to_come -= number
        if self.to_come < 0:
            raise TooManyEvents(self.producer.path, -self.to_come)

    def portion(self, number: int) -> int:
        """How many of `number` events to handle before the books are looked at again."""
        return number if self.manual else min(number, self.expected - self.min_demand)

    def handled(self, number: int) -> int:
        """Events are done with. Returns the demand that is now to be asked for, or 0."""
        self.expected -= number
        if self.manual or self.expected > self.min_demand:
            return 0
        return self.max_demand - self.expected
