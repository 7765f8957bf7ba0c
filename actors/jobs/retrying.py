"""What is away is tried again, ever later: how the actors of the room wait for their database."""

import structlog

from runtime import Actor, Timer
from store import DatabaseUnreachable

_FIRST_S = 0.2
_LAST_S = 5.0

log = structlog.get_logger("jobs")


class Retrying:
    """One actor's patience with the database. Logged when it goes and when it comes back."""

    def __init__(self, actor: Actor, message: object) -> None:
        """`message` comes to the actor's `handle_info` when it is time to try again."""
        self.why: str | None = None
        self._actor = actor
        self._message = message
        self._failures = 0
        self._timer: Timer | None = None

    def failed(self, error: DatabaseUnreachable) -> None:
        """It was away; there will be one more try, however often this is said before it."""
        if self.why is None:
            log.warning("jobs.deferred", actor=self._actor.path, reason=str(error))
        self.why = str(error)
        if self._timer is not None and self._timer.active:
            return
        delay_s = min(_LAST_S, _FIRST_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        delay_s *= self._actor.random.uniform(0.8, 1.2)
        self._timer = self._actor.send_after(delay_s, self._message)

    def succeeded(self) -> None:
        """It answered."""
        if self.why is not None:
            log.info("jobs.came_back", actor=self._actor.path)
        self.why = None
        self._failures = 0
