"""Bugs of order: the same test under many orders of the ready actors, each one named by a seed.

Signals between two actors keep their order under every seed; what a seed permutes is which of the
ready actors runs next, and it lets each handle one message before the next is chosen. A test that
passes under many seeds does not lean on an order that nobody promised.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import wraps
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from runtime.clock import Clock
from runtime.process import Process
from runtime.run_queue import INLINE_CREDIT, TURN_S, RunQueue
from runtime.system import System
from runtime.testing.clock import VirtualClock

if TYPE_CHECKING:
    from runtime.inbox import Inbox

Rest = ParamSpec("Rest")

_LOOKS_A_TURN = 16
"""After so many actors the queue gives the loop back, whatever the machine's speed."""


class _Urn(deque["Inbox"]):
    """A deque from which one draws blindly."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random

    def popleft(self) -> "Inbox":
        """Take any of them."""
        self.rotate(-self._random.randrange(len(self)))
        return super().popleft()


class SeededRunQueue(RunQueue):
    """Ready actors in an order that the seed decides; reproducible, as no time is measured."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seed: int, *, credit: int = INLINE_CREDIT
    ) -> None:
        looks = count()
        super().__init__(
            loop, credit=credit, stopwatch=lambda: next(looks) * TURN_S / _LOOKS_A_TURN
        )
        self._ready = _Urn(Random(seed))  # noqa: S311 - reproducible on purpose


class SeededProcess(Process):
    """Handles one message a turn."""

    __slots__ = ()

    def take_turn(self, batch: int) -> None:
        """See `Process.take_turn`."""
        super().take_turn(1)


class SeededSystem(System):
    """A system whose actors run in the order of a seed. Its clock is virtual unless one is given.

    Every other seed sends calls by the mailbox, so that both ways are tried.
    """

    process_type = SeededProcess

    def __init__(
        self, seed: int, *, clock: Clock | None = None, inline_calls: bool | None = None
    ) -> None:
        inline = seed % 2 == 0 if inline_calls is None else inline_calls
        super().__init__(
            clock=clock or VirtualClock(),
            random=Random(seed),  # noqa: S311 - reproducible on purpose
            inline_calls=inline,
        )
        self.seed = seed
        self.run_queue = SeededRunQueue(self.loop, seed, credit=INLINE_CREDIT if inline else 0)


def every_order(
    seeds: int | Iterable[int] = 20, *, clock: Callable[[], Clock] = VirtualClock
) -> Callable[
    [Callable[Concatenate[System, Rest], Awaitable[None]]],
    Callable[Rest, Coroutine[Any, Any, None]],
]:
    """Run a test once for each seed, each time in a fresh `SeededSystem`, its first argument.

    The failure is the test's own, with a note that names the seed; `every_order(seeds=[7])` runs
    that one again. Other arguments (fixtures) are handed on, the same for every seed.
    """
    chosen = range(seeds) if isinstance(seeds, int) else tuple(seeds)

    def decorate(
        test: Callable[Concatenate[System, Rest], Awaitable[None]],
    ) -> Callable[Rest, Coroutine[Any, Any, None]]:
        @wraps(test)
        async def under_every_seed(*args: Rest.args, **kwargs: Rest.kwargs) -> None:
            for seed in chosen:
                try:
                    async with SeededSystem(seed, clock=clock()) as system:
                        await test(system, *args, **kwargs)
                except BaseException as error:
                    error.add_note(f"in the order of seed {seed}: every_order(seeds=[{seed}])")
                    raise

        signature = inspect.signature(test)
        others = tuple(signature.parameters.values())[1:]
        under_every_seed.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=others
        )
        return under_every_seed

    return decorate
