"""The valve of a pipeline: how many messages its producers may let in.

Without a rate it grants everything at once. With one it grants at most `messages` in an interval;
an interval begins with the first grant after the last one ended, so that an idle pipeline has no
timer. (Broadway: `rate_limiting`; like there, two intervals may meet, so that up to twice as many
pass around their border.) While the acknowledgements lag behind, it grants nothing.
"""

from collections import deque
from typing import Any

from actors.flow.orders import Granted, Hold, Release, Request, SetRate
from runtime import Actor, Call, Ref, Sender, Timer


class Valve(Actor):
    """Grants in the order of requests; who is granted a part waits behind the others for more."""

    def __init__(self, messages: int | None = None, *, interval_s: float = 1.0) -> None:
        self._allowed = messages
        self._interval_s = interval_s
        self._began_s = float("-inf")
        self._granted_now = 0
        """In the interval that began then."""
        self._waiting: deque[tuple[Ref, int]] = deque()
        self._timer: Timer | None = None
        self._holding = False
        self._granted = 0

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Take a new rate; what was granted in this interval counts against it."""
        match request:
            case SetRate(messages=messages, interval_s=interval_s):
                if interval_s <= 0.0 or (messages is not None and messages < 0):
                    raise ValueError(f"{messages} messages in {interval_s:g} s")
                self._allowed, self._interval_s = messages, interval_s
                return self._serve()
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """Take requests."""
        match message:
            case Request(stage=stage, messages=messages):
                self._waiting.append((stage, messages))
            case Hold():
                self._holding = True
            case Release():
                self._holding = False
            case self._NEXT:
                self._timer = None
            case _:
                return self.unhandled(message)
        return self._serve()

    _NEXT = "next interval"

    def _serve(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting and not self._holding:
            room = self._room()
            if room == 0:
                until_s = self._began_s + self._interval_s - self.clock.monotonic()
                self._timer = self.send_after(until_s, self._NEXT)
                return
            stage, messages = self._waiting.popleft()
            number = messages if room is None else min(messages, room)
            if not stage.alive:
                continue
            self._granted_now += number
            self._granted += number
            stage.send(Granted(number))
            if number < messages:
                self._waiting.append((stage, messages - number))

    def _room(self) -> int | None:
        """What may be granted at once; None is all."""
        if self._allowed is None:
            return None
        now_s = self.clock.monotonic()
        if now_s >= self._began_s + self._interval_s:
            self._began_s = now_s
            self._granted_now = 0
        return max(0, self._allowed - self._granted_now)

    def facts(self) -> dict[str, object]:
        """What pages show."""
        allowed = self._allowed
        return {
            "rate": "unlimited" if allowed is None else f"{allowed} in {self._interval_s:g} s",
            "granted": self._granted,
            "waiting": sum(messages for _, messages in self._waiting),
            "holding": self._holding,
        }
