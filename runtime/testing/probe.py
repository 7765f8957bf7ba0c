"""An actor that listens, for tests to ask what it was told."""

import asyncio
from collections.abc import Callable
from typing import Any, Self, TypeVar

from runtime.actor import Actor
from runtime.exits import ExitReason
from runtime.mailbox import Sender
from runtime.messages import Call, Down
from runtime.ref import Ref
from runtime.system import System
from runtime.testing.clock import VirtualClock
from runtime.testing.inside import behind
from runtime.testing.turn import settle

Message = TypeVar("Message")

PATIENCE_S = 5.0
"""How long a real peer may take, in real time, before a test is called stuck."""


class Probe(Actor):
    """An actor that keeps what it is sent and lets a test wait for it.

    `answer` answers requests: a function from request to reply; without one, calls are unhandled.
    """

    trap_exit = True

    def __init__(self, answer: Callable[[Call[Any]], object] | None = None) -> None:
        self._answer = answer
        self.seen: list[object] = []
        """What came and was not taken by `receive` or `assert_received`, oldest first."""
        self._arrived = asyncio.Event()

    @classmethod
    def spawn(
        cls,
        system: System,
        *,
        name: str | None = None,
        answer: Callable[[Call[Any]], object] | None = None,
    ) -> Self:
        """Start a probe; `probe.ref` is what others write to."""
        return behind(system.spawn(lambda: cls(answer), name=name), cls)

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Keep the request and answer it."""
        self._keep(request)
        return self.unhandled(request) if self._answer is None else self._answer(request)

    def handle_cast(self, message: object) -> None:
        """Keep a cast."""
        self._keep(message)

    def handle_info(self, message: object) -> None:
        """Keep a signal or a timer's message."""
        self._keep(message)

    def _keep(self, message: object) -> None:
        self.seen.append(message)
        self._arrived.set()

    # For the test.

    async def receive(
        self,
        kind: type[Message],
        *,
        matching: Callable[[Message], bool] | None = None,
        within_s: float = PATIENCE_S,
    ) -> Message:
        """Take the first message of `kind` (for which `matching` holds), waiting in real time.

        Raises AssertionError naming what came instead.
        """
        try:
            async with asyncio.timeout(within_s):
                while True:
                    index = self._find(kind, matching)
                    if index is not None:
                        return self._take(index, kind)
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(
                f"no {_named(kind, matching)} within {within_s:g} s; there were {self.seen!r}"
            ) from None

    def assert_received(
        self, kind: type[Message], *, matching: Callable[[Message], bool] | None = None
    ) -> Message:
        """Take the first message of `kind` that is there already.

        Raises AssertionError naming what is there instead.
        """
        index = self._find(kind, matching)
        if index is None:
            raise AssertionError(f"no {_named(kind, matching)}; there were {self.seen!r}")
        return self._take(index, kind)

    async def refute_receive(
        self,
        kind: type[Message],
        *,
        matching: Callable[[Message], bool] | None = None,
        within_s: float = 0.0,
    ) -> None:
        """Let everybody act, and `within_s` of virtual time pass: no such message may come.

        Raises AssertionError with the message that came, TypeError for a time without a virtual
        clock.
        """
        if not within_s:
            await settle(self.system)
        elif isinstance(self.clock, VirtualClock):
            await self.clock.advance(within_s, system=self.system)
        else:
            raise TypeError("only a VirtualClock can tell at once that nothing comes in time")
        index = self._find(kind, matching)
        if index is not None:
            raise AssertionError(f"no {_named(kind, matching)} was to come: {self.seen[index]!r}")

    async def assert_down(
        self,
        ref: Ref,
        reason: ExitReason | type[ExitReason] | None = None,
        *,
        within_s: float = PATIENCE_S,
    ) -> ExitReason:
        """Take the `Down` of `ref`, which this probe monitors; with that reason, or of that kind.

        Raises AssertionError when it does not come, or comes with another reason.
        """
        down = await self.receive(Down, matching=lambda down: down.ref is ref, within_s=within_s)
        if isinstance(reason, type):
            as_wanted = isinstance(down.reason, reason)
        else:
            as_wanted = reason is None or down.reason == reason
        if not as_wanted:
            raise AssertionError(f"{ref.path} ended with {down.reason!r}, not {reason!r}")
        return down.reason

    def _find(self, kind: type[Message], matching: Callable[[Message], bool] | None) -> int | None:
        for index, message in enumerate(self.seen):
            if isinstance(message, kind) and (matching is None or matching(message)):
                return index
        return None

    def _take(self, index: int, kind: type[Message]) -> Message:
        message = self.seen.pop(index)
        assert isinstance(message, kind)
        return message


def _named(kind: type[Message], matching: Callable[[Message], bool] | None) -> str:
    return kind.__name__ if matching is None else f"matching {kind.__name__}"
