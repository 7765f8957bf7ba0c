"""What waits to be sent to one client: bounded, in order, and never more than it can use.

Frames keep their order. An update of a topic that is still waiting takes in the next one of that
topic instead of standing behind it, so a client that reads slowly gets fewer, larger updates and
costs no memory while it lags.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque

from protocols.channels import Frame

DEFAULT_LIMIT = 256


class Update(ABC):
    """Something sent to all viewers of a topic, of which the sum is worth as much as the parts."""

    @abstractmethod
    def encoded(self) -> Frame:
        """The frame, made once however many clients get it."""

    @abstractmethod
    def merged(self, later: "Update") -> "Update":
        """The sum of two updates of one topic, `later` the younger."""


class _Waiting:
    """The place of a topic's update in the line."""

    __slots__ = ("topic", "update")

    def __init__(self, topic: str, update: Update) -> None:
        self.topic = topic
        self.update: Update | None = update


class Outbox:
    """The line of one client. Anybody on the loop may put in; one task takes out."""

    def __init__(self, *, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._line: deque[Frame | _Waiting] = deque()
        self._topics: dict[str, _Waiting] = {}
        self._arrived = asyncio.Event()
        self.merges = 0

    def __len__(self) -> int:
        return len(self._line)

    def put(self, frame: Frame) -> bool:
        """Line a frame up. False when the line is full: the client does not read."""
        return self._append(frame)

    def offer(self, topic: str, update: Update) -> bool:
        """Line an update up, or merge it into the one of its topic that waits. False when full."""
        waiting = self._topics.get(topic)
        if waiting is not None and waiting.update is not None:
            waiting.update = waiting.update.merged(update)
            self.merges += 1
            return True
        waiting = _Waiting(topic, update)
        if not self._append(waiting):
            return False
        self._topics[topic] = waiting
        return True

    def drop(self, topic: str) -> None:
        """Forget the update of a topic that the client has left."""
        waiting = self._topics.pop(topic, None)
        if waiting is not None:
            waiting.update = None

    async def take(self) -> Frame:
        """The next frame, when there is one."""
        while True:
            while not self._line:
                self._arrived.clear()
                await self._arrived.wait()
            match self._line.popleft():
                case _Waiting() as waiting:
                    if waiting.update is not None:
                        del self._topics[waiting.topic]
                        return waiting.update.encoded()
                case frame:
                    return frame

    def _append(self, item: Frame | _Waiting) -> bool:
        if len(self._line) >= self._limit:
            return False
        self._line.append(item)
        self._arrived.set()
        return True
