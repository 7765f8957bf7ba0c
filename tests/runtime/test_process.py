import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime import (
    CURRENT,
    KILLED,
    NO_REPLY,
    NORMAL,
    SHUTDOWN,
    ActorExited,
    CallingSelf,
    CallTimeout,
    Crashed,
    Failed,
    NotRunning,
    Ref,
    Sender,
    System,
    Unhandled,
)
from runtime.process import Process
from runtime.run_queue import INLINE_CREDIT
from runtime.testing import VirtualClock, in_background, settle, turns
from tests.runtime.scripts import (
    PLAIN,
    Ask,
    AsyncScript,
    Echo,
    Flavour,
    Nonsense,
    PlainScript,
    Script,
    ScriptError,
    Tell,
    actor_of,
    heard,
    raising,
)

FALSY: tuple[object, ...] = ({}, 0, None, "", (), False)


@pytest.mark.parametrize("value", [7, *FALSY], ids=repr)
async def test_a_call_is_answered_whatever_the_answer(
    system: System, flavour: Flavour, value: object
) -> None:
    ref = system.spawn(flavour.script)
    assert await ref.call(Echo(value)) == value


async def test_falsy_messages_are_messages(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    for message in FALSY:
        ref.cast(message)
        ref.send(message)
    assert await heard(ref) == tuple(message for message in FALSY for _ in range(2))


async def test_a_call_to_a_dead_ref_fails_at_once(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script, name="gone")
    await ref.stop(Failed("lost"))
    with pytest.raises(NotRunning) as caught:
        await ref.call(Echo(1))
    assert caught.value.reason == Failed("lost")
    assert caught.value.path == "gone"
    assert clock.pending == 0


async def test_mail_to_the_dead_is_silently_dropped(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.kill()
    await ref.join()
    script.stop()
    ref.cast(1)
    ref.send(2)
    ref.request_stop()
    ref.exit(SHUTDOWN)
    assert ref.exit_reason == KILLED
    assert ref.snapshot().state == "dead"


def crash(script: Script, sender: Sender) -> object:
    raise ScriptError("as told")


def stop(script: Script, sender: Sender) -> object:
    script.stop(Failed("enough"))
    return NO_REPLY


def kill(script: Script, sender: Sender) -> object:
    script.ref.kill()
    return 5


def kill_and_crash(script: Script, sender: Sender) -> object:
    script.ref.kill()
    raise ScriptError("as told")


def kill_and_defer(script: Script, sender: Sender) -> object:
    script.ref.kill()
    return NO_REPLY


@pytest.mark.parametrize(
    ("do", "reason"),
    [
        (crash, "ScriptError: as told"),
        (stop, "enough"),
        (kill, "killed"),
        (kill_and_crash, "killed"),
        (kill_and_defer, "killed"),
    ],
)
async def test_a_callee_that_dies_in_the_call_fails_it_with_the_reason(
    system: System, flavour: Flavour, do: Callable[[Script, Sender], object], reason: str
) -> None:
    ref = system.spawn(flavour.script)
    with pytest.raises(ActorExited) as caught:
        await ref.call(Ask(do))
    assert str(caught.value.reason) == reason
    assert str(await ref.join()) == reason
    assert not ref.alive


async def test_a_crash_is_the_cause_of_what_the_caller_gets(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    with pytest.raises(ActorExited) as caught:
        await ref.call(Ask(crash))
    assert isinstance(caught.value.__cause__, ScriptError)


async def test_the_callee_is_dead_before_its_caller_hears_of_it(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script, name="callee")
    with pytest.raises(ActorExited):
        await ref.call(Ask(crash))
    assert system.whereis("callee") is None
    system.spawn(flavour.script, name="callee")


async def test_waiting_callers_fail_at_once_when_the_callee_dies(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    deferred = in_background(ref.call(Ask(lambda _, __: NO_REPLY)))
    await settle(system)
    ref.suspend()
    waiting = in_background(ref.call(Echo(1)))
    await settle(system)
    ref.kill()
    for call in (deferred, waiting):
        with pytest.raises(ActorExited) as caught:
            await call
        assert caught.value.reason == KILLED


async def test_a_crash_is_logged_once_with_the_message_and_no_contents(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script, name="fragile")
    with capture_logs() as logs:
        with pytest.raises(ActorExited):
            await ref.call(Ask(crash))
        await settle(system)
    assert [entry["event"] for entry in logs] == ["actor.crashed"]
    assert logs[0]["actor"] == "fragile"
    assert logs[0]["message"] == "Ask"
    assert logs[0]["error"] == "ScriptError: as told"
    assert system.telemetry.crashes == 1


async def test_a_crash_in_a_cast_ends_the_actor_and_the_mail_behind(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.cast(1)
    ref.cast(Tell(raising))
    ref.cast(2)
    reason = await ref.join()
    assert isinstance(reason, Crashed)
    assert script.heard == [1]
    assert script.ended == [reason]


async def test_the_reply_given_before_a_crash_reaches_the_caller(
    system: System, flavour: Flavour
) -> None:
    def reply_and_crash(script: Script, sender: Sender) -> object:
        sender.reply("done")
        raise ScriptError

    ref = system.spawn(flavour.script)
    assert await ref.call(Ask(reply_and_crash)) == "done"
    await ref.join()


async def test_the_first_of_two_replies_counts(system: System, flavour: Flavour) -> None:
    def reply_twice(script: Script, sender: Sender) -> object:
        sender.reply("first")
        sender.reply("second")
        sender.fail(ScriptError())
        return "third"

    ref = system.spawn(flavour.script)
    assert await ref.call(Ask(reply_twice)) == "first"


async def test_a_reply_may_come_later_and_from_another_actor(
    system: System, flavour: Flavour
) -> None:
    senders: list[Sender] = []

    def defer(script: Script, sender: Sender) -> object:
        senders.append(sender)
        return NO_REPLY

    ref = system.spawn(flavour.script)
    other = system.spawn(flavour.script)
    call = in_background(ref.call(Ask(defer)))
    await settle(system)
    assert not call.done()
    other.cast(Tell(lambda _: senders[0].reply(42)))
    assert await call == 42
    senders[0].reply(43)


async def test_a_deferred_call_may_fail_with_any_error(system: System, flavour: Flavour) -> None:
    def refuse(script: Script, sender: Sender) -> object:
        sender.fail(ScriptError("no"))
        return NO_REPLY

    ref = system.spawn(flavour.script)
    with pytest.raises(ScriptError, match="no"):
        await ref.call(Ask(refuse))
    assert ref.alive


async def test_terminate_may_still_answer_waiting_callers(system: System, flavour: Flavour) -> None:
    senders: list[Sender] = []

    def defer(script: Script, sender: Sender) -> object:
        senders.append(sender)
        script.stop()
        return NO_REPLY

    ref = system.spawn(
        lambda: flavour.script(on_terminate=lambda _, __: senders[0].reply("farewell"))
    )
    assert await ref.call(Ask(defer)) == "farewell"


async def test_a_call_times_out_and_the_late_answer_is_dropped(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    senders: list[Sender] = []

    def defer(script: Script, sender: Sender) -> object:
        senders.append(sender)
        return NO_REPLY

    ref = system.spawn(flavour.script, name="slow")
    call = in_background(ref.call(Ask(defer), timeout_s=2.0))
    await clock.advance(1.9, system=system)
    assert not call.done()
    await clock.advance(0.1, system=system)
    with pytest.raises(CallTimeout) as caught:
        await call
    assert (caught.value.path, caught.value.request, caught.value.timeout_s) == ("slow", "Ask", 2.0)
    senders[0].reply("late")
    assert await ref.call(Echo("next")) == "next"


async def test_a_call_waits_five_seconds_unless_told_otherwise(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    ref.suspend()
    call = in_background(ref.call(Echo(1)))
    await clock.advance(4.99, system=system)
    assert not call.done()
    await clock.advance(0.01, system=system)
    with pytest.raises(CallTimeout):
        await call


async def test_a_request_nobody_understands_fails_its_caller_only(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script, name="deaf")
    with capture_logs() as logs, pytest.raises(Unhandled) as caught:
        await ref.call(Nonsense())
    assert (caught.value.path, caught.value.request) == ("deaf", "Nonsense")
    assert [entry["event"] for entry in logs] == ["message.unhandled"]
    assert await ref.call(Echo(1)) == 1
    assert ref.snapshot().unhandled == 1
    assert system.telemetry.unhandled_messages == 1


async def test_an_actor_that_calls_itself_is_told_so(system: System) -> None:
    ref = system.spawn(AsyncScript)
    with pytest.raises(ActorExited) as caught:
        await ref.call(Ask(lambda script, _: script.ref.call(Echo(1))))
    assert isinstance(caught.value.__cause__, CallingSelf)


async def test_the_callees_work_goes_on_when_its_caller_is_cancelled(system: System) -> None:
    gate = asyncio.Event()
    done: list[str] = []

    async def work() -> str:
        await gate.wait()
        done.append("work")
        return "unheard"

    ref = system.spawn(AsyncScript)
    call = in_background(ref.call(Ask(lambda _, __: work())))
    await settle(system)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    gate.set()
    assert await ref.call(Echo("still here")) == "still here"
    assert done == ["work"]


async def test_a_caller_cancelled_while_its_call_is_deferred_is_forgotten(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    call = in_background(ref.call(Ask(lambda _, __: NO_REPLY)))
    await settle(system)
    call.cancel()
    await settle(system)
    assert call.cancelled()
    assert not ref.belongings().deferred


def reply_late(sender: Sender) -> None:
    sender.reply("late")


def fail_late(sender: Sender) -> None:
    sender.fail(ScriptError())


@pytest.mark.parametrize("answer", [reply_late, fail_late])
async def test_an_answer_in_the_turn_its_caller_is_cancelled_harms_nobody(
    system: System, flavour: Flavour, answer: Callable[[Sender], None]
) -> None:
    senders: list[Sender] = []

    def defer(script: Script, sender: Sender) -> object:
        senders.append(sender)
        return NO_REPLY

    ref = system.spawn(flavour.script)
    cancelled, waiting = (in_background(ref.call(Ask(defer))) for _ in range(2))
    await settle(system)
    cancelled.cancel()
    answer(senders[0])
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    senders[1].reply("the other is answered")
    assert await waiting == "the other is answered"


async def test_a_caller_cancelled_in_the_turn_its_call_fails_leaves_no_complaint(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    call = in_background(ref.call(Ask(lambda _, __: NO_REPLY)))
    await settle(system)
    ref.kill()
    call.cancel()
    with pytest.raises((asyncio.CancelledError, ActorExited)):
        await call
    del call
    gc.collect()  # the `system` fixture fails if asyncio found a lost exception


async def test_a_handler_cancelled_by_library_code_is_a_crash(
    system: System, flavour: Flavour
) -> None:
    def cancelled(script: Script, sender: Sender) -> object:
        raise asyncio.CancelledError

    ref = system.spawn(flavour.script)
    with pytest.raises(ActorExited) as caught:
        await ref.call(Ask(cancelled))
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.reason.error, asyncio.CancelledError)
    assert system.telemetry.crashes == 1


async def test_casts_and_calls_of_one_sender_arrive_in_the_order_sent(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    for number in range(0, 300, 3):
        ref.cast(number)
        ref.send(number + 1)
        assert len(await heard(ref)) == number // 3 * 2 + 2
    expected = [n for number in range(0, 300, 3) for n in (number, number + 1)]
    assert list(await heard(ref)) == expected


async def test_an_actor_between_its_caller_and_its_own_mail_keeps_the_order(
    system: System, flavour: Flavour
) -> None:
    def tell_itself(script: Script, sender: Sender) -> object:
        script.ref.cast("from the first call")
        return None

    ref = system.spawn(flavour.script)
    await ref.call(Ask(tell_itself))
    await ref.call(Ask(lambda script, _: script.heard.append("the second call")))
    assert await heard(ref) == ("from the first call", "the second call")


async def test_the_observable_history_is_the_same_inline_and_by_mailbox(
    clock: VirtualClock, flavour: Flavour
) -> None:
    async def history(inline: bool) -> list[object]:
        log: list[object] = []

        def note(what: object) -> Callable[[Script, Sender], object]:
            def do(script: Script, sender: Sender) -> object:
                log.append((what, script.path))
                return what

            return do

        async with System(clock=clock, inline_calls=inline) as system:
            refs = [system.spawn(flavour.script, name=f"actor {n}") for n in range(3)]
            for ref in refs:
                ref.cast(Tell(lambda script: log.append(("cast", script.path))))
                log.append(await ref.call(Ask(note("one"))))
                with pytest.raises(Unhandled):
                    await ref.call(Nonsense())
                log.append(await ref.call(Ask(note("two"))))
            try:
                await refs[0].call(Ask(crash))
            except ActorExited as error:
                log.append(str(error))
            log.append([ref.path for ref in refs if ref.alive])
        return log

    assert await history(inline=True) == await history(inline=False)


async def test_a_caller_in_a_tight_loop_gives_the_loop_back(system: System) -> None:
    ref = system.spawn(PlainScript)
    seen: list[None] = []

    def count() -> None:
        seen.append(None)
        if len(seen) < 3:
            system.loop.call_soon(count)

    system.loop.call_soon(count)
    for number in range(10 * INLINE_CREDIT):
        await ref.call(Echo(number))
        if len(seen) == 3:
            break
    assert len(seen) == 3


async def test_handlers_run_as_their_actor_and_callers_as_themselves(
    system: System, flavour: Flavour
) -> None:
    seen: list[Ref | None] = []

    def look(script: Script, sender: Sender) -> object:
        seen.append(CURRENT.get())
        return sender.caller

    callee = system.spawn(flavour.script)
    caller = system.spawn(AsyncScript)
    assert await caller.call(Ask(lambda _, __: callee.call(Ask(look)))) is caller
    assert await callee.call(Ask(look)) is None
    assert seen == [callee, callee]
    assert CURRENT.get() is None


async def test_an_orderly_stop_runs_terminate_after_the_mail_before_it(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.cast(1)
    stopping = in_background(ref.stop(SHUTDOWN))
    await turns()
    ref.cast(2)
    await stopping
    assert script.ended == [SHUTDOWN]
    assert script.heard == [1]
    assert ref.exit_reason == SHUTDOWN


async def test_an_actor_that_does_not_stop_in_time_is_killed(
    system: System, clock: VirtualClock
) -> None:
    ref = system.spawn(AsyncScript)
    ref.cast(Tell(lambda _: asyncio.Event().wait()))
    await settle(system)
    stopping = in_background(ref.stop(timeout_s=3.0))
    await clock.advance(3.0, system=system)
    await stopping
    assert ref.exit_reason == KILLED


async def test_an_error_in_terminate_replaces_the_reason(system: System, flavour: Flavour) -> None:
    ref = system.spawn(lambda: flavour.script(on_terminate=raising))
    with capture_logs() as logs:
        await ref.stop()
    assert str(ref.exit_reason) == "ScriptError: as told"
    assert [(entry["event"], entry["message"]) for entry in logs] == [
        ("actor.crashed", "terminate")
    ]


async def test_what_the_world_did_is_a_warning_without_a_traceback(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script, name="line")
    with capture_logs() as logs:
        ref.cast(Tell(lambda script: script.stop(Failed("link_lost", "peer closed"))))
        await ref.join()
    assert logs == [
        {
            "event": "actor.failed",
            "log_level": "warning",
            "actor": "line",
            "code": "link_lost",
            "detail": "peer closed",
        }
    ]
    assert system.telemetry.crashes == 0


async def test_normal_and_shutdown_are_no_news(system: System, flavour: Flavour) -> None:
    with capture_logs() as logs:
        for reason in (NORMAL, SHUTDOWN):
            await system.spawn(flavour.script).stop(reason)
    assert logs == []


async def test_a_kill_runs_no_terminate(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.trapper)
    script = actor_of(ref)
    ref.kill()
    assert await ref.join() == KILLED
    assert script.ended == []


async def test_a_stop_from_an_actors_own_task_needs_no_mail(
    system: System, flavour: Flavour
) -> None:
    async def later(script: Script) -> None:
        script.stop(SHUTDOWN)

    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.cast(Tell(lambda script: script.start_task(later(script))))
    assert await ref.join() == SHUTDOWN
    assert script.ended == [SHUTDOWN]


async def test_a_snapshot_shows_the_actor_as_it_stands(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script, name="epp/pool")
    for number in range(3):
        ref.cast(number)
    await clock.advance(2.0, system=system)
    ref.suspend()
    ref.cast(3)
    seen = ref.snapshot()
    assert (seen.path, seen.name, seen.kind) == ("epp/pool", "pool", "worker")
    assert seen.behaviour == f"tests.runtime.scripts.{flavour.script.__name__}"
    assert (seen.state, seen.mailbox, seen.mailbox_peak, seen.messages) == ("suspended", 1, 3, 3)
    assert (seen.uptime_s, seen.started_at) == (2.0, system.at(0.0))
    assert seen.facts == (("heard", "3"),)
    assert (seen.strategy, seen.intensity, seen.last_exit) == (None, None, None)


async def test_an_unnamed_actor_is_known_by_its_parent_and_a_number(
    system: System, flavour: Flavour
) -> None:
    parent = await system.start(flavour.trapper, name="parent")
    child = await system.start(flavour.script, parent=parent)
    orphan = system.spawn(flavour.script)
    assert child.path.startswith("parent/#")
    assert orphan.path.startswith("#")
    assert repr(child) == f"<Ref {child.path}>"
    child.kill()
    await child.join()
    assert repr(child) == f"<Ref {child.path} dead>"


async def test_require_gives_the_living_only(system: System) -> None:
    ref = system.spawn(PlainScript)
    assert ref.require() is ref
    await ref.stop()
    with pytest.raises(NotRunning):
        ref.require()


async def test_a_dead_ref_keeps_nothing_of_its_actor(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    await ref.call(Echo(1))
    await ref.stop()
    assert isinstance(ref, Process)
    kept: tuple[Any, ...] = (ref._mailbox, ref._context, ref._service, ref._bonds)
    assert kept == (None,) * 4
    assert ref.running_tasks() == ()


async def test_an_idle_plain_actor_answers_without_a_turn_of_the_loop(clock: VirtualClock) -> None:
    async with System(clock=clock) as system:
        ref = system.spawn(PLAIN.script)
        call = ref.call(Echo(1))
        with pytest.raises(StopIteration) as caught:
            call.send(None)
        assert caught.value.value == 1
