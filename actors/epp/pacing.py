"""How long a connection waits before it tries again."""

from random import Random

_FIRST_RETRY_S = 0.2
_LAST_RETRY_S = 30.0
_LONGEST_LIMIT_S = 1_800.0
_MOST_DOUBLINGS = 16


class Pacing:
    """Ever longer pauses: short ones for a registry that is away, long ones for its limits.

    A registry that is away is tried after 0.2 s, then after twice as long, up to half a minute. One
    that allows no further session is tried after `limit_backoff_s`, doubling up to half an hour:
    sessions of ours that died may count against the limit until the registry forgets them.
    """

    def __init__(self, random: Random, limit_backoff_s: float) -> None:
        self._random = random
        self._limit_backoff_s = limit_backoff_s
        self._failures = 0
        self._limited = 0

    def succeeded(self) -> None:
        """A session is there: the past is forgotten."""
        self._failures = self._limited = 0

    def failed(self) -> float:
        """Seconds to wait after one more failure, a fifth more or less."""
        delay_s = min(_LAST_RETRY_S, _FIRST_RETRY_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, _MOST_DOUBLINGS)
        return delay_s * self._random.uniform(0.8, 1.2)

    def limited(self) -> float:
        """Seconds to wait after one more refusal for the number of sessions (2502)."""
        delay_s = min(_LONGEST_LIMIT_S, self._limit_backoff_s * 2.0**self._limited)
        self._limited = min(self._limited + 1, _MOST_DOUBLINGS)
        return delay_s
