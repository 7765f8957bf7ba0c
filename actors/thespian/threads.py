"""Worker threads for actors that block.

Thespian's actors are written for processes of their own, where a blocking call holds up nobody
else. Here they share one loop with everybody. So a plain `receiveMessage` starts out on the loop,
which is fast; a class that once held the loop for longer than `SLOW_S` is known as slow, and from
then on its actors handle their messages in a thread: still one at a time each, beside the others.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

import structlog

Result = TypeVar("Result")

SLOW_S = 0.02
"""A plain handler that held the loop for longer than this moves its class to threads."""
THREADS = 64
"""Slow actors that can be at work at the same time; more wait for a free thread."""

log = structlog.get_logger("thespian")


class Threads:
    """Which classes are slow, and the threads their actors run in. Made on the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slow: set[type] = set()
        self._pool: ThreadPoolExecutor | None = None

    def serves(self, behaviour: type) -> bool:
        """Whether actors of this class run in threads."""
        return behaviour in self._slow

    def take(self, behaviour: type, held_s: float) -> None:
        """An actor of this class held the loop for `held_s`; its likes run in threads now."""
        if behaviour not in self._slow:
            self._slow.add(behaviour)
            log.info(
                "thespian.moved_to_threads", behaviour=behaviour.__name__, held_s=round(held_s, 3)
            )

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a thread, in the caller's context.

        Cancelling does not stop the thread, only the waiting for it. `work` must not raise
        StopIteration, which a future cannot carry.
        """
        if self._pool is None:
            self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="thespian")
        return await self._loop.run_in_executor(self._pool, copy_context().run, work)

    def close(self) -> None:
        """Take no more work; threads end with what they do."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
