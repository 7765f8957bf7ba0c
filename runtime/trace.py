"""A live stream of one actor's events, which always ends by itself."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Final, Self

from runtime.clock import Clock
from runtime.debug_events import DebugEvent, Ended

LONGEST: Final = 100_000
"""Events of one trace; it keeps those that its reader has not taken yet."""


class Trace:
    """Events as they come: `with trace(…) as events: async for event in events: …`.

    Ends after `limit` events, after `seconds`, with the actor, or by `close`; the actor is rid of
    it at that moment, whoever still reads what was gathered.
    """

    def __init__(
        self, clock: Clock, *, limit: int, seconds: float, detach: Callable[["Trace"], None]
    ) -> None:
        """Raises ValueError for a limit outside 1 … LONGEST."""
        if not 1 <= limit <= LONGEST:
            raise ValueError(f"a trace ends after 1 to {LONGEST} events, not {limit}")
        self._left = limit
        self._detach = detach
        self._events: deque[DebugEvent] = deque()
        self._arrived = asyncio.Event()
        self.active = True
        self._timer = clock.call_later(seconds, self.close)

    def offer(self, event: DebugEvent) -> None:
        """Take an event."""
        self._events.append(event)
        self._arrived.set()
        self._left -= 1
        if self._left == 0 or isinstance(event, Ended):
            self.close()

    def close(self) -> None:
        """Hear no more; what was gathered can still be read. Harmless when it has ended."""
        if self.active:
            self.active = False
            self._timer.cancel()
            self._arrived.set()
            self._detach(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aiter__(self) -> AsyncIterator[DebugEvent]:
        while True:
            while self._events:
                yield self._events.popleft()
            if not self.active:
                return
            self._arrived.clear()
            await self._arrived.wait()
