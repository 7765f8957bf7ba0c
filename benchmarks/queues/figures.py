"""The columns of the table of queues, and how much of everything one round does."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

Figures = dict[str, float | None]

COLUMNS = {
    "subject": "queue",
    "insert_per_s": "insert/s",
    "insert_two_per_s": "two inserters/s",
    "insert_cpu_us": "CPU µs each",
    "drain_per_s": "drain/s",
    "drain_cpu_us": "CPU µs/job",
    "call_p50_ms": "insert to start p50 ms",
    "call_p99_ms": "p99 ms",
    "p50_ms": "commit to start p50 ms",
    "p99_ms": "p99 ms",
    "used": "how",
}
RATES = ("insert_per_s", "drain_per_s")
COSTS = ("call_p50_ms", "call_p99_ms")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; parts that take too long end by the clock."""

    jobs: int = 40_000
    """Inserted by one, and as many again by two at once; a slow queue drains what it can."""
    chunk: int = 2_000
    samples: int = 200
    part_ms: int = 8_000
    """When inserting or draining ends, done or not."""

    @classmethod
    def quick(cls) -> Self:
        """A taste."""
        return cls(jobs=10_000, samples=40, part_ms=3_000)

    def words(self) -> list[str]:
        """As a subject's process takes it."""
        return [f"{name}={amount}" for name, amount in asdict(self).items()]

    @classmethod
    def read(cls, words: Sequence[str]) -> Self:
        """What `words` wrote."""
        pairs = (word.split("=") for word in words)
        return cls(**{name: int(amount) for name, amount in pairs})
