"""What a queue did on this node: totals, a rate for each five seconds, and times."""

from collections import deque

from actors.jobs.health import Timing
from runtime.histogram import Histogram

TICK_S = 5.0
_RING = 60


class QueueMeter:
    """The counters of one producer."""

    def __init__(self) -> None:
        self.finished = 0
        self.failed = 0
        self._wait = Histogram()
        self._run = Histogram()
        self._ring: deque[tuple[int, int]] = deque(maxlen=_RING)
        self._at_last_tick = (0, 0)

    def began(self, waited_s: float) -> None:
        """A job was begun, so long after it was due."""
        self._wait.add(max(0.0, waited_s) * 1000.0)

    def ended(self, took_s: float, *, failed: bool) -> None:
        """A job ended, well or not."""
        self.finished += 1
        self.failed += failed
        self._run.add(took_s * 1000.0)

    def tick(self) -> None:
        """Called every `TICK_S` seconds."""
        finished, failed = self._at_last_tick
        self._ring.append((self.finished - finished, self.failed - failed))
        self._at_last_tick = (self.finished, self.failed)

    @property
    def finished_per_s(self) -> float:
        """Over the last whole tick."""
        return self._ring[-1][0] / TICK_S if self._ring else 0.0

    @property
    def failed_per_s(self) -> float:
        """Likewise."""
        return self._ring[-1][1] / TICK_S if self._ring else 0.0

    @property
    def rate_history(self) -> tuple[float, ...]:
        """Finished per second, one value per tick, oldest first."""
        return tuple(finished / TICK_S for finished, _ in self._ring)

    def wait(self) -> Timing:
        """From due to begun."""
        return _timing(self._wait)

    def run(self) -> Timing:
        """From begun to ended."""
        return _timing(self._run)


def _timing(histogram: Histogram) -> Timing:
    return Timing(
        histogram.count,
        histogram.percentile(0.50),
        histogram.percentile(0.95),
        histogram.percentile(0.99),
    )
