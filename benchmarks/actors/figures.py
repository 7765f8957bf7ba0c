"""The columns of the table of actors, and how much of everything one round does."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Self

Figures = dict[str, float | None]
"""One round of one subject: None where it has no such thing."""

COLUMNS = {
    "subject": "actors",
    "clock": "rates by",
    "spawn_per_s": "spawn/s",
    "bytes_idle": "bytes idle",
    "calls_per_s": "calls/s, one",
    "call_p50_us": "p50 µs",
    "call_p99_us": "p99 µs",
    "calls_100_per_s": "calls/s, a hundred",
    "casts_per_s": "casts/s",
    "ring_per_s": "ring hops/s",
    "restart_p50_us": "restart p50 µs",
    "restart_first_p50_us": "first 100",
    "late_ms": "1 ms timer, late ms",
    "late_worst_ms": "in any round",
    "held_ms": "no processor ms",
    "share": "least/most busy",
}
RATES = ("spawn_per_s", "calls_per_s", "calls_100_per_s", "casts_per_s", "ring_per_s", "share")
"""More is better; in the other columns of figures less is."""
COSTS = (
    "bytes_idle",
    "call_p50_us",
    "call_p99_us",
    "restart_p50_us",
    "restart_first_p50_us",
    "late_ms",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. The same for every subject, but for what `smaller` says."""

    calls: int = 50_000
    casts: int = 200_000
    hops: int = 300_000
    ring: int = 1_000
    spawns: int = 20_000
    restarts: int = 2_000
    idle: int = 50_000
    busy_ms: int = 2_000

    @classmethod
    def quick(cls) -> Self:
        """About a tenth; as many restarts, since what a supervisor remembers of them counts."""
        return cls(
            calls=5_000,
            casts=20_000,
            hops=30_000,
            spawns=5_000,
            idle=10_000,
            busy_ms=300,
        )

    def smaller(self, by: int) -> "Size":
        """For a peer that takes `by` times as long; the ring stays as long as it is."""
        amounts = {each.name: getattr(self, each.name) for each in fields(self)}
        kept = {"ring": self.ring, "busy_ms": self.busy_ms}
        return Size(**{name: max(amount // by, 100) for name, amount in amounts.items()} | kept)

    def words(self) -> list[str]:
        """As a subject's process takes it: `calls=50000` and so on."""
        return [f"{name}={amount}" for name, amount in asdict(self).items()]

    @classmethod
    def read(cls, words: Sequence[str]) -> Self:
        """What `words` wrote."""
        pairs = (word.split("=") for word in words)
        return cls(**{name: int(amount) for name, amount in pairs})
