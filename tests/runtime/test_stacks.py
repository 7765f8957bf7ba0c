import asyncio
import sys
from collections.abc import AsyncIterator, Generator
from types import coroutine

from runtime.stacks import DEEPEST, frames_of, place, shortened, stack_of
from runtime.testing import in_background, turns


async def inner(future: "asyncio.Future[None]") -> None:
    await future


async def outer(future: "asyncio.Future[None]") -> None:
    await inner(future)


async def stream(future: "asyncio.Future[None]") -> AsyncIterator[int]:
    await inner(future)
    yield 1


async def reader(future: "asyncio.Future[None]") -> None:
    async for _ in stream(future):
        pass


@coroutine
def by_generator(future: "asyncio.Future[None]") -> Generator[object, None, None]:
    yield from future


async def old_fashioned(future: "asyncio.Future[None]") -> None:
    await by_generator(future)


async def names(work: "asyncio.Task[None]", future: "asyncio.Future[None]") -> list[str]:
    await turns(2)
    found = [where.split(":")[1] for where in stack_of(work)]
    future.set_result(None)
    await work
    return found


async def test_a_waiting_task_tells_each_level_at_which_it_awaits() -> None:
    future = asyncio.get_running_loop().create_future()
    assert await names(in_background(outer(future)), future) == ["outer", "inner"]


async def test_generators_on_the_way_are_seen() -> None:
    future = asyncio.get_running_loop().create_future()
    work = in_background(old_fashioned(future))
    assert await names(work, future) == ["old_fashioned", "by_generator"]
    again = asyncio.get_running_loop().create_future()
    assert (await names(in_background(reader(again)), again))[0] == "reader"


async def test_a_finished_task_stands_nowhere() -> None:
    work = in_background(turns(0))
    await work
    assert stack_of(work) == ()


def test_frames_come_outermost_first() -> None:
    def dig(depth: int) -> list[str]:
        if depth:
            return dig(depth - 1)
        return [place(frame) for frame in frames_of(sys._getframe())]

    places = dig(3)
    assert [where.split(":")[1].rpartition(".")[2] for where in places[-4:]] == ["dig"] * 4
    assert places[-1].startswith("tests.runtime.test_stacks:")
    assert frames_of(None) == []


def test_of_a_stack_too_deep_both_ends_are_shown() -> None:
    places = [str(number) for number in range(DEEPEST + 10)]
    shown = shortened(places)
    assert len(shown) == DEEPEST + 1
    assert (shown[0], shown[DEEPEST // 2], shown[-1]) == ("0", "… 10 more", places[-1])
    assert shortened(["one"]) == ("one",)
