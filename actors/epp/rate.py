"""How many commands a minute a registry allows."""

from collections import deque

_WINDOW_S = 60.0
_SHORTEST_WAIT_S = 0.001


class Allowance:
    """`per_minute` commands in any minute, evenly; None allows all. A second's worth may gather.

    Two rules hold together: a bucket that fills evenly paces the commands, and the moments of the
    last `per_minute` commands see to it that no window of a minute holds one more, whenever the
    registry's minute may begin.
    """

    def __init__(self, per_minute: int | None, now_s: float) -> None:
        self._per_s = None if per_minute is None else per_minute / _WINDOW_S
        self._burst = max(1.0, self._per_s or 0.0)
        self._tokens = self._burst
        self._since_s = now_s
        self._taken: deque[float] = deque(maxlen=per_minute)

    def take(self, now_s: float) -> float:
        """Take one command's worth. Returns 0.0, or the seconds until there may be one."""
        if self._per_s is None:
            return 0.0
        self._tokens = min(self._burst, self._tokens + (now_s - self._since_s) * self._per_s)
        self._since_s = now_s
        wait_s = (1.0 - self._tokens) / self._per_s
        if len(self._taken) == self._taken.maxlen:
            wait_s = max(wait_s, self._taken[0] + _WINDOW_S - now_s)
        if wait_s > 0.0:
            return max(_SHORTEST_WAIT_S, wait_s)
        self._tokens -= 1.0
        self._taken.append(now_s)
        return 0.0
