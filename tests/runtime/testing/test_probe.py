import pytest

from runtime import KILLED, Crashed, Down, Failed, System, Unhandled
from runtime.testing import Probe, VirtualClock, in_background, settle
from tests.runtime.scripts import Echo, Flavour, Nonsense, PlainScript, Tell, raising


async def test_a_probe_hands_out_what_it_got_by_kind(system: System) -> None:
    probe = Probe.spawn(system, answer=lambda request: (request, "answer"))
    assert await probe.ref.call(Echo(1)) == (Echo(1), "answer")
    probe.ref.cast("word")
    assert await probe.receive(str) == "word"
    assert await probe.receive(Echo) == Echo(1)
    waiting = in_background(probe.receive(int))
    await settle(system)
    probe.ref.cast("noise")
    probe.ref.send(7)
    assert await waiting == 7
    assert probe.seen == ["noise"]


async def test_a_probe_without_an_answer_understands_no_request(system: System) -> None:
    probe = Probe.spawn(system, name="probe")
    with pytest.raises(Unhandled):
        await system.call("probe", Nonsense())
    assert probe.assert_received(Nonsense) == Nonsense()


async def test_a_probe_waits_for_the_message_that_matches(system: System) -> None:
    probe = Probe.spawn(system)
    for number in range(5):
        probe.ref.cast(number)
    assert await probe.receive(int, matching=lambda number: number > 2) == 3
    assert probe.seen == [0, 1, 2, 4]


async def test_a_probe_says_what_came_instead(system: System) -> None:
    probe = Probe.spawn(system)
    probe.ref.cast("noise")
    with pytest.raises(AssertionError, match=r"no int within 0 s; there were \['noise'\]"):
        await probe.receive(int, within_s=0.0)
    with pytest.raises(AssertionError, match=r"no matching str; there were \['noise'\]"):
        probe.assert_received(str, matching=str.isupper)
    assert probe.assert_received(str) == "noise"


async def test_what_must_not_come_is_refused_with_the_message_that_came(system: System) -> None:
    probe = Probe.spawn(system)
    probe.ref.cast("word")
    await probe.refute_receive(int)
    await probe.refute_receive(str, matching=str.isupper)
    with pytest.raises(AssertionError, match="no str was to come: 'word'"):
        await probe.refute_receive(str)


async def test_what_must_not_come_in_time_is_waited_for_by_virtual_time(
    system: System, clock: VirtualClock
) -> None:
    probe = Probe.spawn(system)
    probe.send_after(10.0, "tick")
    await probe.refute_receive(str, within_s=9.0)
    assert clock.monotonic() == 9.0
    with pytest.raises(AssertionError, match="no str was to come: 'tick'"):
        await probe.refute_receive(str, within_s=1.0)


async def test_only_a_virtual_clock_can_say_that_nothing_comes_in_time() -> None:
    async with System() as system:
        probe = Probe.spawn(system)
        await probe.refute_receive(str)
        with pytest.raises(TypeError, match="VirtualClock"):
            await probe.refute_receive(str, within_s=1.0)


async def test_a_death_is_asserted_with_its_reason(system: System, flavour: Flavour) -> None:
    probe = Probe.spawn(system)
    killed, failed, crashed = (system.spawn(flavour.script) for _ in range(3))
    for ref in (killed, failed, crashed):
        probe.monitor(ref)
    killed.kill()
    failed.exit(Failed("lost"))
    crashed.cast(Tell(raising))
    assert isinstance(await probe.assert_down(crashed, Crashed), Crashed)
    assert await probe.assert_down(failed, Failed("lost")) == Failed("lost")
    assert await probe.assert_down(killed) == KILLED
    assert probe.seen == []


async def test_a_death_for_another_reason_is_told_with_both(system: System) -> None:
    probe = Probe.spawn(system)
    ref = system.spawn(PlainScript, name="victim")
    probe.monitor(ref)
    ref.kill()
    with pytest.raises(AssertionError, match=r"victim ended with Killed\(\), not Failed\(code="):
        await probe.assert_down(ref, Failed("lost"))
    with pytest.raises(AssertionError, match="no matching Down"):
        await probe.assert_down(system.spawn(PlainScript), within_s=0.0)
    await probe.refute_receive(Down)
