import asyncio

from runtime.pulse import BLOCKED_S, REMEMBERED, Pulse
from runtime.testing import turns


class Hand:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def run(pulse: Pulse, *steps_s: float, clock: Hand) -> None:
    """One loop on that selector, with a plain callback for each step, one in a turn."""

    async def work() -> None:
        for step_s in steps_s:
            clock.now_s += step_s
            await turns()

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(pulse)) as runner:
        runner.run(work())


def test_a_turn_that_takes_long_is_remembered_with_when_it_began() -> None:
    clock = Hand()
    pulse = Pulse(clock)
    run(pulse, 1.0, BLOCKED_S + 0.01, clock=clock)
    assert list(pulse.long_turns) == [(100.0, 1.0), (101.0, clock.now_s - 101.0)]


def test_a_turn_of_fifty_milliseconds_is_none_of_our_business() -> None:
    clock = Hand()
    pulse = Pulse(clock)
    run(pulse, 0.25 * BLOCKED_S, 0.5 * BLOCKED_S, clock=clock)
    assert not pulse.long_turns


def test_while_the_loop_waits_no_turn_is_under_way() -> None:
    pulse = Pulse(Hand())
    assert pulse.began_s is None
    seen: list[float | None] = []

    async def work() -> None:
        loop = asyncio.get_running_loop()
        gate = loop.create_future()

        def ask_from_outside() -> None:
            seen.append(pulse.began_s)
            loop.call_soon_threadsafe(gate.set_result, None)

        asking = loop.run_in_executor(None, ask_from_outside)
        await gate
        await asking
        seen.append(pulse.began_s)

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(pulse)) as runner:
        runner.run(work())
    assert seen[-1] == 100.0


def test_only_so_many_long_turns_are_kept() -> None:
    clock = Hand()
    pulse = Pulse(clock)
    run(pulse, *[1.0] * (REMEMBERED + 5), clock=clock)
    assert len(pulse.long_turns) == REMEMBERED
