"""What an actor does when nothing comes: the idle time-out, hibernation, and going on by itself."""

from typing import ClassVar

import pytest

from runtime import SHUTDOWN, Continue, Crashed, System, Timeout
from runtime.process import Process
from runtime.testing import VirtualClock, settle
from tests.runtime.scripts import ASYNC, Ask, Echo, Flavour, Script, Tell, actor_of, heard, running


def pause(script: Script) -> None:
    script.idle_timeout(2.0)


async def test_an_idle_timeout_comes_when_nothing_else_did(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    ref.cast(Tell(pause))
    await clock.advance(1.9, system=system)
    assert actor_of(ref).heard == []
    await clock.advance(0.1, system=system)
    assert actor_of(ref).heard == [Timeout()]
    await clock.advance(10.0, system=system)
    assert actor_of(ref).heard == [Timeout()]


async def test_any_mail_cancels_an_idle_timeout(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(flavour.script)
    ref.cast(Tell(pause))
    ref.cast("at once")
    await clock.advance(3.0, system=system)
    await ref.call(Ask(lambda script, _: pause(script)))
    await clock.advance(1.0, system=system)
    assert await ref.call(Echo(1)) == 1
    await clock.advance(3.0, system=system)
    assert await heard(ref) == ("at once",)


async def test_an_idle_timeout_is_counted_from_the_last_handler_that_asked(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(lambda: flavour.script(on_init=pause))
    await clock.advance(1.5, system=system)
    ref.cast(Tell(pause))
    await clock.advance(1.5, system=system)
    assert actor_of(ref).heard == []
    await clock.advance(0.5, system=system)
    assert actor_of(ref).heard == [Timeout()]


async def test_continue_with_runs_before_any_mail_that_waits(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    ref.suspend()
    ref.cast(Tell(lambda script: script.continue_with("next")))
    ref.cast("mail")
    ref.resume()
    assert await ref.call(Ask(lambda script, _: script.continue_with("after the call"))) is None
    assert await heard(ref) == ("next", "mail", "after the call")


async def test_continue_with_works_from_info_and_continue_alike(
    system: System, flavour: Flavour
) -> None:
    def go_on(script: Script) -> None:
        script.continue_with(Tell(lambda inner: inner.continue_with("last")))

    ref = system.spawn(lambda: flavour.script(on_init=lambda _: Continue(Tell(go_on))))
    ref.send(Tell(go_on))
    assert await heard(ref) == ("last", "last")


async def test_the_dead_go_on_with_nothing(system: System, flavour: Flavour) -> None:
    ref = system.spawn(flavour.script)
    script = actor_of(ref)
    ref.kill()
    script.continue_with("never")
    await settle(system)
    assert script.heard == []


def hibernating(flavour: Flavour, after_s: float | None = None) -> type[Script]:
    class Bear(flavour.script):  # type: ignore[name-defined,misc]
        hibernate_after_s: ClassVar[float | None] = after_s

        def shrink(self) -> None:
            self.ended.append(SHUTDOWN)

    return Bear


async def test_hibernation_gives_back_what_can_be_made_anew(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(hibernating(flavour))
    assert isinstance(ref, Process)
    await ref.call(Echo(1))
    ref.cast(Tell(lambda script: script.hibernate()))
    await settle(system)
    assert (ref._mailbox, running(ref)) == (None, 0)
    assert actor_of(ref).ended == [SHUTDOWN]
    assert await ref.call(Echo(2)) == 2


async def test_who_has_mail_does_not_hibernate(system: System, flavour: Flavour) -> None:
    ref = system.spawn(hibernating(flavour))
    ref.cast(Tell(lambda script: script.hibernate()))
    ref.cast("mail")
    await settle(system)
    assert (actor_of(ref).ended, actor_of(ref).heard) == ([], ["mail"])


async def test_an_actor_hibernates_by_itself_after_being_idle(
    system: System, flavour: Flavour, clock: VirtualClock
) -> None:
    ref = system.spawn(hibernating(flavour, 10.0))
    script = actor_of(ref)
    ref.cast("mail")
    await clock.advance(10.0, system=system)
    assert script.ended == []
    await clock.advance(10.0, system=system)
    assert script.ended == [SHUTDOWN]
    await clock.advance(100.0, system=system)
    assert script.ended == [SHUTDOWN]
    assert await heard(ref) == ("mail",)


@pytest.mark.parametrize("by_itself", [True, False])
async def test_a_fault_in_shrinking_is_a_crash(
    system: System, flavour: Flavour, clock: VirtualClock, by_itself: bool
) -> None:
    class Broken(flavour.script):  # type: ignore[name-defined,misc]
        hibernate_after_s: ClassVar[float | None] = 1.0 if by_itself else None

        def shrink(self) -> None:
            raise ValueError("stuck")

    ref = system.spawn(Broken)
    ref.cast("mail" if by_itself else Tell(lambda script: script.hibernate()))
    await clock.advance(3.0, system=system)
    assert isinstance(ref.exit_reason, Crashed)


async def test_a_hibernated_async_actor_may_wait_in_a_handler_again(system: System) -> None:
    ref = system.spawn(hibernating(ASYNC))
    gate = system.loop.create_future()
    ref.cast(Tell(lambda script: script.hibernate()))
    await settle(system)
    ref.cast(Tell(lambda _: gate))
    await settle(system)
    assert running(ref) == 1
    gate.set_result(None)
    assert await heard(ref) == ()
