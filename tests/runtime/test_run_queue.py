from functools import partial
from itertools import count

import pytest
from structlog.testing import capture_logs

from runtime import Actor, Call, Sender, System
from runtime.run_queue import BATCH, INLINE_CREDIT, TURN_S, RunQueue
from runtime.testing import VirtualClock, turns
from tests.runtime.scripts import Echo, PlainScript, Script, Tell


class Busy(Actor):
    """Always has mail: it sends itself the next message."""

    def __init__(self, turns: list[int], number: int) -> None:
        self._turns = turns
        self._number = number

    def handle_cast(self, message: object) -> None:
        self._turns[self._number] += 1
        self.ref.cast(message)


class AsyncBusy(Busy):
    async def handle_call(self, request: Call[object], sender: Sender) -> object:
        return self.unhandled(request)


class Stopwatch:
    """Time that passes by `step_s` at each look."""

    def __init__(self, step_s: float) -> None:
        self.step_s = step_s
        self._looks = count()

    def __call__(self) -> float:
        return next(self._looks) * self.step_s


@pytest.mark.parametrize("kind", [Busy, AsyncBusy])
async def test_ten_always_busy_actors_leave_the_loop_its_turns(
    clock: VirtualClock, kind: type[Busy]
) -> None:
    async with System(clock=clock) as system:
        done = [0] * 10
        for number in range(10):
            system.spawn(partial(kind, done, number)).cast("go")
        seen = 0
        while sum(done) < 30_000:
            await turns()
            seen += 1
        assert seen >= 5, "a timer would have waited for ever"
        assert min(done) >= 0.9 * max(done) - BATCH, "each gets the same share"


async def test_the_queue_gives_the_loop_back_when_its_time_is_up(clock: VirtualClock) -> None:
    async with System(clock=clock) as system:
        system.run_queue = RunQueue(system.loop, stopwatch=Stopwatch(0.6 * TURN_S))
        done = [0] * 10
        for number in range(10):
            system.spawn(partial(Busy, done, number)).cast("go")
        await turns()
        assert done == [BATCH, BATCH, *[0] * 8]
        assert not system.run_queue.idle
        await turns()
        assert done == [BATCH] * 4 + [0] * 6
        assert system.run_queue.turns == 2


async def test_who_holds_the_loop_up_is_named(clock: VirtualClock) -> None:
    async with System(clock=clock) as system:
        system.run_queue = RunQueue(system.loop, stopwatch=Stopwatch(0.2))
        ref = system.spawn(PlainScript, name="slow")
        with capture_logs() as logs:
            ref.cast("work")
            await turns()
    assert logs == [
        {"event": "loop.blocked", "log_level": "warning", "actor": "slow", "held_s": 0.2}
    ]
    assert system.run_queue.blocked == 1


async def test_an_actor_that_died_in_the_queue_is_passed_over(clock: VirtualClock) -> None:
    async with System(clock=clock) as system:
        one, two = system.spawn(PlainScript), system.spawn(PlainScript)
        one.cast(1)
        two.cast(Echo(1))
        one.kill()
        assert await two.call(Echo(2)) == 2


async def test_the_loop_survives_what_no_actor_may_catch(clock: VirtualClock) -> None:
    def leave(_: Script) -> None:
        raise KeyboardInterrupt

    async with System(clock=clock) as system:
        one, two = system.spawn(PlainScript), system.spawn(PlainScript)
        one.cast(Tell(leave))
        two.cast("mail")
        with pytest.raises(KeyboardInterrupt):
            system.run_queue._drain()
        assert await two.call(Echo(1)) == 1


async def test_inline_calls_spend_a_credit_that_each_turn_renews(clock: VirtualClock) -> None:
    async with System(clock=clock) as system:
        ref = system.spawn(PlainScript)
        for left in range(INLINE_CREDIT, 0, -1):
            assert system.run_queue.inline_credit == left
            await ref.call(Echo(1))
        await ref.call(Echo(1))
        assert system.run_queue.turns == 1
        assert system.run_queue.inline_credit == INLINE_CREDIT
