"""Those outside who listen: a thread that blocks, or a coroutine that waits for one answer."""

import asyncio
from datetime import timedelta
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Protocol

from thespian.system import isInternalActorSystemMessage

CAPACITY = 100_000
"""Messages that wait for a thread to listen; more are dead letters."""


class Outsider(Protocol):
    """Somebody with an address who is no actor."""

    def take(self, message: object) -> bool:
        """Take a message. Returns whether there was room. On the loop's thread."""
        ...


class Listener:
    """A queue that threads wait at: the outside end of `ask` and `listen`."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[object] = SimpleQueue()

    def take(self, message: object) -> bool:
        """See `Outsider.take`."""
        if self._queue.qsize() >= CAPACITY:
            return False
        self._queue.put(message)
        return True

    def listen(self, timeout: float | timedelta | None) -> object:
        """The next message, or None when none came in time; no timeout waits for ever.

        What actor systems say among themselves (the exit of a child, say) is passed over, as in
        Thespian's own bases.
        """
        left_s = seconds(timeout)
        until_s = None if left_s is None else monotonic() + left_s
        while True:
            try:
                message = self._queue.get(timeout=left_s)
            except Empty:
                return None
            if not isInternalActorSystemMessage(message):
                return message
            if until_s is not None:
                left_s = max(0.0, until_s - monotonic())


class Asker:
    """One coroutine's wait for one answer."""

    def __init__(self, answer: "asyncio.Future[object]") -> None:
        self._answer = answer

    def take(self, message: object) -> bool:
        """See `Outsider.take`."""
        if not self._answer.done() and not isInternalActorSystemMessage(message):
            self._answer.set_result(message)
        return True


def seconds(period: float | timedelta | None) -> float | None:
    """Thespian's spans of time, which are numbers or timedeltas; never below nought."""
    if period is None:
        return None
    return max(0.0, period.total_seconds() if isinstance(period, timedelta) else float(period))
