"""What OTP's gen_server promises: docs/otp.md, points 8 to 15, and the faults seen in peers.

What the modules' own tests say already is not said again.
"""

import asyncio
from functools import partial

import pytest
from structlog.testing import capture_logs

from runtime import (
    KILLED,
    NO_REPLY,
    NORMAL,
    SHUTDOWN,
    ActorExited,
    CallTimeout,
    Continue,
    Crashed,
    Exited,
    Failed,
    Ref,
    Sender,
    Shutdown,
    StartFailed,
    System,
    TaskDone,
)
from runtime.testing import Probe, VirtualClock, in_background, mailbox_of, settle, turns, until
from tests.runtime.scripts import (
    Ask,
    AsyncScript,
    Echo,
    Flavour,
    PlainScript,
    Script,
    ScriptError,
    Tell,
    actor_of,
    heard,
    raising,
)

FALSY: tuple[object, ...] = ({}, 0, None, "", (), False)

# 8. Start.


async def test_a_name_is_free_by_the_time_a_failed_start_is_told(
    system: System, flavour: Flavour
) -> None:
    starts = 0

    async def refuse(_: Script) -> None:
        nonlocal starts
        starts += 1
        await turns()
        raise ScriptError("not yet")

    for _ in range(100):
        with pytest.raises(StartFailed):
            await system.start(partial(flavour.script, on_init=refuse), name="worker")
        assert system.names.holder("worker") is None
    assert starts == 100


async def test_a_start_that_failed_is_also_heard_by_the_link_to_its_parent(
    system: System, flavour: Flavour
) -> None:
    parent = system.spawn(flavour.script)
    with pytest.raises(StartFailed):
        await system.start(partial(flavour.script, on_init=raising), name="child", parent=parent)
    assert not parent.alive, "start_link: the starter is linked before init runs"
    trapping = Probe.spawn(system)
    with pytest.raises(StartFailed):
        await system.start(
            partial(flavour.script, on_init=raising), name="child", parent=trapping.ref
        )
    assert str((await trapping.receive(Exited)).reason) == "ScriptError: as told"
    await trapping.refute_receive(Exited)
    assert len(system.living()) == 1


# 10. Call.


async def test_a_callee_that_ends_normally_fails_its_callers_too(
    system: System, flavour: Flavour
) -> None:
    def stop(script: Script, sender: Sender) -> object:
        script.stop(NORMAL)
        return NO_REPLY

    ref = system.spawn(flavour.script)
    with pytest.raises(ActorExited) as caught:
        await ref.call(Ask(stop))
    assert caught.value.reason == NORMAL


async def test_a_caller_that_does_not_catch_the_time_out_dies_of_it_and_the_callee_does_not(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    callee = system.spawn(flavour.script, name="callee")
    caller = system.spawn(AsyncScript, name="caller")
    callee.cast(Tell(lambda script: script.heard.append("busy")))
    callee.suspend()
    caller.cast(Tell(lambda _: callee.call(Echo(1))))
    await clock.advance(5.0, system=system)
    reason = await caller.join()
    assert isinstance(reason, Crashed)
    assert isinstance(reason.error, CallTimeout)
    callee.resume()
    assert await callee.call(Echo(2)) == 2


async def test_a_caller_that_catches_the_time_out_never_sees_the_late_answer(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    callee, caller = system.spawn(flavour.script), system.spawn(AsyncScript)
    answers: list[object] = []

    async def ask(_: Script) -> None:
        with pytest.raises(CallTimeout):
            await callee.call(Echo("late"))
        answers.append(await callee.call(Echo("second")))

    callee.suspend()
    caller.cast(Tell(ask))
    await clock.advance(5.0, system=system)
    callee.resume()
    await settle(system)
    assert answers == ["second"]
    assert actor_of(caller).heard == []
    assert mailbox_of(caller) == ()


async def test_two_actors_that_call_each_other_time_out_and_the_loop_goes_on(
    system: System, clock: VirtualClock
) -> None:
    one, two = system.spawn(AsyncScript), system.spawn(AsyncScript)

    def calling(other: Ref) -> Tell:
        return Tell(lambda _: other.call(Echo(1)))

    one.cast(calling(two))
    two.cast(calling(one))
    await clock.advance(5.0, system=system)
    reasons = [await one.join(), await two.join()]
    assert {type(reason) for reason in reasons} == {Crashed}


# 11. Cast and info.


async def test_a_cast_fails_for_nobody_whatever_becomes_of_its_receiver(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    ref.suspend()
    ref.cast("waits")
    ref.kill()
    ref.cast("at the dying")
    await ref.join()
    ref.cast("at the dead")


# 12. Answer later.


async def test_an_answer_from_a_task_of_the_actor_reaches_the_caller(
    system: System, flavour: Flavour
) -> None:
    async def work(sender: Sender) -> None:
        await turns()
        sender.reply("worked out")

    def defer(script: Script, sender: Sender) -> object:
        script.start_task(work(sender))
        return NO_REPLY

    assert await system.spawn(flavour.script).call(Ask(defer)) == "worked out"


async def test_a_second_reply_after_the_first_was_received_reaches_nobody(
    system: System, flavour: Flavour
) -> None:
    senders: list[Sender] = []

    def answer(script: Script, sender: Sender) -> str:
        senders.append(sender)
        return "first"

    caller, callee = system.spawn(AsyncScript), system.spawn(flavour.script)
    assert await caller.call(Ask(lambda _, __: callee.call(Ask(answer)))) == "first"
    senders[0].reply("second")
    senders[0].fail(ScriptError())
    await settle(system)
    assert await heard(caller) == ()


# 14. Terminate.


async def test_terminate_does_not_run_on_an_exit_signal_that_is_not_trapped(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.exit(SHUTDOWN)
    await ref.join()
    assert script.ended == []


async def test_an_exit_signal_of_anybody_but_the_parent_is_a_message_to_who_traps(
    system: System, flavour: Flavour
) -> None:
    ref, stranger = system.spawn(flavour.trapper), system.spawn(flavour.script)
    script = actor_of(ref)
    ref.exit(SHUTDOWN, source=stranger)
    await settle(system)
    assert ref.alive
    assert len(script.heard) == 1
    assert script.ended == []


async def test_mail_behind_a_stop_is_not_handled_and_its_callers_are_told(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.suspend()
    ref.cast(Tell(lambda script: script.stop(Failed("enough"))))
    ref.cast("behind")
    call = in_background(ref.call(Echo("behind, too")))
    await settle(system)
    ref.resume()
    with pytest.raises(ActorExited) as caught:
        await call
    assert caught.value.reason == Failed("enough")
    assert (script.heard, script.ended) == ([], [Failed("enough")])


@pytest.mark.parametrize("way", ["call", "cast", "info", "continue"])
async def test_terminate_runs_once_after_a_crash_in_any_handler(
    system: System, flavour: Flavour, way: str
) -> None:
    scripts: list[Script] = []

    def factory() -> Script:
        starting = Continue(Tell(raising)) if way == "continue" else None
        scripts.append(flavour.script(on_init=lambda _: starting))
        return scripts[0]

    ref = await system.start(factory)
    if way == "call":
        with pytest.raises(ActorExited):
            await ref.call(Ask(raising))
    elif way == "cast":
        ref.cast(Tell(raising))
    elif way == "info":
        ref.send(Tell(raising))
    reason = await ref.join()
    assert isinstance(reason, Crashed)
    assert scripts[0].ended == [reason]


# 15. What is news.


@pytest.mark.parametrize("reason", [NORMAL, SHUTDOWN, Shutdown("for the night")], ids=str)
async def test_orderly_ends_are_not_in_the_log(
    system: System, flavour: Flavour, reason: Shutdown
) -> None:
    with capture_logs() as logs:
        ref = system.spawn(flavour.script)
        ref.cast(Tell(lambda script: script.stop(reason)))
        assert await ref.join() == reason
    assert logs == []


async def test_a_crash_in_any_handler_is_logged_with_its_message(
    system: System, flavour: Flavour
) -> None:
    with capture_logs() as logs:
        for index in range(2):
            ref = system.spawn(flavour.script, name="fragile")
            ref.cast(Tell(raising)) if index else ref.send(Tell(raising))
            await ref.join()
    assert [(entry["event"], entry["actor"], entry["message"]) for entry in logs] == [
        ("actor.crashed", "fragile", "Tell")
    ] * 2
    assert all(entry["exc_info"] for entry in logs), "with its traceback"


# Faults seen in peers.


async def test_falsy_messages_come_by_every_road(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    for message in FALSY:

        def go_on(_: Script, first: object = message) -> Continue:
            return Continue(first)

        def reply(_: Script, sender: Sender, answer: object = message) -> object:
            sender.reply(answer)
            return NO_REPLY

        ref = await system.start(partial(flavour.script, on_init=go_on))
        ref.cast(message)
        ref.send(message)
        actor_of(ref).send_after(1.0, message)
        await clock.advance(1.0, system=system)
        assert await heard(ref) == (message,) * 4
        assert await ref.call(Ask(reply)) == message


async def test_a_task_may_return_what_is_falsy(system: System, flavour: Flavour) -> None:
    async def nothing() -> None:
        return

    ref = system.spawn(flavour.script)
    number = actor_of(ref).start_task(nothing())
    await settle(system)
    assert await heard(ref) == (TaskDone(number, None),)


async def test_a_task_goes_on_when_the_caller_it_works_for_is_cancelled(
    system: System, flavour: Flavour
) -> None:
    gate = asyncio.Event()

    async def work(script: Script, sender: Sender) -> None:
        await gate.wait()
        script.heard.append("worked")
        sender.reply("to nobody")

    def defer(script: Script, sender: Sender) -> object:
        script.start_task(work(script, sender))
        return NO_REPLY

    ref = system.spawn(flavour.script)
    call = in_background(ref.call(Ask(defer)))
    await settle(system)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    gate.set()
    await until(lambda: "worked" in actor_of(ref).heard)
    assert ref.alive


async def test_a_request_whose_caller_was_cancelled_before_its_turn_is_handled_all_the_same(
    system: System, flavour: Flavour
) -> None:
    done: list[str] = []
    ref = system.spawn(flavour.script)
    ref.suspend()
    call = in_background(ref.call(Ask(lambda _, __: done.append("work"))))
    await settle(system)
    call.cancel()
    await settle(system)
    ref.resume()
    await settle(system)
    assert done == ["work"]
    assert ref.alive


@pytest.mark.parametrize("way", ["call", "cast", "info"])
async def test_a_handler_that_library_code_cancels_crashes_and_does_not_fall_silent(
    system: System, flavour: Flavour, way: str
) -> None:
    def cancelled(*_: object) -> None:
        raise asyncio.CancelledError("by a library")

    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    if way == "call":
        with pytest.raises(ActorExited):
            await ref.call(Ask(cancelled))
    elif way == "cast":
        ref.cast(Tell(cancelled))
    else:
        ref.send(Tell(cancelled))
    reason = await ref.join()
    assert isinstance(reason, Crashed)
    assert isinstance(reason.error, asyncio.CancelledError)
    assert script.ended == [reason]
    assert system.telemetry.crashes == 1


async def test_awaiting_somebody_elses_cancelled_task_is_a_crash(system: System) -> None:
    async def await_cancelled(_: Script) -> None:
        inner = in_background(asyncio.Event().wait())
        asyncio.get_running_loop().call_soon(inner.cancel)
        await inner

    ref = system.spawn(AsyncScript)
    probe = Probe.spawn(system)
    probe.monitor(ref)
    ref.cast(Tell(await_cancelled))
    reason = await probe.assert_down(ref, Crashed)
    assert isinstance(reason, Crashed)
    assert isinstance(reason.error, asyncio.CancelledError)


async def test_a_plain_actor_killed_in_its_own_inline_call_ends_as_killed(system: System) -> None:
    def kill(script: Script, sender: Sender) -> str:
        script.ref.kill()
        return "unheard"

    ref = system.spawn(PlainScript)
    with pytest.raises(ActorExited) as caught:
        await ref.call(Ask(kill))
    assert caught.value.reason == KILLED
