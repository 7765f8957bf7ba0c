import asyncio
import gc
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from functools import partial

import pytest

from runtime import (
    CALLERS,
    CURRENT,
    KILLED,
    ActorExited,
    Crashed,
    Died,
    Done,
    Down,
    Exited,
    Failed,
    NotRunning,
    OnTimeout,
    Ref,
    StartFailed,
    StreamRun,
    System,
    TaskDied,
    TaskStream,
    TaskTimeout,
    async_stream,
)
from runtime.testing import VirtualClock, in_background, settle, turns, until
from tests.runtime.errands import Asker, Inside, echo, forever, outside
from tests.runtime.scripts import ASYNC, Script, ScriptError, Tell, heard


class Doors:
    """Work on items, each behind a door of its own."""

    def __init__(self) -> None:
        self.entered: list[int] = []
        self.inside: set[int] = set()
        self.most = 0
        self.cancelled: set[int] = set()
        self._doors: dict[int, asyncio.Event] = {}

    def door(self, number: int) -> asyncio.Event:
        return self._doors.setdefault(number, asyncio.Event())

    def open(self, *numbers: int) -> None:
        for number in numbers:
            self.door(number).set()

    async def passing(self, number: int) -> int:
        self.entered.append(number)
        self.inside.add(number)
        self.most = max(self.most, len(self.inside))
        try:
            await self.door(number).wait()
        except asyncio.CancelledError:
            self.cancelled.add(number)
            raise
        finally:
            self.inside.remove(number)
        return number


async def breaking(number: int) -> int:
    raise ScriptError(str(number))


async def collected(stream: TaskStream[int, int]) -> list[Done[int] | Died[int]]:
    return [outcome async for outcome in stream]


def values(outcomes: list[Done[int] | Died[int]]) -> list[object]:
    return [one.value if isinstance(one, Done) else str(one.reason) for one in outcomes]


class Taking:
    """An iterable that counts what is taken of it."""

    def __init__(self, items: range) -> None:
        self._items = items
        self.taken = 0

    def __iter__(self) -> Iterator[int]:
        for item in self._items:
            self.taken += 1
            yield item


@pytest.fixture(params=["outside", "actor"])
def ask(request: pytest.FixtureRequest, system: System) -> Asker:
    return outside if request.param == "outside" else Inside(system, traps=True)


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture(params=[True, False], ids=["ordered", "unordered"])
def ordered(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


# Outcomes and their order.


async def test_each_item_has_its_outcome(system: System, ask: Asker) -> None:
    stream = async_stream(system, range(4), echo)
    assert await ask(partial(collected, stream)) == [Done(number) for number in range(4)]


async def test_no_item_no_outcome(system: System, ask: Asker, ordered: bool) -> None:
    assert await ask(partial(collected, async_stream(system, (), echo, ordered=ordered))) == []


async def test_falsy_items_and_values_are_items_and_values(system: System, ordered: bool) -> None:
    items: list[object] = [None, 0, "", {}]
    stream = async_stream(system, items, echo, ordered=ordered, max_concurrency=1)
    assert [outcome async for outcome in stream] == [Done(item) for item in items]


async def test_ordered_outcomes_wait_for_the_slowest_first(system: System, doors: Doors) -> None:
    stream = async_stream(system, range(4), doors.passing, max_concurrency=4)
    collecting = in_background(collected(stream))
    for number in (3, 2, 1):
        doors.open(number)
        await settle(system)
    assert not collecting.done()
    assert doors.inside == {0}
    doors.open(0)
    assert values(await collecting) == [0, 1, 2, 3]


async def test_unordered_outcomes_come_as_they_come_about(system: System, doors: Doors) -> None:
    stream = async_stream(system, range(4), doors.passing, max_concurrency=4, ordered=False)
    run = aiter(stream)
    for number in (2, 0, 3, 1):
        coming = in_background(anext(run))
        await settle(system)
        doors.open(number)
        assert await coming == Done(number)
    with pytest.raises(StopAsyncIteration):
        await anext(run)
    with pytest.raises(StopAsyncIteration):
        await anext(run)


# How much at a time.


async def test_a_thousand_items_never_have_more_than_fifty_tasks(
    system: System, ask: Asker, ordered: bool
) -> None:
    running = most = 0

    async def busy(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await turns(7 + number % 7)
        running -= 1
        return number

    before = len(system.living())
    items = Taking(range(1_000))
    stream = async_stream(system, items, busy, max_concurrency=50, ordered=ordered)

    async def asking() -> list[object]:
        found: list[object] = []
        async for outcome in stream:
            found.append(outcome)
            assert items.taken - len(found) < 50
            assert len(system.living()) - before <= 50
        return found

    found = await ask(asking)
    assert sorted(map(str, found)) == sorted(str(Done(number)) for number in range(1_000))
    assert most == 50
    assert len(system.living()) == before


async def test_a_slow_consumer_holds_the_input_back(system: System, ordered: bool) -> None:
    items = Taking(range(100))
    run = aiter(async_stream(system, items, echo, max_concurrency=3, ordered=ordered))
    assert items.taken == 0
    for delivered in range(1, 10):
        await anext(run)
        await settle(system)
        assert items.taken <= delivered + 2
    await run.aclose()


async def test_a_slow_head_holds_the_input_back_when_order_matters(
    system: System, doors: Doors
) -> None:
    items = Taking(range(100))
    stream = async_stream(system, items, doors.passing, max_concurrency=5)
    collecting = in_background(collected(stream))
    doors.open(*range(1, 100))
    await settle(system)
    assert items.taken == 5
    doors.open(0)
    assert values(await collecting) == list(range(100))


async def test_an_endless_input_is_no_hindrance(system: System) -> None:
    seen: list[object] = []
    async for outcome in async_stream(system, itertools.count(), echo, max_concurrency=2):
        seen.append(outcome)
        if len(seen) == 5:
            break
    assert seen == [Done(number) for number in range(5)]


async def test_a_concurrency_of_none_is_refused(system: System) -> None:
    with pytest.raises(ValueError, match="max_concurrency of 0"):
        async_stream(system, (), echo, max_concurrency=0)


async def test_a_stream_is_a_recipe_and_starts_nothing_by_itself(
    system: System, doors: Doors
) -> None:
    stream = async_stream(system, range(3), doors.passing, max_concurrency=3)
    await settle(system)
    assert doors.entered == []
    doors.open(*range(3))
    assert values(await collected(stream)) == values(await collected(stream)) == [0, 1, 2]


# Asynchronous input.


async def counting(until: int) -> AsyncIterator[int]:
    for number in range(until):
        await turns()
        yield number


async def test_the_input_may_be_asynchronous(system: System, ask: Asker, ordered: bool) -> None:
    stream = async_stream(system, counting(20), echo, max_concurrency=3, ordered=ordered)
    assert sorted(map(str, await ask(partial(collected, stream)))) == sorted(
        str(Done(number)) for number in range(20)
    )


async def test_outcomes_come_while_the_input_has_nothing_to_give(
    system: System, ask: Asker
) -> None:
    line: asyncio.Queue[int | None] = asyncio.Queue()

    async def arriving() -> AsyncIterator[int]:
        while (item := await line.get()) is not None:
            yield item

    async def asking() -> list[object]:
        found: list[object] = []
        line.put_nowait(1)
        async for outcome in async_stream(system, arriving(), echo, max_concurrency=9):
            found.append(outcome)
            line.put_nowait(2 if len(found) == 1 else None)
        return found

    assert await ask(asking) == [Done(1), Done(2)]


async def test_the_input_runs_on_behalf_of_who_consumes(system: System) -> None:
    inside = Inside(system)

    async def telling() -> AsyncIterator[Ref | None]:
        yield CURRENT.get()

    async def asking() -> list[object]:
        return [one async for one in async_stream(system, telling(), echo)]

    assert await inside(asking) == [Done(inside.ref)]


# Faults of the input.


async def faulty(until: int) -> AsyncIterator[int]:
    for number in range(until):
        yield number
    raise ScriptError("input")


def faulty_too(until: int) -> Iterator[int]:
    yield from range(until)
    raise ScriptError("input")


@pytest.mark.parametrize("source", [faulty, faulty_too])
async def test_an_input_that_raises_stops_the_tasks_and_reaches_the_consumer(
    system: System, ask: Asker, doors: Doors, source: Callable[[int], AsyncIterator[int]]
) -> None:
    async def asking() -> None:
        with pytest.raises(ScriptError, match="input"):
            await collected(async_stream(system, source(2), doors.passing, max_concurrency=4))
        assert doors.inside == set()

    await ask(asking)
    assert set(doors.entered) == doors.cancelled


# Deaths.


async def test_a_consumer_that_traps_exits_gets_each_death_and_no_message(
    system: System, ordered: bool
) -> None:
    inside = Inside(system, traps=True)
    stream = async_stream(system, range(1, 5), breaking, ordered=ordered, max_concurrency=2)
    outcomes = await inside(partial(collected, stream))
    assert values(outcomes) == [f"ScriptError: {number}" for number in range(1, 5)]
    await settle(system)
    assert await heard(inside.ref) == ()


async def test_a_linked_task_that_dies_takes_a_consumer_that_does_not_trap_along(
    system: System, doors: Doors
) -> None:
    inside = Inside(system)

    async def second_breaks(number: int) -> int:
        return await (breaking if number == 1 else doors.passing)(number)

    stream = async_stream(system, range(4), second_breaks, max_concurrency=4)
    with pytest.raises(ActorExited) as caught:
        await inside(partial(collected, stream))
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.reason.error, ScriptError)
    await settle(system)
    assert doors.cancelled == {0, 2, 3}
    assert system.living() == ()


async def test_a_linked_task_that_dies_is_raised_in_a_coroutine_outside_actors(
    system: System, doors: Doors, ordered: bool
) -> None:
    async def second_breaks(number: int) -> int:
        return await (breaking if number == 1 else doors.passing)(number)

    stream = async_stream(system, range(4), second_breaks, max_concurrency=4, ordered=ordered)
    with pytest.raises(TaskDied) as caught:
        await collected(stream)
    assert isinstance(caught.value.__cause__, ScriptError)
    assert doors.cancelled == {0, 2, 3}
    assert system.living() == ()


async def test_the_input_of_a_task_that_died_is_kept_if_asked_for(system: System) -> None:
    inside = Inside(system, traps=True)
    stream = async_stream(system, range(3), breaking, zip_input_on_exit=True)
    for number, outcome in enumerate(await inside(partial(collected, stream))):
        assert isinstance(outcome, Died)
        assert outcome.item == number
    stream = async_stream(system, range(3), breaking)
    for outcome in await inside(partial(collected, stream)):
        assert isinstance(outcome, Died)
        assert outcome.item is None


async def test_a_task_killed_from_outside_is_a_death_like_any_other(
    system: System, doors: Doors
) -> None:
    inside = Inside(system, traps=True)
    coming = in_background(inside(partial(collected, async_stream(system, [1], doors.passing))))
    await settle(system)
    (task,) = set(system.living()) - {inside.ref}
    task.kill()
    assert await coming == [Died(KILLED)]


# Timeouts.


async def test_a_task_out_of_time_ends_the_stream_and_stops_the_rest(
    system: System, clock: VirtualClock, ask: Asker, doors: Doors, ordered: bool
) -> None:
    stream = async_stream(
        system, range(4), doors.passing, max_concurrency=4, ordered=ordered, timeout_s=2.0
    )

    async def asking() -> list[object]:
        run = aiter(stream)
        first = await anext(run)
        with pytest.raises(TaskTimeout) as caught:
            await anext(run)
        assert caught.value.timeout_s == 2.0
        assert doors.inside == set()
        with pytest.raises(StopAsyncIteration):
            await anext(run)
        return [first]

    asked = in_background(ask(asking))
    await clock.advance(1.5, system=system)
    doors.open(0)
    await clock.advance(0.5, system=system)
    assert await asked == [Done(0)]
    assert doors.cancelled == {1, 2, 3}


async def test_a_task_out_of_time_is_killed_alone_if_asked_for(
    system: System, clock: VirtualClock, ask: Asker, doors: Doors
) -> None:
    stream = async_stream(
        system,
        [1, 100, 2],
        doors.passing,
        max_concurrency=3,
        timeout_s=2.0,
        on_timeout=OnTimeout.KILL_TASK,
        zip_input_on_exit=True,
    )
    doors.open(1, 2)
    asked = in_background(ask(partial(collected, stream)))
    await clock.advance(2.0, system=system)
    late = Died(Failed("timeout", "no value within 2 s"), 100)
    assert await asked == [Done(1), late, Done(2)]


async def test_each_task_s_time_begins_with_its_own_start(
    system: System, clock: VirtualClock, doors: Doors
) -> None:
    stream = async_stream(system, range(3), doors.passing, max_concurrency=1, timeout_s=2.0)
    collecting = in_background(collected(stream))
    for number in range(3):
        await clock.advance(1.9, system=system)
        doors.open(number)
    assert values(await collecting) == [0, 1, 2]


async def test_no_timeout_means_that_a_task_may_take_for_ever(
    system: System, clock: VirtualClock, doors: Doors
) -> None:
    collecting = in_background(collected(async_stream(system, [1], doors.passing, timeout_s=None)))
    await clock.advance(1e6, system=system)
    doors.open(1)
    assert values(await collecting) == [1]


async def test_time_passes_for_the_tasks_while_the_consumer_is_busy(
    system: System, clock: VirtualClock, doors: Doors
) -> None:
    run = aiter(async_stream(system, range(2), doors.passing, max_concurrency=2, timeout_s=2.0))
    doors.open(0)
    assert await anext(run) == Done(0)
    await clock.advance(2.0, system=system)
    with pytest.raises(TaskTimeout):
        await anext(run)


async def test_what_a_killed_task_still_returns_counts(system: System, clock: VirtualClock) -> None:
    async def lingering(number: int) -> int:
        with suppress(asyncio.CancelledError):
            await forever()
        return number

    stream = async_stream(system, [7], lingering, on_timeout=OnTimeout.KILL_TASK)
    collecting = in_background(collected(stream))
    await clock.advance(5.0, system=system)
    assert await collecting == [Done(7)]


# Halting.


async def test_a_break_stops_the_tasks_left(system: System, ask: Asker, doors: Doors) -> None:
    stream = async_stream(system, range(9), doors.passing, max_concurrency=4)
    doors.open(0)

    async def asking() -> None:
        async for outcome in stream:
            assert outcome == Done(0)
            break
        await until(lambda: not doors.inside)

    await ask(asking)
    await settle(system)
    assert doors.cancelled == {1, 2, 3}
    assert len(system.living()) == (0 if ask is outside else 1)


async def test_a_consumer_that_raises_stops_the_tasks_left(
    system: System, doors: Doors, ordered: bool
) -> None:
    stream = async_stream(system, range(9), doors.passing, max_concurrency=4, ordered=ordered)
    doors.open(0)

    async def consuming() -> None:
        async for outcome in stream:
            raise ScriptError(str(outcome))

    with pytest.raises(ScriptError) as caught:
        await consuming()
    assert caught.value.__traceback__ is not None
    await settle(system)
    assert doors.cancelled == {1, 2, 3}
    assert system.living() == ()


async def test_aclose_returns_when_every_task_has_ended(
    system: System, ask: Asker, doors: Doors
) -> None:
    async def asking() -> None:
        run = aiter(async_stream(system, range(9), doors.passing, max_concurrency=4))
        doors.open(0)
        async with aclosing(run):
            assert await anext(run) == Done(0)
            await turns(3)
            assert doors.inside
        assert not doors.inside
        with pytest.raises(StopAsyncIteration):
            await anext(run)
        await run.aclose()

    await ask(asking)
    assert doors.cancelled == {1, 2, 3}


async def test_a_cancelled_consumer_stops_the_tasks_before_it_ends(
    system: System, doors: Doors
) -> None:
    stream = async_stream(system, range(9), doors.passing, max_concurrency=4)
    collecting = in_background(collected(stream))
    await settle(system)
    collecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await collecting
    assert doors.cancelled == {0, 1, 2, 3}
    assert system.living() == ()


async def test_an_actor_killed_while_it_waits_takes_its_tasks_along(
    system: System, doors: Doors
) -> None:
    inside = Inside(system, traps=True)
    collecting = in_background(
        inside(partial(collected, async_stream(system, range(9), doors.passing, max_concurrency=4)))
    )
    await settle(system)
    inside.ref.kill()
    with pytest.raises(ActorExited):
        await collecting
    await settle(system)
    assert doors.cancelled == {0, 1, 2, 3}
    assert system.living() == ()


async def test_an_actor_that_dies_with_the_run_in_its_hands_takes_its_tasks_along(
    system: System, doors: Doors
) -> None:
    runs: list[object] = []

    async def asking(_: Script) -> None:
        run = aiter(async_stream(system, range(9), doors.passing, max_concurrency=4))
        runs.append(run)
        doors.open(0)
        await anext(run)

    ref = system.spawn(ASYNC.script)
    ref.cast(Tell(asking))
    await settle(system)
    assert doors.inside == {1, 2, 3}
    await ref.stop()
    await settle(system)
    assert doors.cancelled == {1, 2, 3}
    assert runs


async def test_a_coroutine_that_ends_with_the_run_in_another_s_hands_ends_the_run(
    system: System, doors: Doors
) -> None:
    async def asking() -> StreamRun[int, int]:
        run = aiter(async_stream(system, range(9), doors.passing, max_concurrency=4))
        doors.open(0)
        await anext(run)
        return run

    run = await in_background(asking())
    assert [outcome async for outcome in run] == []
    assert doors.cancelled == set(doors.entered) - {0}


async def test_a_generator_given_as_input_is_closed(system: System, doors: Doors) -> None:
    closed: list[str] = []

    def plain() -> Iterator[int]:
        try:
            yield from range(9)
        finally:
            closed.append("plain")

    async def waiting() -> AsyncIterator[int]:
        try:
            for number in range(9):
                yield number
        finally:
            await turns()
            closed.append("waiting")

    for source in (plain(), waiting()):
        run = aiter(async_stream(system, source, echo, max_concurrency=2))
        await anext(run)
        await run.aclose()
    assert closed == ["plain", "waiting"]


async def test_an_input_that_is_being_awaited_is_cancelled(system: System) -> None:
    cancelled: list[str] = []

    class Silent:
        def __aiter__(self) -> "Silent":
            return self

        async def __anext__(self) -> int:
            try:
                await forever()
            except asyncio.CancelledError:
                cancelled.append("input")
                raise ScriptError("on the way out") from None
            return 1

    collecting = in_background(collected(async_stream(system, Silent(), echo)))
    await settle(system)
    collecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await collecting
    assert cancelled == ["input"]


async def test_a_stream_within_a_stream_is_stopped_from_outside_in(
    system: System, ask: Asker, doors: Doors
) -> None:
    async def inner(number: int) -> int:
        start = number * 10
        stream = async_stream(system, range(start, start + 3), doors.passing, max_concurrency=3)
        return sum(int(str(value)) for value in values(await collected(stream)))

    async def asking() -> None:
        run = aiter(async_stream(system, range(1, 4), inner, max_concurrency=3))
        doors.open(10, 11, 12)
        assert await anext(run) == Done(33)
        assert doors.inside == {20, 21, 22, 30, 31, 32}
        await run.aclose()
        assert doors.inside == set()

    await ask(asking)
    await settle(system)
    assert len(system.living()) == (0 if ask is outside else 1)


async def test_a_stream_within_a_stream_may_be_halted_while_the_outer_goes_on(
    system: System, ask: Asker
) -> None:
    async def first(number: int) -> int:
        async for outcome in async_stream(system, itertools.count(number), echo):
            assert isinstance(outcome, Done)
            return outcome.value
        return -1

    stream = async_stream(system, range(20), first, max_concurrency=4)
    assert values(await ask(partial(collected, stream))) == list(range(20))
    await settle(system)
    assert len(system.living()) == (0 if ask is outside else 1)


# Nothing left behind.


async def test_a_stream_leaves_no_task_no_message_and_no_watch(
    system: System, ordered: bool
) -> None:
    inside = Inside(system, traps=True)

    async def some_break(number: int) -> int:
        return await (breaking if number % 3 == 0 else echo)(number)

    await inside(partial(collected, async_stream(system, range(50), some_break, ordered=ordered)))
    await settle(system)
    assert system.living() == (inside.ref,)
    assert await heard(inside.ref) == ()
    assert system._releases == {}


async def test_what_lies_in_the_inbox_is_never_taken_for_news_of_a_task(
    system: System, doors: Doors
) -> None:
    inside = Inside(system, traps=True)
    stream = async_stream(system, range(3), doors.passing, max_concurrency=3)
    collecting = in_background(inside(partial(collected, stream)))
    await settle(system)
    tasks = set(system.living()) - {inside.ref}
    forged = tuple(
        news
        for task in tasks
        for number in range(20)
        for news in (Down(number, task, task.path, KILLED), Exited(task, task.path, KILLED))
    )
    for message in forged:
        inside.ref.send(message)
    doors.open(0, 1, 2)
    assert values(await collecting) == [0, 1, 2]
    await settle(system)
    assert await heard(inside.ref) == forged


async def test_a_dropped_run_is_not_kept_alive_by_its_tasks(system: System, doors: Doors) -> None:
    run = aiter(async_stream(system, range(9), doors.passing, max_concurrency=4))
    doors.open(0)
    await anext(run)
    gc.collect()
    gc.disable()
    try:
        del run
        await settle(system)
        assert doors.cancelled == {1, 2, 3}
    finally:
        gc.enable()


# Whose it is.


async def test_a_stream_made_here_may_be_consumed_by_another_actor(
    system: System,
) -> None:
    inside = Inside(system)

    async def who(_: int) -> tuple[str, ...]:
        return CALLERS.get()

    stream = async_stream(system, range(2), who)

    async def asking() -> list[object]:
        return [outcome async for outcome in stream]

    assert await inside(asking) == [Done((inside.ref.path,))] * 2


async def test_a_dying_actor_starts_no_stream(system: System) -> None:
    caught: list[str] = []

    async def last_words() -> None:
        try:
            await forever()
        finally:
            with pytest.raises(NotRunning) as error:
                await collected(async_stream(system, range(2), echo))
            caught.append(str(error.value))

    ref = system.spawn(ASYNC.script, name="owner")
    ref.cast(Tell(lambda _: last_words()))
    await settle(system)
    ref.kill()
    await ref.join()
    assert caught == ["owner is not running (killed)"]


async def test_a_start_that_fails_ends_the_stream_and_reaches_the_consumer() -> None:
    system = System()
    stream = async_stream(system, range(2), echo)
    await system.close()
    with pytest.raises(StartFailed):
        await collected(stream)
