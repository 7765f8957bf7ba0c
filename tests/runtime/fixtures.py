"""Fixtures for tests of actors: a virtual clock, a system in both ways, both flavours."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime import System
from runtime.testing import VirtualClock
from tests.runtime.scripts import ASYNC, PLAIN, Flavour


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """Crashes are what these tests are made of; printing each one's traceback is slow."""
    with capture_logs():
        yield


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=[True, False], ids=["inline", "by_mailbox"])
def inline_calls(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=[PLAIN, ASYNC], ids=["plain", "async"])
def flavour(request: pytest.FixtureRequest) -> Flavour:
    assert isinstance(request.param, Flavour)
    return request.param


@pytest.fixture
async def system(clock: VirtualClock, inline_calls: bool) -> AsyncIterator[System]:
    """A system that leaves nothing behind: no task, and nothing for the loop to complain of."""
    loop = asyncio.get_running_loop()
    complaints: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    async with System(clock=clock, random=Random(1), inline_calls=inline_calls) as system:
        yield system
    assert not system.living()
    assert not system.names.paths()
    own = asyncio.current_task()
    others = {task for task in asyncio.all_tasks() if task is not own}
    if others:
        await asyncio.wait(others, timeout=1.0)
    assert [task for task in others if not task.done()] == []
    assert complaints == []
