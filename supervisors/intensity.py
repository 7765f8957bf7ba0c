"""How many restarts are too many.

Source: supervisor.erl, add_restart/1: whole seconds, inclusive (a restart is forgotten when it is
older than `period_s`), one event counts one whatever the strategy, a failed attempt counts again.
"""

from collections import deque


class Intensity:
    """The restarts of one supervisor within its period."""

    def __init__(self, allowed: int, period_s: int) -> None:
        if allowed < 0 or period_s < 1:
            raise ValueError(f"intensity {allowed} in {period_s} s makes no sense")
        self.allowed = allowed
        self.period_s = period_s
        self._restarts: deque[int] = deque()

    def spend(self, now_s: float) -> bool:
        """Count one restart at `now_s` (monotonic). Returns whether it is still permitted."""
        now = int(now_s)
        self._forget(now)
        self._restarts.append(now)
        return len(self._restarts) <= self.allowed

    def spent(self, now_s: float) -> int:
        """Restarts that still count at `now_s`."""
        self._forget(int(now_s))
        return len(self._restarts)

    def _forget(self, now: int) -> None:
        while self._restarts and self._restarts[0] < now - self.period_s:
            self._restarts.popleft()
