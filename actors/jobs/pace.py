"""How many jobs of a queue, or of one of its keys, may still be begun within the period of a rate.

Time is cut into slots of a twentieth of the period. What was begun in the present slot and in the
twenty before it must not be more than the rate; any stretch of one period lies within these
twenty-one, so in no such stretch are more begun, on all nodes together and by the database's clock.
The price is that a rate is used to 95 % when it is always wanted.
"""

from dataclasses import dataclass

SLOTS = 21


def slot_s(period_s: float) -> float:
    """The length of a slot."""
    return period_s / (SLOTS - 1)


@dataclass(frozen=True, slots=True)
class Pace:
    """What was begun lately. `counts[0]` is the slot numbered `slot`, the others lie before it."""

    slot: int
    counts: tuple[int, ...] = ()

    def at(self, present: int) -> "Pace":
        """The same, seen from slot `present`, which is not earlier."""
        passed = max(0, present - self.slot)
        return Pace(self.slot + passed, ((0,) * min(passed, SLOTS) + self.counts)[:SLOTS])

    def room(self, rate: int) -> int:
        """How many more may be begun now."""
        return max(0, rate - sum(self.counts))

    def begun(self, jobs: int) -> "Pace":
        """So many are begun in the present slot."""
        first, *before = self.counts or (0,)
        return Pace(self.slot, (first + jobs, *before))
