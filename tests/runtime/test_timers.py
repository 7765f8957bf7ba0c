from dataclasses import dataclass, field

from runtime.testing import VirtualClock, turns
from runtime.timers import COMPACT_AT, Deadlines


@dataclass
class Waiter:
    """Somebody waiting, as `Deadlines` sees it."""

    settled: bool = False
    expired: list[float] = field(default_factory=list[float])

    def expire(self, timeout_s: float) -> None:
        self.settled = True
        self.expired.append(timeout_s)


async def test_who_is_not_answered_in_time_expires_once(clock: VirtualClock) -> None:
    deadlines = Deadlines(clock)
    waiters = [Waiter() for _ in range(3)]
    for waiter in waiters:
        deadlines.watch(waiter, 2.0)
        await clock.advance(0.5)
    waiters[1].settled = True
    await clock.advance(0.5)
    assert [waiter.expired for waiter in waiters] == [[2.0], [], []]
    await clock.advance(5.0)
    assert [waiter.expired for waiter in waiters] == [[2.0], [], [2.0]]
    assert clock.pending == 0


async def test_each_timeout_has_its_own_line_and_one_timer(clock: VirtualClock) -> None:
    deadlines = Deadlines(clock)
    slow, fast = Waiter(), Waiter()
    for _ in range(10):
        deadlines.watch(Waiter(settled=True), 9.0)
    deadlines.watch(slow, 9.0)
    deadlines.watch(fast, 1.0)
    assert clock.pending == 2
    await clock.advance(1.0)
    assert (slow.expired, fast.expired) == ([], [1.0])
    await clock.advance(8.0)
    assert slow.expired == [9.0]


async def test_a_line_whose_calls_were_all_answered_goes_away(clock: VirtualClock) -> None:
    deadlines = Deadlines(clock)
    deadlines.watch(Waiter(settled=True), 1.0)
    await clock.advance(1.0)
    assert clock.pending == 0
    again = Waiter()
    deadlines.watch(again, 1.0)
    await clock.advance(1.0)
    assert again.expired == [1.0]


async def test_one_long_wait_does_not_keep_a_million_answered_calls(clock: VirtualClock) -> None:
    deadlines = Deadlines(clock)
    stuck = Waiter()
    deadlines.watch(stuck, 5.0)
    for _ in range(10 * COMPACT_AT):
        waiter = Waiter()
        deadlines.watch(waiter, 5.0)
        waiter.settled = True
    (line,) = deadlines._lines.values()
    assert len(line.entries) <= COMPACT_AT + 1
    await clock.advance(5.0)
    assert stuck.expired == [5.0]


async def test_close_drops_every_deadline(clock: VirtualClock) -> None:
    deadlines = Deadlines(clock)
    waiter = Waiter()
    deadlines.watch(waiter, 1.0)
    deadlines.close()
    await clock.advance(2.0)
    assert waiter.expired == []
    assert clock.pending == 0
    await turns()
