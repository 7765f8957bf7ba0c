"""What the ear at a process hears, and whom it tells."""

from runtime import System, sys
from runtime.debug_events import DebugEvent, Received
from runtime.process import Process
from runtime.testing import settle
from tests.runtime.scripts import PlainScript, Script, Tell, heard, raising


async def test_signals_name_whom_they_tell_of(system: System) -> None:
    ref = system.spawn(PlainScript)
    other = system.spawn(PlainScript, name="other")

    async def nothing() -> None:
        pass

    def prepare(script: Script) -> None:
        script.monitor(other)
        script.start_task(nothing())

    ref.cast(Tell(prepare))
    await settle(system)
    sys.start_log(system, ref, 20)
    other.kill()
    ref.cast(Tell(lambda script: script.start_task(nothing())))
    await settle(system)
    senders = {e.message: e.sender for e in sys.get_log(system, ref) if isinstance(e, Received)}
    assert senders["Down"] == "other"
    assert (senders["TaskDone"] or "").startswith("task ")


async def test_a_debug_function_hears_until_it_is_done(system: System) -> None:
    ref = system.spawn(PlainScript)
    seen: list[DebugEvent] = []

    def watch(event: DebugEvent) -> object:
        seen.append(event)
        return sys.DONE if len(seen) == 3 else None

    sys.install(system, ref, "watch", watch)
    assert sys.get_status(system, ref).debug == ("function watch",)
    for number in range(3):
        ref.cast(number)
    await settle(system)
    assert len(seen) == 3


async def test_a_debug_function_that_raises_is_removed_and_harms_nobody(system: System) -> None:
    ref = system.spawn(PlainScript)
    sys.install(system, ref, "broken", raising)
    ref.cast("mail")
    assert await heard(ref) == ("mail",)
    assert sys.remove(system, ref, "broken") is False
    assert isinstance(ref, Process)
    assert ref._debug is None, "the fast path is free again"


async def test_a_debug_function_can_be_taken_away(system: System) -> None:
    ref = system.spawn(PlainScript)
    seen: list[DebugEvent] = []
    sys.install(system, ref, "watch", seen.append)
    assert sys.remove(system, ref, "watch") is True
    ref.cast("mail")
    await settle(system)
    assert seen == []
