"""The deadline of the step a connection is in: one at a time, each soon replaced by the next."""

from dataclasses import dataclass

from runtime import Actor, Timer


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline of the present step may have passed; `Deadline.has_passed` knows."""


class Deadline:
    """One timer however often the deadline moves: it is set again only when it rings too early.

    A connection that does thousands of commands a second would else make and cancel as many
    timers. Its owner gets `Due` as a timer's message.
    """

    def __init__(self, owner: Actor) -> None:
        self._owner = owner
        self._due_s: float | None = None
        self._rings_at_s = 0.0
        self._timer: Timer | None = None

    def set(self, now_s: float, within_s: float) -> None:
        """The present step has to be done `within_s` from `now_s`, a moment read just before."""
        due_s = self._due_s = now_s + within_s
        timer = self._timer
        if timer is not None and timer.active:
            if self._rings_at_s <= due_s:
                return
            timer.cancel()
        self._ring_at(due_s, within_s)

    def lift(self) -> None:
        """Nothing is awaited any more."""
        self._due_s = None

    def has_passed(self) -> bool:
        """Whether time is up, asked when `Due` came; when not, `Due` will come again."""
        if self._due_s is None:
            return False
        left_s = self._due_s - self._owner.clock.monotonic()
        if left_s > 0.0:
            self._ring_at(self._due_s, left_s)
            return False
        self._due_s = None
        return True

    def _ring_at(self, due_s: float, delay_s: float) -> None:
        self._rings_at_s = due_s
        self._timer = self._owner.send_after(delay_s, Due())
