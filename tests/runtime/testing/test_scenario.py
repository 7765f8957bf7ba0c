import pytest

from runtime import ActorExited, Crashed, Failed, System
from runtime.testing import JumpingClock, Scenario, VirtualClock, expect, in_background, settle
from tests.runtime.scripts import Echo, Heard, ScriptError


async def test_a_scenario_answers_as_it_is_written(system: System) -> None:
    scenario = Scenario(
        expect(Echo, reply="one"),
        expect(str),
        expect(Echo, matching=lambda echo: echo.value == 2, reply=None),
    )
    ref = system.spawn(scenario)
    assert await ref.call(Echo(1)) == "one"
    assert not scenario.is_finished
    ref.send("info or cast")
    assert await ref.call(Echo(2)) is None
    scenario.assert_finished()
    await scenario.finished()
    assert scenario.came == [Echo(1), "info or cast", Echo(2)]
    assert scenario.report().startswith("the scenario was played: 3 of 3")


async def test_what_was_not_expected_is_shown_against_what_was(system: System) -> None:
    scenario = Scenario(
        expect(Echo, reply="one"),
        expect(Echo, matching=lambda echo: echo.value == 2, reply="two"),
        expect(Heard),
    )
    ref = system.spawn(scenario)
    await ref.call(Echo(1))
    with pytest.raises(AssertionError, match="expected Echo"):
        await ref.call(Echo(3))
    ref.cast("too late to mend it")
    with pytest.raises(AssertionError) as caught:
        await scenario.finished()
    assert str(caught.value) == (
        "the scenario broke at message 2: expected Echo (matching), came Echo(value=3)\n"
        "  1. Echo <- Echo(value=1)\n"
        "  2. Echo (matching) <- Echo(value=3)  (not as expected)\n"
        "  3. Heard"
    )


async def test_what_comes_after_the_end_was_not_expected(system: System) -> None:
    scenario = Scenario()
    ref = system.spawn(scenario)
    scenario.assert_finished()
    ref.cast("more")
    await settle(system)
    with pytest.raises(AssertionError, match="expected nothing more, came 'more'"):
        scenario.assert_finished()


async def test_a_message_of_another_kind_breaks_it(system: System) -> None:
    scenario = Scenario(expect(int))
    system.spawn(scenario).cast("text")
    with pytest.raises(AssertionError, match="at message 1: expected int, came 'text'"):
        await scenario.finished()


async def test_what_does_not_come_is_named(system: System) -> None:
    scenario = Scenario(expect(str), expect(int))
    ref = system.spawn(scenario)
    ref.cast("first")
    await settle(system)
    with pytest.raises(AssertionError) as caught:
        await scenario.finished(within_s=0.0)
    assert str(caught.value) == (
        "the scenario waits at step 2 of 2: expected int\n"
        "  1. str <- 'first'\n"
        "  2. int <- nothing came"
    )


async def test_a_scenario_waits_for_its_last_step(system: System) -> None:
    scenario = Scenario(expect(str), expect(int))
    ref = system.spawn(scenario)
    waiting = in_background(scenario.finished())
    await settle(system)
    ref.cast("first")
    await settle(system)
    assert not waiting.done()
    ref.cast(2)
    await waiting


async def test_a_reply_may_take_its_virtual_time(system: System, clock: VirtualClock) -> None:
    ref = system.spawn(
        Scenario(expect(Echo, reply="late", after_s=2.0), expect(Echo, reply="soon"))
    )
    late = in_background(ref.call(Echo(1)))
    await settle(system)
    assert await ref.call(Echo(2)) == "soon"
    await clock.advance(1.9, system=system)
    assert not late.done()
    await clock.advance(0.1, system=system)
    assert await late == "late"


async def test_a_scenario_goes_on_in_the_successor_of_who_crashed() -> None:
    scenario = Scenario(
        expect(Echo, crash=ScriptError("as told")),
        expect(Echo, crash=Failed("link_lost"), after_s=1.0),
        expect(Echo, reply="third time lucky"),
    )
    async with System(clock=JumpingClock()) as system:
        first = system.spawn(scenario, name="peer")
        with pytest.raises(ActorExited) as caught:
            await first.call(Echo(1))
        assert isinstance(caught.value.reason, Crashed)
        second = system.spawn(scenario, name="peer")
        with pytest.raises(ActorExited) as caught:
            await second.call(Echo(2))
        assert caught.value.reason == Failed("link_lost")
        third = system.spawn(scenario, name="peer")
        assert await third.call(Echo(3)) == "third time lucky"
    scenario.assert_finished()


async def test_a_step_without_a_reply_leaves_its_caller_waiting(system: System) -> None:
    ref = system.spawn(Scenario(expect(Echo)))
    call = in_background(ref.call(Echo(1)))
    await settle(system)
    assert not call.done()
    ref.kill()
    with pytest.raises(ActorExited):
        await call


def test_nobody_waits_for_the_reply_to_a_cast() -> None:
    with pytest.raises(TypeError, match="str is no Call: nobody waits for 'answer'"):
        expect(str, reply="answer")
