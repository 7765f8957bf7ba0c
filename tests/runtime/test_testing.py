from datetime import UTC, datetime
from functools import partial

import pytest

from runtime import Actor, System, testing
from runtime.testing import Probe, VirtualClock, behind, in_background, settle, turns, until
from tests.runtime.scripts import Echo


async def test_a_virtual_clock_rings_in_order_and_only_when_told() -> None:
    clock = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))
    rung: list[tuple[str, float]] = []

    def ring(name: str) -> None:
        rung.append((name, clock.monotonic()))

    for delay_s, name in ((3.0, "c"), (1.0, "a"), (2.0, "b"), (1.0, "a2")):
        clock.call_later(delay_s, partial(ring, name))
    clock.call_later(2.5, lambda: rung.append(("never", 0.0))).cancel()
    assert clock.pending == 4
    await clock.advance(2.5)
    assert rung == [("a", 1.0), ("a2", 1.0), ("b", 2.0)]
    assert clock.now() == datetime(2026, 3, 1, 0, 0, 2, 500_000, tzinfo=UTC)
    await clock.advance(1.0)
    assert rung[-1] == ("c", 3.0)
    assert clock.monotonic() == 3.5


async def test_an_alarm_may_set_another_within_the_same_advance() -> None:
    clock = VirtualClock()
    rung: list[float] = []

    def again() -> None:
        rung.append(clock.monotonic())
        clock.call_later(1.0, again)

    clock.call_later(1.0, again)
    await clock.advance(3.0)
    assert rung == [1.0, 2.0, 3.0]


async def test_settle_waits_until_nobody_has_anything_left_to_do(system: System) -> None:
    class Chain(Actor):
        done = 0

        async def handle_cast(self, message: object) -> None:
            assert isinstance(message, int)
            for _ in range(3):
                await turns()
            Chain.done += 1
            if message:
                self.ref.cast(message - 1)

    system.spawn(Chain).cast(20)
    await settle(system)
    assert Chain.done == 21


async def test_a_probe_hands_out_what_it_got_by_kind(system: System) -> None:
    ref = system.spawn(lambda: Probe(answer=lambda request: (request, "answer")))
    probe = behind(ref, Probe)
    assert await ref.call(Echo(1)) == (Echo(1), "answer")
    ref.cast("word")
    assert await probe.receive(str) == "word"
    assert await probe.receive(Echo) == Echo(1)
    waiting = in_background(probe.receive(int))
    await settle(system)
    ref.cast("noise")
    ref.send(7)
    assert await waiting == 7
    assert probe.seen == ["noise"]


async def test_a_probe_says_what_came_instead(system: System) -> None:
    ref = system.spawn(Probe)
    probe = behind(ref, Probe)
    ref.cast("noise")
    with pytest.raises(AssertionError, match=r"no int within 0 s; there were \['noise'\]"):
        await probe.receive(int, within_s=0.0)


async def test_waiting_for_what_never_comes_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(testing, "_TURNS", 10)
    with pytest.raises(AssertionError, match="never came to hold"):
        await until(lambda: False)
