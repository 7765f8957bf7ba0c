"""Response times in fixed buckets: percentiles without keeping a sample."""

from bisect import bisect_left

_GROWTH = 1.15
_BUCKETS = 100
BOUNDS_MS: tuple[float, ...] = tuple(0.1 * _GROWTH**step for step in range(_BUCKETS))
"""Upper bounds from 0.1 ms to about 102 s, 15 % apart; what is slower falls into the last."""


class Histogram:
    """Counts of durations; `percentile` is exact to 15 %, the width of a bucket."""

    __slots__ = ("_counts", "count")

    def __init__(self) -> None:
        self._counts = [0] * (_BUCKETS + 1)
        self.count = 0

    def add(self, duration_ms: float) -> None:
        """Count one duration."""
        self._counts[bisect_left(BOUNDS_MS, duration_ms)] += 1
        self.count += 1

    def percentile(self, share: float) -> float | None:
        """The upper bound in milliseconds of the bucket that holds `share` (0 to 1) of all.

        None when nothing was counted.
        """
        if not self.count:
            return None
        wanted = share * self.count
        seen = 0
        for bound, count in zip(BOUNDS_MS, self._counts, strict=False):
            seen += count
            if seen >= wanted:
                return bound
        return BOUNDS_MS[-1]
