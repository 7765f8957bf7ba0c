"""The first step of an async handler, taken on the run queue or in a caller's turn."""

import asyncio
from contextvars import ContextVar
from typing import Any

import pytest

from runtime import KILLED, Actor, ActorExited, Call, Ref, Sender, System
from runtime.process import INLINE_LEVEL
from runtime.run_queue import INLINE_CREDIT
from runtime.testing import in_background, settle, turns
from tests.runtime.scripts import ASYNC, Ask, Echo, Tell, actor_of, heard

SEEN: ContextVar[str] = ContextVar("seen", default="nothing")


async def test_a_handler_runs_as_its_actors_own_task_from_the_first_step_on(
    system: System,
) -> None:
    seen: list[asyncio.Task[Any] | None] = []

    async def tasks() -> None:
        seen.append(asyncio.current_task())
        await turns()
        seen.append(asyncio.current_task())

    ref = system.spawn(ASYNC.script, name="worker")
    await ref.call(Echo(1))
    own = asyncio.current_task()
    await ref.call(Ask(lambda _, __: tasks()))
    before, after = seen
    assert before is after
    assert before is not own
    assert asyncio.current_task() is own
    assert isinstance(before, asyncio.Task)
    assert before.get_name() == "worker"


async def test_a_timeout_begun_in_the_first_step_ends_the_wait(system: System) -> None:
    async def wait() -> str:
        try:
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        except TimeoutError:
            return "timed out"
        return "never"

    ref = system.spawn(ASYNC.script)
    await ref.call(Echo(1))
    assert await ref.call(Ask(lambda _, __: wait())) == "timed out"


async def test_a_task_group_opened_in_the_first_step_cancels_its_handler(system: System) -> None:
    async def fail() -> None:
        raise ValueError("inside")

    async def group() -> str:
        heard = "never"
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fail())
                await asyncio.Event().wait()
        except* ValueError:
            heard = "told"
        return heard

    ref = system.spawn(ASYNC.script)
    assert await ref.call(Ask(lambda _, __: group())) == "told"


async def test_context_variables_outlive_the_wait_and_stay_the_actors_own(
    system: System,
) -> None:
    async def write() -> str:
        SEEN.set("written")
        await turns()
        return SEEN.get()

    ref = system.spawn(ASYNC.script)
    await ref.call(Echo(1))
    assert await ref.call(Ask(lambda _, __: write())) == "written"
    assert await ref.call(Ask(lambda _, __: SEEN.get())) == "written"
    assert SEEN.get() == "nothing"


async def test_what_a_parked_handler_waits_for_is_cancelled_with_it(system: System) -> None:
    gate: asyncio.Future[None] = system.loop.create_future()
    ref = system.spawn(ASYNC.script)
    call = in_background(ref.call(Ask(lambda _, __: gate)))
    await settle(system)
    ref.kill()
    with pytest.raises(ActorExited):
        await call
    assert gate.cancelled()


@pytest.mark.parametrize("warm", [True, False], ids=["task is there", "task is new"])
async def test_a_handler_killed_in_its_first_step_ends_at_its_first_wait(
    system: System, warm: bool
) -> None:
    ended: list[str] = []

    async def suicide(ref: Ref) -> None:
        ref.kill()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("tidied up")

    ref = system.spawn(ASYNC.script)
    if warm:
        await ref.call(Echo(1))
        await turns(3)
    ref.cast(Tell(lambda script: suicide(script.ref)))
    assert await ref.join() == KILLED
    assert ended == ["tidied up"]


async def test_a_bare_yield_in_the_first_step_is_a_wait_too(system: System) -> None:
    async def twice() -> str:
        await turns()
        await turns()
        return "back"

    ref = system.spawn(ASYNC.script)
    assert await ref.call(Ask(lambda _, __: twice())) == "back"


async def test_a_killed_handler_in_a_bare_yield_is_interrupted(system: System) -> None:
    ended: list[str] = []

    async def linger() -> None:
        try:
            await turns()
        except asyncio.CancelledError:
            ended.append("interrupted")
            raise

    ref = system.spawn(ASYNC.script)
    await ref.call(Echo(1))
    await turns(3)
    calling = in_background(ref.call(Ask(lambda _, __: linger())))
    while not system.loop.is_closed() and ref.snapshot().state != "running":
        await turns()
    ref.kill()
    with pytest.raises(ActorExited):
        await calling
    assert ended == ["interrupted"]


class Nest(Actor):
    """Calls the next of a line inline, and keeps how deep it stood."""

    def __init__(self, following: Ref | None) -> None:
        self._following = following

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """How many answered without a turn of the loop below and with this one."""
        if self._following is None:
            return 1
        depth = await self._following.call(Echo(0))
        assert isinstance(depth, int)
        return 1 + depth


async def test_inline_calls_nest_only_so_deep(system: System) -> None:
    """A line longer than the limit still answers; the rest goes by the mailbox."""
    line: Ref | None = None
    length = 2 * INLINE_CREDIT // INLINE_LEVEL
    for _ in range(length):
        following = line
        line = system.spawn(lambda following=following: Nest(following))  # type: ignore[misc]
        await line.call(Echo(0))
    assert line is not None
    assert await line.call(Echo(0)) == length


async def test_mail_behind_a_parked_handler_waits_for_it(system: System) -> None:
    gate: asyncio.Future[None] = system.loop.create_future()
    ref = system.spawn(ASYNC.script)
    ref.cast(Tell(lambda _: gate))
    ref.cast("behind")
    await settle(system)
    assert actor_of(ref).heard == []
    gate.set_result(None)
    assert await heard(ref) == ("behind",)
