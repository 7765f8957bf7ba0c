"""One way to have an actor: what `measure` needs of it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Thread
from time import perf_counter, process_time, sleep
from typing import Any, ClassVar

TICK_S = 0.001
Call = Callable[[], Awaitable[object]]
Caller = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Lateness:
    """Of a timer that rang late."""

    late_s: float
    held_s: float | None
    """Of the time until it rang, how long this busy process was given no processor; None where
    that cannot be said."""


class Subject(ABC):
    """An actor that answers a call with 1 and takes a number as a cast.

    Of the number it takes note (`handled`), and where it was joined to a successor and the number
    is above 0, it casts it there, one less. A busy actor casts to itself until a moment has come.
    """

    has_threads: ClassVar[bool] = False
    """Its rates are by the clock on the wall, since the processor time is of more than one."""

    has_callers: ClassVar[bool] = True
    """More than one may call at a time."""

    def clock_s(self) -> float:
        """What rates are by: processor time of the process, or the wall where it has threads."""
        return perf_counter() if self.has_threads else process_time()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run on the event loop the subject is for."""
        asyncio.run(work)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """What has to be there while actors live; they end with it."""
        yield

    @abstractmethod
    async def spawn(self, number: int) -> Sequence[Any]:
        """Start so many actors, one after the other; return when the last can be called."""

    @abstractmethod
    def caller(self, actor: Any) -> Call:
        """A function that makes one call and waits for the answer."""

    @abstractmethod
    async def cast(self, actor: Any, value: int, times: int = 1) -> None:
        """Send a message nobody waits for, so many times."""

    @abstractmethod
    def join(self, actor: Any, successor: Any) -> None:
        """Let `actor` hand what it is cast to `successor`."""

    @abstractmethod
    def handled(self, actor: Any) -> int:
        """Casts it has handled."""

    async def restarts_us(self, number: int) -> list[float]:
        """From each kill to the successor being found under the name; none without supervisors."""
        return []

    async def keep_busy(self, actors: Sequence[Any], until_s: float) -> None:
        """Let each cast to itself until that moment of `perf_counter`."""
        raise NotImplementedError

    async def lateness(self, actors: Sequence[Any], until_s: float) -> Lateness:
        """How late a timer rings at worst, until that moment, while each casts to itself."""
        await self.keep_busy(actors, until_s)
        worst = Lateness(0.0, 0.0)
        while (now_s := perf_counter()) < until_s:
            cpu_s = process_time()
            await self.nap(TICK_S)
            took_s = perf_counter() - now_s
            if took_s - TICK_S > worst.late_s:
                # Somebody is always busy: what was not used was not given.
                held_s = max(took_s - (process_time() - cpu_s), 0.0)
                worst = Lateness(took_s - TICK_S, held_s)
        return Lateness(worst.late_s, None) if self.has_threads else worst

    async def flush(self, actor: Any, handled: int) -> None:
        """Wait until it has handled so many casts in all."""
        await self.until(lambda: self.handled(actor) >= handled)

    # How to wait, on this subject's loop.

    async def turn(self) -> None:
        """Let everybody else run."""
        await asyncio.sleep(0)  # noqa: TID251 - the measured thing is the loop

    async def nap(self, seconds: float) -> None:
        """A timer."""
        await asyncio.sleep(seconds)  # noqa: TID251 - the measured thing is the loop

    async def together(self, callers: Sequence[Caller]) -> None:
        """Run all at once, to the end."""
        await asyncio.gather(*(caller() for caller in callers))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let everybody run until it holds."""
        while not condition():
            await self.turn()


class Blocking(Subject):
    """A subject that has no event loop: its calls block the thread, and nothing here suspends."""

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """In this thread, from end to end."""
        drive(work)

    async def turn(self) -> None:
        """Threads get the interpreter when one sleeps."""
        sleep(0.0002)  # noqa: ASYNC251 - there is no loop to hold up

    async def nap(self, seconds: float) -> None:
        """The operating system's timer."""
        sleep(seconds)  # noqa: ASYNC251 - the same

    async def together(self, callers: Sequence[Caller]) -> None:
        """A thread each."""
        threads = [Thread(target=drive, args=(caller(),)) for caller in callers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def drive(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never suspends."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise RuntimeError("it suspended, and there is no loop to wake it")
