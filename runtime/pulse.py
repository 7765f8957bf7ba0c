"""The loop's pulse: when it works and when it waits, noted at the one place every turn passes.

An asyncio loop asks its selector what is ready, then runs all callbacks that are, and asks again.
The time between two questions is one *turn*, whoever's callbacks ran in it: an actor's, a plain
callback's, a step of a task. So the selector sees every turn, and nothing else need be wrapped.
Two readings of the clock for a turn of the loop, none for a message.
"""

from collections import deque
from collections.abc import Callable
from selectors import DefaultSelector, SelectorKey
from time import monotonic
from typing import Final

BLOCKED_S: Final = 0.05
"""A turn longer than this is remembered."""
REMEMBERED: Final = 64


class Pulse(DefaultSelector):
    """A selector for `asyncio.SelectorEventLoop`. Read by other threads without a lock.

    `began_s` is when the present turn began, None while the loop waits; it tells turns apart.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self.began_s: float | None = None
        self.long_turns: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        """Turns that held the loop up, until somebody takes them: (began_s, held_s)."""

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """See `selectors.BaseSelector.select`: one turn ends here and the next begins."""
        began_s = self.began_s
        if began_s is not None:
            held_s = self._clock() - began_s
            if held_s > BLOCKED_S:
                self.long_turns.append((began_s, held_s))
            self.began_s = None
        ready = super().select(timeout)
        self.began_s = self._clock()
        return ready
