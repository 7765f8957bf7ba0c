"""Many tasks, one after the other and a few at a time: `async for` over their outcomes.

    async for outcome in async_stream(system, urls, fetch, max_concurrency=50, ordered=False):
        match outcome:
            case Done(value=page): ...
            case Died(reason=reason): ...

Theory of operation. The stream is a recipe; each `async for` over it is a flow of its own, and who
iterates owns the flow's tasks. An item is taken from the input only when there is room: never more
than `max_concurrency` items are taken whose outcomes were not handed over, be they running or done.
So a consumer that is slow holds the input back, and a slow head of an ordered stream holds those
behind it back (Elixir buffers these without a bound). An asynchronous input is awaited beside the
tasks: outcomes come even while it has nothing to give.

    what happens                     what follows
    the input is at its end          the outcomes that are left are handed over; the end
    break, aclose, cancellation, or  the tasks left are killed, a generator given as input is closed
      the consumer raises
    the owner dies, however          the same
    the input or a start raises      the same, then the consumer gets the error
    a task is out of time            EXIT: the same, then TaskTimeout; KILL_TASK: Died("timeout")
    a linked task dies               the owner dies along; if it traps exits, it gets Died; if it is
                                     a coroutine outside actors, the same as above, then TaskDied
    a task without a link dies       Died

Outcomes travel beside the owner's mailbox: nothing is ever put into it, and no `Down` or `Exited`
in it, true or forged, is mistaken for news of a task.
"""

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar, Unpack, assert_never

from runtime.errand import Died, Done, Errand, Value, Work
from runtime.exits import ExitReason, Failed
from runtime.owner import Owner, current_owner
from runtime.ref import DEFAULT_TIMEOUT_S
from runtime.source import Source, source_of
from runtime.task import TaskDied, TaskTimeout

if TYPE_CHECKING:
    from runtime.system import System

Item = TypeVar("Item")

Starter = Callable[[Errand[Any], Work[Any]], Awaitable[object]]
"""Starts the actor of an errand, and returns when it exists."""


class OnTimeout(Enum):
    """What a stream does about a task that is out of time."""

    EXIT = "exit"
    """End the stream with TaskTimeout."""
    KILL_TASK = "kill_task"
    """Kill that task; its outcome is `Died(Failed("timeout", …))`."""


class StreamOptions(TypedDict, total=False):
    """How a stream runs; the defaults are Elixir's."""

    max_concurrency: int
    """Items taken and not yet handed over, at most; the number of cores."""
    ordered: bool
    """Outcomes come in the order of the input (True), or as they come about."""
    timeout_s: float | None
    """How long each task may take, from its start; 5 s. None: as long as it likes."""
    on_timeout: OnTimeout
    """EXIT."""
    zip_input_on_exit: bool
    """Put the input into `Died.item`; False."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """`StreamOptions` with the defaults filled in."""

    max_concurrency: int = os.cpu_count() or 1
    ordered: bool = True
    timeout_s: float | None = DEFAULT_TIMEOUT_S
    on_timeout: OnTimeout = OnTimeout.EXIT
    zip_input_on_exit: bool = False

    def __post_init__(self) -> None:
        if self.max_concurrency < 1:
            raise ValueError(f"max_concurrency of {self.max_concurrency}")


class TaskStream(Generic[Item, Value]):
    """See the module. Iterable as often as its input is, by whomever, several at a time."""

    def __init__(
        self,
        system: "System",
        start: Starter,
        items: Iterable[Item] | AsyncIterable[Item],
        function: Callable[[Item], Awaitable[Value]],
        *,
        linked: bool,
        options: StreamOptions,
    ) -> None:
        """Raises ValueError when the options make no sense."""
        self.system = system
        self.start = start
        self.function = function
        self.linked = linked
        self.rules = _Rules(**options)
        self._items = items

    def __aiter__(self) -> "StreamRun[Item, Value]":
        owner = current_owner()
        return StreamRun(_Flow(self, source_of(self._items, self.system.loop), owner))


class StreamRun(AsyncIterator[Done[Value] | Died[Item]], Generic[Item, Value]):
    """One iteration. Dropped unfinished, as by a `break`, it stops its tasks.

    `aclose` does so and waits for their end: `async with aclosing(aiter(stream)) as run:`.
    """

    def __init__(self, flow: "_Flow[Item, Value]") -> None:
        self._flow = flow

    async def __anext__(self) -> Done[Value] | Died[Item]:
        return await self._flow.next()

    async def aclose(self) -> None:
        """Stop the tasks that are left, close the input, and wait until all have ended."""
        await self._flow.close()

    def __del__(self) -> None:
        self._flow.dropped()


class _Slot(Errand[Value], Generic[Item, Value]):
    """One item, its task and its outcome."""

    __slots__ = ("_flow", "item", "outcome", "overdue_s")

    def __init__(self, flow: "_Flow[Item, Value]", item: Item) -> None:
        super().__init__(flow.system, flow.owner)
        self._flow = flow
        self.item = item
        self.outcome: Done[Value] | Died[Item] | None = None
        self.overdue_s: float | None = None

    @property
    def settled(self) -> bool:
        """Whether its deadline has lost its meaning."""
        return self.outcome is not None

    def expire(self, timeout_s: float) -> None:
        """Time is up."""
        self._flow.expired(self, timeout_s)

    def ended(self, outcome: Done[Value] | Died[None]) -> None:
        """See `Errand.ended`."""
        self._flow.ended(self, outcome)


class _Flow(Generic[Item, Value]):
    """The state of one iteration. Apart from `StreamRun`, so that tasks do not keep that alive."""

    def __init__(self, stream: TaskStream[Item, Value], source: Source[Item], owner: Owner) -> None:
        self.system = stream.system
        self.owner = owner
        self._start = stream.start
        self._function = stream.function
        self._linked = stream.linked
        self._rules = stream.rules
        self._source = source
        self._running: dict[_Slot[Item, Value], None] = {}
        self._line: deque[_Slot[Item, Value]] = deque()
        """Ordered: every slot from its start on. Unordered: those that have ended."""
        self._open = 0
        """Items taken whose outcomes were not handed over."""
        self._fault: Exception | None = None
        self._over = False
        self._wakeup: asyncio.Future[None] | None = None
        owner.watch(self._owner_ended)

    # The consumer's side.

    async def next(self) -> Done[Value] | Died[Item]:
        """The next outcome. Raises StopAsyncIteration after the last, and faults of the stream."""
        outcome = None
        try:
            outcome = await self._outcome()
        finally:
            if outcome is None:
                await self.close()
        if outcome is None:
            raise StopAsyncIteration
        return outcome

    async def close(self) -> None:
        """Stop, and wait for the end of all that ran."""
        self._halt()
        for slot in tuple(self._running):
            if slot.ref is not None:
                await slot.ref.join()
        await self._source.close()

    def dropped(self) -> None:
        """The iterator is gone, perhaps by a collection of garbage in another thread."""
        if not self._over and not self.system.loop.is_closed():
            self.system.loop.call_soon_threadsafe(self._halt)

    async def _outcome(self) -> Done[Value] | Died[Item] | None:
        while not self._over:
            if self._fault is not None:
                raise self._fault
            if self._open < self._rules.max_concurrency and await self._take():
                continue
            outcome = self._line[0].outcome if self._line else None
            if outcome is not None:
                self._line.popleft()
                self._open -= 1
                return outcome
            if self._source.dry and self._open == 0:
                break
            self._wakeup = self.system.loop.create_future()
            await self._wakeup
        return None

    async def _take(self) -> bool:
        """Start the task of one item. Returns whether the input had one."""
        found = self._source.take(self._wake)
        if found is None:
            return False
        slot = _Slot(self, found.item)
        self._open += 1
        self._running[slot] = None
        if self._rules.ordered:
            self._line.append(slot)
        await slot.begin(self._start(slot, partial(self._function, found.item)))
        if self._rules.timeout_s is not None and not slot.settled:
            self.system.deadlines.watch(slot, self._rules.timeout_s)
        return True

    # The tasks' side, called where nothing may raise.

    def ended(self, slot: _Slot[Item, Value], outcome: Done[Value] | Died[None]) -> None:
        """A task is dead; its outcome is due to the consumer."""
        del self._running[slot]
        match outcome:
            case Done():
                slot.outcome = outcome
            case Died(reason=reason):
                if slot.overdue_s is not None:
                    reason = Failed("timeout", f"no value within {slot.overdue_s:g} s")
                elif self._linked and not self._over and not self.owner.traps:
                    self._die_along(slot, reason)
                slot.outcome = Died(reason, slot.item if self._rules.zip_input_on_exit else None)
        if not self._rules.ordered:
            self._line.append(slot)
        self._wake()

    def expired(self, slot: _Slot[Item, Value], timeout_s: float) -> None:
        """A task is out of time."""
        assert slot.ref is not None
        match self._rules.on_timeout:
            case OnTimeout.EXIT:
                self._fault = self._fault or TaskTimeout(slot.ref.path, timeout_s)
                self._wake()
            case OnTimeout.KILL_TASK:
                slot.overdue_s = timeout_s
                slot.ref.kill()
            case _ as never:
                assert_never(never)

    def _die_along(self, slot: _Slot[Item, Value], reason: ExitReason) -> None:
        task, owner = slot.ref, self.owner.ref
        assert task is not None
        if owner is None:
            self._fault = self._fault or TaskDied(task.path, reason)
        else:
            # Next, so that the task's death is announced before the one it causes.
            self.system.loop.call_soon(partial(owner.exit, reason, source=task))

    def _owner_ended(self, _: object) -> None:
        self.system.loop.call_soon(self._halt)

    def _halt(self) -> None:
        if self._over:
            return
        self._over = True
        self.owner.unwatch(self._owner_ended)
        self._line.clear()
        for slot in tuple(self._running):
            slot.give_up()
        self._wake()
        self._source.halt()

    def _wake(self) -> None:
        if self._wakeup is not None and not self._wakeup.done():
            self._wakeup.set_result(None)


def async_stream(
    system: "System",
    items: Iterable[Item] | AsyncIterable[Item],
    function: Callable[[Item], Awaitable[Value]],
    **options: Unpack[StreamOptions],
) -> TaskStream[Item, Value]:
    """Do `function(item)` in a linked task for each item. `Tasks` has it under a supervisor.

    Raises ValueError for a `max_concurrency` below 1.
    """

    async def start(errand: Errand[Any], work: Work[Any]) -> None:
        await system.start(errand.factory(work))

    return TaskStream(system, start, items, function, linked=True, options=options)
