import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime import (
    KILLED,
    SHUTDOWN,
    ActorExited,
    Call,
    Crashed,
    Exited,
    ExitReason,
    Failed,
    Sender,
    System,
)
from runtime.run_queue import BATCH
from runtime.service import KILL_GRACE_S
from runtime.testing import Probe, VirtualClock, behind, in_background, settle, turns, until
from tests.runtime.scripts import (
    Ask,
    AsyncScript,
    AsyncTrapper,
    Echo,
    Script,
    ScriptError,
    Tell,
    actor_of,
    heard,
    raising,
)


async def test_an_async_actor_handles_one_message_at_a_time(system: System) -> None:
    gate = asyncio.Event()

    async def wait(script: Script) -> None:
        script.heard.append("begun")
        await gate.wait()
        script.heard.append("ended")

    ref = system.spawn(AsyncScript)
    ref.cast(Tell(wait))
    ref.cast("next")
    await settle(system)
    assert actor_of(ref).heard == ["begun"]
    gate.set()
    assert await heard(ref) == ("begun", "ended", "next")


async def test_a_handler_runs_in_a_real_task_where_library_code_works(system: System) -> None:
    async def library() -> str | None:
        task = asyncio.current_task()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(turns())
        return None if task is None else task.get_name()

    ref = system.spawn(AsyncScript, name="epp/pool")
    assert await ref.call(Ask(lambda _, __: library())) == "epp/pool"


async def test_a_busy_async_actor_gives_way_to_the_next_after_a_batch(system: System) -> None:
    busy, other = system.spawn(AsyncScript), system.spawn(AsyncScript)
    heard = actor_of(busy).heard
    for number in range(3 * BATCH):
        busy.cast(number)
    done: list[int] = []
    other.cast(Tell(lambda _: done.append(len(heard))))
    await settle(system)
    assert (done, len(heard)) == ([BATCH], 3 * BATCH)


def stop(script: Script) -> None:
    script.stop(SHUTDOWN)


def kill(script: Script) -> None:
    script.ref.kill()


@pytest.mark.parametrize("end", [stop, kill])
async def test_a_stop_or_a_kill_between_two_batches_is_not_lost(
    system: System, end: Callable[[Script], None]
) -> None:
    ref = system.spawn(AsyncScript)
    script = actor_of(ref)
    for number in range(BATCH):
        ref.cast(number)
    await until(lambda: len(script.heard) >= BATCH)
    end(script)
    await ref.join()
    assert not ref.alive


async def test_a_kill_cancels_the_handler_and_waits_for_its_end(system: System) -> None:
    order: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await turns()
            order.append("tidied up")

    ref = system.spawn(AsyncScript, name="worker")
    watcher = system.spawn(Probe)
    probe = behind(watcher, Probe)
    probe.link(ref)
    call = in_background(ref.call(Ask(lambda _, __: work())))
    await settle(system)
    ref.kill()
    ref.kill()
    ref.cast("too late")
    assert ref.snapshot().state == "dead"
    assert (await probe.receive(Exited)).reason == KILLED
    order.append("heard of it")
    with pytest.raises(ActorExited) as caught:
        await call
    assert caught.value.reason == KILLED
    assert order == ["tidied up", "heard of it"]


async def test_an_exit_signal_ends_a_handler_that_is_awaited(system: System) -> None:
    ref = system.spawn(AsyncScript)
    script = actor_of(ref)
    ref.cast(Tell(lambda _: asyncio.Event().wait()))
    await settle(system)
    ref.exit(Failed("lost"))
    assert await ref.join() == Failed("lost")
    assert script.ended == []


async def test_an_error_while_a_handler_is_cancelled_changes_no_reason(system: System) -> None:
    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ScriptError

    ref = system.spawn(AsyncScript)
    ref.cast(Tell(lambda _: work()))
    await settle(system)
    ref.kill()
    assert await ref.join() == KILLED


async def test_a_handler_that_swallows_its_cancellation_handles_no_more_mail(
    system: System,
) -> None:
    async def swallow(script: Script) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            script.heard.append("swallowed")

    ref = system.spawn(AsyncScript)
    script = actor_of(ref)
    ref.cast(Tell(swallow))
    ref.cast("next")
    await settle(system)
    ref.kill()
    assert await ref.join() == KILLED
    assert script.heard == ["swallowed"]


async def test_an_actor_that_kills_itself_ends_at_its_next_await(system: System) -> None:
    async def suicide(script: Script) -> None:
        script.ref.kill()
        script.heard.append("last thought")
        await turns()
        script.heard.append("never")

    ref = system.spawn(AsyncScript)
    script = actor_of(ref)
    ref.cast(Tell(suicide))
    assert await ref.join() == KILLED
    assert script.heard == ["last thought"]


async def test_a_handler_that_outlives_its_kill_is_left_behind(
    system: System, clock: VirtualClock
) -> None:
    released = asyncio.Event()

    async def stubborn() -> None:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    ref = system.spawn(AsyncScript, name="stubborn")
    script = actor_of(ref)
    call = in_background(ref.call(Ask(lambda _, __: stubborn()), timeout_s=60.0))
    await settle(system)
    with capture_logs() as logs:
        ref.kill()
        await clock.advance(KILL_GRACE_S - 0.1, system=system)
        assert system.names.holder("stubborn") is ref
        await clock.advance(0.1, system=system)
    assert logs == [
        {"event": "actor.ignored_cancellation", "log_level": "error", "actor": "stubborn"}
    ]
    assert ref.exit_reason == KILLED
    assert system.names.holder("stubborn") is None
    with pytest.raises(ActorExited):
        await call
    released.set()
    await settle(system)
    assert script.ended == []


async def test_an_idle_async_actor_dies_at_once(system: System) -> None:
    ref = system.spawn(AsyncScript, name="idle")
    await ref.call(Echo(1))
    ref.kill()
    assert ref.exit_reason == KILLED
    assert system.names.holder("idle") is None


async def test_mail_and_kill_in_one_turn_of_the_loop_do_no_harm(system: System) -> None:
    for warm in (True, False):
        ref = system.spawn(AsyncScript)
        script = actor_of(ref)
        if warm:
            await ref.call(Echo(1))
        ref.cast("mail")
        ref.cast("more")
        ref.kill()
        assert await ref.join() == KILLED
        await settle(system)
        assert script.heard == []


async def test_a_kill_during_terminate_is_the_end_of_it(system: System) -> None:
    def tidier(swallow: bool) -> Callable[[Script, ExitReason], object]:
        async def tidy() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if not swallow:
                    raise

        return lambda _, __: tidy()

    for swallow in (True, False):
        ref = system.spawn(partial(AsyncScript, on_terminate=tidier(swallow)))
        ref.request_stop()
        await settle(system)
        assert ref.alive
        ref.kill()
        assert await ref.join() == KILLED


async def test_a_terminate_that_is_cancelled_by_library_code_crashes(system: System) -> None:
    async def tidy() -> None:
        raise asyncio.CancelledError

    ref = system.spawn(lambda: AsyncScript(on_terminate=lambda _, __: tidy()))
    await ref.stop()
    assert isinstance(ref.exit_reason, Crashed)


async def test_a_cancelled_task_of_an_idle_actor_is_a_crash_of_it(system: System) -> None:
    ref = system.spawn(AsyncTrapper, name="victim")
    script = actor_of(ref)
    await ref.call(Echo(1))
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "victim")
    task.cancel()
    assert isinstance(await ref.join(), Crashed)
    assert len(script.ended) == 1


async def test_calls_that_came_during_terminate_fail_with_the_reason(system: System) -> None:
    gate = asyncio.Event()
    ref = system.spawn(lambda: AsyncScript(on_terminate=lambda _, __: gate.wait()))
    ref.request_stop(SHUTDOWN)
    await settle(system)
    call = in_background(ref.call(Echo(1)))
    await settle(system)
    gate.set()
    with pytest.raises(ActorExited) as caught:
        await call
    assert caught.value.reason == SHUTDOWN


async def test_continue_and_info_may_crash_an_async_actor_too(system: System) -> None:
    ref = system.spawn(AsyncScript)
    ref.send(Tell(raising))
    assert isinstance(await ref.join(), Crashed)


async def test_a_class_may_mix_plain_and_async_handlers(system: System) -> None:
    class Mixed(Script):
        def handle_call(self, request: Call[Any], sender: Sender) -> object:
            return self._answer(request, sender)

        async def handle_cast(self, message: object) -> object:
            await turns()
            return self._take(message)

    ref = system.spawn(Mixed)
    ref.cast("slow")
    assert await heard(ref) == ("slow",)
    await ref.stop(SHUTDOWN)
