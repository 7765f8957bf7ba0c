"""`runtime.sys` on plain and async actors and on supervisors' kind, at rest and at work."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from runtime import (
    KILLED,
    NO_REPLY,
    NORMAL,
    Actor,
    ActorExited,
    Call,
    CallingSelf,
    CallTimeout,
    Failed,
    NotRunning,
    Ref,
    Sender,
    Shutdown,
    System,
    sys,
)
from runtime.debug_events import DebugEvent, Ended, Handled, Received, Replied, TimerRang
from runtime.process import Process
from runtime.redaction import HIDDEN
from runtime.testing import VirtualClock, in_background, settle, turns
from runtime.trace import Trace
from tests.runtime.scripts import (
    Ask,
    AsyncScript,
    Echo,
    Flavour,
    PlainScript,
    Script,
    Tell,
    actor_of,
    heard,
    raising,
)


@dataclass(frozen=True, slots=True)
class SignIn(Call[bool]):
    user: str
    password: str


class Account(Actor):
    """Has no facts, so that its public attributes are shown."""

    def __init__(self) -> None:
        self.balance = 5
        self.password: str | None = "hunter2"
        self._journal = ["opened"]

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        match request:
            case SignIn():
                return True
            case _:
                return NO_REPLY


class Discreet(Account):
    def format_status(self, state: Mapping[str, object]) -> Mapping[str, object]:
        return {"balance": "enough"}


class RicherAccount(Account):
    """The next version: counts in cents."""

    def code_change(self, previous: type[Actor], extra: object) -> object:
        assert isinstance(extra, int)
        self.balance = self.balance * extra
        return None


class Forgetful(Account):
    def code_change(self, previous: type[Actor], extra: object) -> object:
        del self.balance
        raise ValueError(previous.__name__)


def is_quiet(ref: Ref) -> bool:
    """Whether the fast path is free again."""
    return isinstance(ref, Process) and ref._debug is None


class Waiting:
    """An async actor in the middle of a handler."""

    def __init__(self, system: System) -> None:
        self.gate: asyncio.Future[None] = system.loop.create_future()
        self.ref = system.spawn(AsyncScript, name="busy")
        self.ref.cast(Tell(self._wait))

    async def _wait(self, script: Script) -> None:
        await self.gate
        script.heard.append("done")


@pytest.fixture
async def busy(system: System) -> Waiting:
    waiting = Waiting(system)
    await settle(system)
    return waiting


# State.


async def test_the_state_is_what_the_actor_says_of_itself(system: System, flavour: Flavour) -> None:
    system.spawn(flavour.script, name="a")
    assert await sys.get_state(system, "a") == {"heard": 0}


async def test_an_actor_without_facts_shows_its_public_attributes(system: System) -> None:
    ref = system.spawn(Account)
    assert await sys.get_state(system, ref) == {"balance": 5, "password": HIDDEN}
    assert dict(sys.get_status(system, ref).state) == {"balance": "5", "password": HIDDEN}


async def test_format_status_decides_what_is_shown(system: System) -> None:
    assert await sys.get_state(system, system.spawn(Discreet)) == {"balance": "enough"}


async def test_the_state_in_the_middle_of_a_handler_is_waited_for(
    system: System, busy: Waiting
) -> None:
    asking = in_background(sys.get_state(system, "busy"))
    await turns(3)
    assert not asking.done()
    busy.ref.cast("next")
    busy.gate.set_result(None)
    assert await asking == {"heard": 1}, "between this handler and the next"
    assert is_quiet(busy.ref)


async def test_a_request_whose_time_is_up_names_itself(
    system: System, clock: VirtualClock, busy: Waiting
) -> None:
    asking = in_background(sys.get_state(system, "busy", timeout_s=2.0))
    await clock.advance(2.0, system=system)
    with pytest.raises(CallTimeout, match=r"busy did not answer get_state within 2 s"):
        await asking
    assert is_quiet(busy.ref)
    busy.gate.set_result(None)
    assert await heard(busy.ref) == ("done",), "the actor goes on"


async def test_a_request_whose_asker_goes_away_leaves_nothing_behind(
    system: System, busy: Waiting
) -> None:
    asking = in_background(sys.replace_state(system, "busy", {"heard": []}))
    await turns()
    asking.cancel()
    await turns()
    assert is_quiet(busy.ref)


async def test_a_request_at_an_actor_that_dies_meanwhile_hears_why(
    system: System, busy: Waiting
) -> None:
    asking = in_background(sys.get_state(system, "busy"))
    await turns()
    busy.ref.kill()
    with pytest.raises(NotRunning) as caught:
        await asking
    assert caught.value.reason == KILLED


async def test_an_actor_in_its_init_is_waited_for(system: System) -> None:
    gate: asyncio.Future[None] = system.loop.create_future()
    starting = in_background(
        system.start(partial(AsyncScript, on_init=lambda _: gate), name="slow")
    )
    await turns(2)
    assert sys.get_status(system, "slow").actor.state == "starting"
    asking = in_background(sys.get_state(system, "slow"))
    await turns(2)
    assert not asking.done()
    gate.set_result(None)
    assert await asking == {"heard": 0}
    await starting


@pytest.mark.parametrize("by", ["ref", "path"])
async def test_the_dead_and_the_unknown_are_not_running(system: System, by: str) -> None:
    ref = system.spawn(PlainScript, name="gone")
    ref.kill()
    target = ref if by == "ref" else "gone"
    with pytest.raises(NotRunning):
        await sys.get_state(system, target)
    with pytest.raises(NotRunning):
        sys.get_status(system, target)


async def test_an_actor_cannot_wait_for_itself(system: System) -> None:
    ref = system.spawn(AsyncScript)

    async def look(_: Script, __: Sender) -> object:
        names: list[str] = []
        for request in (sys.get_state, sys.suspend, sys.terminate):
            try:
                await request(system, ref)
            except CallingSelf:
                names.append(request.__name__)
        return names

    assert await ref.call(Ask(look)) == ["get_state", "suspend", "terminate"]
    assert ref.alive


# Replacing it.


async def test_attributes_get_new_values(system: System) -> None:
    ref = system.spawn(Account)
    assert (await sys.replace_state(system, ref, {"balance": 7}))["balance"] == 7


async def test_a_function_may_change_the_actor(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)

    def clear(actor: Actor) -> None:
        assert isinstance(actor, Script)
        actor.heard = ["replaced"]

    assert await sys.replace_state(system, ref, clear) == {"heard": 1}
    assert await heard(ref) == ("replaced",)


@pytest.mark.parametrize("name", ["ballance", "process"])
async def test_an_attribute_that_does_not_exist_is_refused(system: System, name: str) -> None:
    ref = system.spawn(Account)
    with pytest.raises(sys.Unreplaceable, match=name) as caught:
        await sys.replace_state(system, ref, {"balance": 0, name: 1})
    assert caught.value.names == (name,)
    assert (await sys.get_state(system, ref))["balance"] == 5, "all or nothing"


async def test_a_function_that_raises_changes_nothing(system: System) -> None:
    ref = system.spawn(Account)

    def fail(actor: Actor) -> None:
        assert isinstance(actor, Account)
        actor.balance = 0
        raise KeyError("oops")

    with pytest.raises(KeyError):
        await sys.replace_state(system, ref, fail)
    assert (await sys.get_state(system, ref))["balance"] == 5
    assert ref.alive


async def test_a_change_that_had_to_wait_tells_its_error_to_who_asked(
    system: System, busy: Waiting
) -> None:
    asking = in_background(sys.replace_state(system, "busy", raising))
    await turns()
    busy.gate.set_result(None)
    with pytest.raises(Exception, match="as told"):
        await asking
    assert await heard(busy.ref) == ("done",)


# Status.


async def test_the_status_tells_bonds_timers_tasks_and_debts(system: System) -> None:
    other = system.spawn(PlainScript, name="other")
    ref = await system.start(PlainScript, name="a", parent=other)

    def prepare(script: Script) -> None:
        script.monitor(other)
        script.send_after(5.0, "tick")
        script.start_task(forever())

    async def forever() -> None:
        await system.loop.create_future()

    watcher = system.spawn(PlainScript, name="watcher")
    watcher.cast(Tell(lambda script: script.monitor(ref)))
    ref.cast(Tell(prepare))
    waiting = in_background(ref.call(Ask(lambda _, __: NO_REPLY)))
    await settle(system)
    status = sys.get_status(system, "a")
    assert (status.parent, status.links, status.monitors) == ("other", ("other",), ("other",))
    assert status.monitored_by == ("watcher",)
    assert (status.timers, status.unanswered, status.suspended) == (1, 1, False)
    (task,) = status.tasks
    assert task.name.startswith("a task ")
    assert task.awaits[-1].split(":")[1].endswith("forever")
    assert (status.debug, status.statistics, status.log) == ((), None, ())
    ref.kill()
    with pytest.raises(ActorExited):
        await waiting


async def test_the_status_of_a_busy_actor_tells_where_it_waits(
    system: System, busy: Waiting
) -> None:
    status = sys.get_status(system, busy.ref)
    assert status.actor.state == "running"
    assert [where.split(":")[1].rpartition(".")[2] for where in status.tasks[0].awaits][-1] == (
        "_wait"
    )


async def test_an_actor_alone_has_an_empty_status(system: System) -> None:
    status = sys.get_status(system, system.spawn(Account))
    assert (status.parent, status.links, status.tasks, status.timers) == (None, (), (), 0)
    assert (status.monitors, status.monitored_by) == ((), ())


# Suspending, resuming, ending.


async def test_a_suspended_actor_leaves_its_mail_and_still_answers_sys(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script, name="a")
    await sys.suspend(system, "a")
    ref.cast("mail")
    await settle(system)
    assert await sys.get_state(system, "a") == {"heard": 0}
    await sys.replace_state(system, "a", {"heard": ["replaced"]})
    status = sys.get_status(system, "a")
    assert (status.suspended, status.actor.state, status.actor.mailbox) == (True, "suspended", 1)
    sys.resume(system, "a")
    assert await heard(ref) == ("replaced", "mail")


async def test_suspending_returns_when_the_present_handler_is_done(
    system: System, busy: Waiting
) -> None:
    suspending = in_background(sys.suspend(system, busy.ref))
    busy.ref.cast("next")
    await turns(3)
    assert not suspending.done()
    busy.gate.set_result(None)
    await suspending
    await settle(system)
    assert actor_of(busy.ref).heard == ["done"]
    sys.resume(system, busy.ref)
    assert await heard(busy.ref) == ("done", "next")


async def test_a_suspension_that_had_no_time_to_wait_holds_all_the_same(
    system: System, clock: VirtualClock, busy: Waiting
) -> None:
    suspending = in_background(sys.suspend(system, busy.ref, timeout_s=1.0))
    await clock.advance(1.0, system=system)
    with pytest.raises(CallTimeout, match="suspend"):
        await suspending
    busy.gate.set_result(None)
    await settle(system)
    assert sys.get_status(system, busy.ref).actor.state == "suspended"


@pytest.mark.parametrize("suspended", [False, True])
async def test_terminate_comes_before_the_mail_that_waits(
    system: System, flavour: Flavour, *, suspended: bool
) -> None:
    ref = system.spawn(flavour.script)
    actor = actor_of(ref)
    if suspended:
        await sys.suspend(system, ref)
    ref.cast("mail")
    await sys.terminate(system, ref, Failed("asked", "by hand"))
    assert ref.exit_reason == Failed("asked", "by hand")
    assert (actor.heard, actor.ended) == ([], [Failed("asked", "by hand")])


async def test_terminate_waits_no_longer_than_it_may(
    system: System, clock: VirtualClock, busy: Waiting
) -> None:
    ending = in_background(sys.terminate(system, busy.ref, Shutdown(), timeout_s=1.0))
    await clock.advance(1.0, system=system)
    with pytest.raises(CallTimeout, match="terminate"):
        await ending
    busy.gate.set_result(None)
    assert await busy.ref.join() == Shutdown()


# Code.


async def test_a_suspended_actor_goes_on_as_one_of_another_class(system: System) -> None:
    ref = system.spawn(Account)
    await sys.suspend(system, ref)
    await sys.change_code(system, ref, RicherAccount, 100)
    sys.resume(system, ref)
    assert (await sys.get_state(system, ref))["balance"] == 500
    assert ref.snapshot().behaviour.endswith("RicherAccount")
    assert await ref.call(SignIn("ada", "x")) is True


async def test_a_change_of_code_that_fails_is_undone(system: System) -> None:
    ref = system.spawn(Account)
    await sys.suspend(system, ref)
    with pytest.raises(ValueError, match="Account"):
        await sys.change_code(system, ref, Forgetful)
    assert ref.snapshot().behaviour.endswith(".Account")
    assert (await sys.get_state(system, ref))["balance"] == 5


async def test_code_is_changed_only_while_suspended_and_never_from_plain_to_async(
    system: System,
) -> None:
    ref = system.spawn(PlainScript)
    with pytest.raises(sys.NotSuspended):
        await sys.change_code(system, ref, PlainScript)
    await sys.suspend(system, ref)
    with pytest.raises(TypeError, match="run differently"):
        await sys.change_code(system, ref, AsyncScript)
    assert await sys.change_code(system, ref, PlainScript) is None


# Statistics.


async def test_statistics_count_from_when_they_are_switched_on(
    system: System, clock: VirtualClock, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script, name="a")
    ref.cast("before")
    await settle(system)
    assert sys.statistics(system, "a") is None
    sys.start_statistics(system, "a")
    since = clock.now()
    await clock.advance(3.0)
    ref.cast("one")
    await ref.call(Echo(2))
    counted = sys.statistics(system, "a")
    assert counted is not None
    assert (counted.received, counted.handled, counted.calls, counted.replies) == (2, 2, 1, 1)
    assert (counted.since, counted.for_s) == (since, 3.0)
    assert sys.get_status(system, "a").debug == ("statistics",)
    sys.stop_statistics(system, "a")
    assert sys.statistics(system, "a") is None
    assert is_quiet(ref)


async def test_statistics_name_the_slowest_message(system: System, clock: VirtualClock) -> None:
    ref = system.spawn(AsyncScript)
    sys.start_statistics(system, ref)

    async def rest(seconds: float, _: Script) -> None:
        over = asyncio.Event()
        clock.call_later(seconds, over.set)
        await over.wait()

    ref.cast(Tell(partial(rest, 2.0)))
    ref.cast("quick")
    await clock.advance(2.0, system=system)
    counted = sys.statistics(system, ref)
    assert counted is not None
    assert (counted.slowest, counted.slowest_s, counted.busy_s) == ("Tell", 2.0, 2.0)


# The log.


async def test_the_log_keeps_the_last_events(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script, name="a")
    sys.start_log(system, "a", 3)
    assert sys.get_status(system, "a").debug == ("log of 3",)
    await ref.call(Echo(1))
    await ref.call(Echo(2))
    received, *others = sys.get_log(system, "a")
    assert isinstance(received, Received)
    assert (received.manner, received.message, received.content) == (
        "call",
        "Echo",
        "Echo(value=2)",
    )
    assert [type(event) for event in others] == [Replied, Handled]
    sys.start_log(system, "a", 1)
    assert sys.get_log(system, "a") == (others[-1],)
    sys.stop_log(system, "a")
    assert sys.get_log(system, "a") == ()
    assert is_quiet(ref)


async def test_the_log_can_be_printed(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    ref = system.spawn(PlainScript, name="a")
    sys.start_log(system, "a")
    ref.cast("hello")
    await settle(system)
    page = io.StringIO()
    sys.print_log(system, "a", page)
    assert [line.partition("(")[0] for line in page.getvalue().splitlines()] == [
        "Received",
        "Handled",
    ]
    sys.print_log(system, "a")
    assert capsys.readouterr().out == page.getvalue()


async def test_a_log_keeps_one_event_at_least(system: System) -> None:
    ref = system.spawn(PlainScript)
    with pytest.raises(ValueError, match="not 0"):
        sys.start_log(system, ref, 0)
    assert is_quiet(ref)


# Tracing.


async def gather(events: Trace) -> list[DebugEvent]:
    return [event async for event in events]


async def test_a_trace_shows_mail_replies_timers_and_the_end(
    system: System, flavour: Flavour
) -> None:
    asker = system.spawn(AsyncScript, name="asker")
    ref = system.spawn(flavour.script, name="a")

    async def ask(_: Script, __: Sender) -> object:
        return await ref.call(Echo(7))

    with sys.trace(system, "a") as events:
        await asker.call(Ask(ask))
        ref.send("signal")
        ref.cast(Tell(lambda script: script.send_after(0.0, "tick")))
        await settle(system)
        assert isinstance(system.clock, VirtualClock)
        await system.clock.advance(0.0, system=system)
        ref.request_stop()
        seen = await gather(events)
    received = [event for event in seen if isinstance(event, Received)]
    assert [(event.manner, event.message, event.sender) for event in received] == [
        ("call", "Echo", "asker"),
        ("info", "str", None),
        ("cast", "Tell", None),
        ("info", "str", None),
        ("stop", "Normal", None),
    ]
    (reply,) = [event for event in seen if isinstance(event, Replied)]
    assert (reply.to, reply.content) == ("asker", "7")
    (tick,) = [event for event in seen if isinstance(event, TimerRang)]
    assert tick.content == "'tick'"
    assert seen[-1] == Ended(system.clock.now(), "normal")


async def test_a_trace_never_shows_secrets(system: System) -> None:
    ref = system.spawn(Account)
    with sys.trace(system, ref, limit=3) as events:
        await ref.call(SignIn("ada", "hunter2"))
        seen = await gather(events)
    assert "hunter2" not in str(seen)
    assert isinstance(seen[0], Received)
    assert seen[0].content == f"SignIn(user='ada', password={HIDDEN})"


async def test_a_late_reply_is_traced(system: System) -> None:
    kept: list[Sender] = []

    def keep(_: Script, sender: Sender) -> object:
        kept.append(sender)
        return NO_REPLY

    ref = system.spawn(PlainScript)
    with sys.trace(system, ref, limit=3) as events:
        asking = in_background(ref.call(Ask(keep)))
        await settle(system)
        kept[0].reply("late")
        kept[0].reply("again")
        assert [type(event) for event in await gather(events)] == [Received, Handled, Replied]
        assert await asking == "late"


async def test_an_actor_is_rid_of_a_trace_that_ended(system: System) -> None:
    ref = system.spawn(PlainScript)
    with sys.trace(system, ref, limit=1), sys.trace(system, ref) as other:
        assert sys.get_status(system, ref).debug == ("trace", "trace")
        ref.cast("mail")
        await settle(system)
        assert sys.get_status(system, ref).debug == ("trace",)
        other.close()
        assert is_quiet(ref)


async def test_everything_can_be_switched_off_at_once(system: System) -> None:
    ref = system.spawn(PlainScript)
    sys.start_statistics(system, ref)
    sys.start_log(system, ref)
    sys.install(system, ref, "watch", lambda _: None)
    traces = [sys.trace(system, ref), sys.trace(system, ref)]
    sys.no_debug(system, ref)
    assert not any(each.active for each in traces)
    assert is_quiet(ref)


async def test_a_crash_ends_what_listens(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    with sys.trace(system, ref) as events:
        ref.cast(Tell(raising))
        seen = await gather(events)
    assert [type(event) for event in seen] == [Received, Ended]
    assert isinstance(seen[-1], Ended)
    assert seen[-1].reason == "ScriptError: as told"
    assert is_quiet(ref)


async def test_nothing_switched_on_outlives_its_actor(system: System) -> None:
    ref = system.spawn(PlainScript)
    with sys.trace(system, ref) as events:
        await ref.stop(NORMAL)
    assert [type(event) for event in await gather(events)][-1] is Ended
    with pytest.raises(NotRunning):
        sys.start_statistics(system, ref)
