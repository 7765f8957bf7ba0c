"""What an established session needs as time goes by: a hello when it rests, an end when it is old.

Registries close what is idle for long (minutes) and what is old (a day, or a number of commands);
we are first, at a moment when nothing is outstanding.
"""

import math
from random import Random

from actors.epp.settings import RegistrySettings

_SHORTEST_WAIT_S = 0.01
_YOUNGEST = 0.9
"""Sessions end between this part of their age limit and the whole of it, never all at once."""


class Upkeep:
    """The age and the use of one session. All moments are monotonic seconds."""

    def __init__(self, settings: RegistrySettings, random: Random) -> None:
        self._settings = settings
        self._random = random
        self._ends_at_s = math.inf
        self.logged_in_s = 0.0
        self.last_use_s = 0.0
        self.commands = 0

    def begin(self, now_s: float) -> None:
        """A session was established."""
        self.logged_in_s = self.last_use_s = now_s
        self.commands = 0
        limit_s = self._settings.age_limit_s
        if limit_s is not None:
            self._ends_at_s = now_s + limit_s * self._random.uniform(_YOUNGEST, 1.0)

    def answered(self, now_s: float) -> bool:
        """Count one command. Returns whether the registry allows no more in this session."""
        self.last_use_s = now_s
        self.commands += 1
        return self.commands == self._settings.commands_per_session

    def is_old(self, now_s: float) -> bool:
        """Whether the session has reached its age."""
        return now_s >= self._ends_at_s

    def needs_hello(self, now_s: float) -> bool:
        """Whether an idle session has rested for long."""
        return now_s - self.last_use_s >= self._settings.hello_every_s

    def next_look_in_s(self, now_s: float) -> float:
        """When to ask again, in seconds."""
        every_s = self._settings.hello_every_s
        rested_s = now_s - self.last_use_s
        hello_in_s = every_s - rested_s if rested_s < every_s else every_s
        return max(_SHORTEST_WAIT_S, min(hello_in_s, self._ends_at_s - now_s))
