"""The way into the event loop's thread from every other thread.

One wake-up of the loop carries everything that was posted before it ran, so that a program that
tells much does not pay for a system call each time.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from thespian.actors import ActorSystemFailure

Result = TypeVar("Result")

BACKLOG = 10_000
"""Posts that may wait for the loop; beyond them the poster waits for it, too."""


class Crossing:
    """Runs work on one loop's thread, in the order in which each thread posted it.

    Made on that thread. On it, everything runs at once and nothing waits.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread = threading.get_ident()
        self._posted: deque[Callable[[], object]] = deque()
        self._woken = False
        self._closed = False

    @property
    def here(self) -> bool:
        """Whether the caller already is on the loop's thread."""
        return threading.get_ident() == self._thread

    def post(self, work: Callable[[], object]) -> None:
        """Run `work` soon. Raises ActorSystemFailure when the loop has ended."""
        if self.here:
            work()
            return
        if len(self._posted) >= BACKLOG:
            self.submit(lambda: None)
        self._enqueue(work)

    def submit(self, work: Callable[[], Result]) -> Result:
        """Run `work` and wait for what it returns or raises."""
        if self.here:
            return work()
        answer: Future[Result] = Future()

        def run() -> None:
            try:
                answer.set_result(work())
            except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
                answer.set_exception(error)

        self._enqueue(run)
        return answer.result()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine and wait for it; never to be called on the loop's thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Run what was posted; refuse all that comes after. On the loop's thread."""
        self._closed = True
        self._drain()

    def _enqueue(self, work: Callable[[], object]) -> None:
        # First the append, then both looks: `close` and `_drain` do it in the opposite order, so
        # that no work is left behind unseen.
        self._posted.append(work)
        if self._closed:
            raise ActorSystemFailure("the actor system is shut down")
        if not self._woken:
            self._woken = True
            # A loop that closed between the two looks has run the work in `close`.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        self._woken = False
        try:
            for _ in range(len(self._posted)):
                self._posted.popleft()()
        finally:
            if self._posted and not self._woken:
                self._woken = True
                self._loop.call_soon(self._drain)
