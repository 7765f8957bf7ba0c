import asyncio
from datetime import UTC, datetime
from functools import partial

import pytest

from runtime import CallTimeout, System
from runtime.testing import JumpingClock, Probe, VirtualClock, in_background, turns
from tests.runtime.scripts import Echo, Flavour, Tell, heard


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


async def test_who_sleeps_by_a_standing_clock_waits_for_somebody_to_advance_it() -> None:
    clock = VirtualClock()
    sleeping = in_background(clock.sleep(3_600.0))
    await clock.advance(3_599.0)
    assert not sleeping.done()
    await clock.advance(1.0)
    await sleeping
    cancelled = in_background(clock.sleep(1.0))
    await turns()
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert clock.pending == 0


async def test_time_jumps_to_the_next_alarm_when_nobody_has_anything_to_do() -> None:
    clock = JumpingClock()
    order: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        await turns(50)  # work takes turns of the loop, and no time
        order.append((name, clock.monotonic()))

    await asyncio.gather(sleep("late", 86_400.0), sleep("soon", 1.0), sleep("also soon", 1.0))
    assert order == [("soon", 1.0), ("also soon", 1.0), ("late", 86_400.0)]
    assert clock.pending == 0


async def test_time_stands_while_anybody_has_something_to_do() -> None:
    clock = JumpingClock()
    rung: list[float] = []
    clock.call_later(5.0, lambda: rung.append(clock.monotonic()))
    await turns(1_000)
    assert rung == []
    await clock.sleep(4.0)
    assert (rung, clock.monotonic()) == ([], 4.0)


async def test_what_the_sockets_bring_comes_before_the_jump() -> None:
    clock = JumpingClock()
    order: list[str] = []

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(4))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    clock.call_later(60.0, lambda: order.append("alarm"))
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"ping")
    order.append((await reader.readexactly(4)).decode())
    writer.close()
    await writer.wait_closed()
    await clock.sleep(61.0)
    server.close()
    await server.wait_closed()
    assert order == ["ping", "alarm"]


async def test_an_alarm_called_off_is_jumped_over() -> None:
    clock = JumpingClock()
    clock.call_later(1.0, lambda: None).cancel()
    alarm = clock.call_later(2.0, lambda: None)
    clock.call_later(0.5, alarm.cancel)
    await clock.sleep(3.0)
    assert clock.monotonic() == 3.0
    alarm = clock.call_later(1.0, lambda: None)
    alarm.cancel()
    await turns(10)
    assert clock.monotonic() == 3.0


async def test_the_last_alarm_called_off_while_it_is_watched_ends_the_watch() -> None:
    clock = JumpingClock()
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    alarm = clock.call_later(1.0, lambda: None)
    asyncio.get_running_loop().call_later(0, alarm.cancel)
    asyncio.get_running_loop().call_later(0, gone.set_result, None)
    await gone
    assert (clock.pending, clock.monotonic()) == (0, 0.0)


async def test_timers_and_time_outs_of_actors_just_come(flavour: Flavour) -> None:
    clock = JumpingClock()
    async with System(clock=clock) as system:
        ref = system.spawn(flavour.script)
        ref.cast(Tell(lambda script: script.send_after(3_600.0, "an hour later")))
        await clock.sleep(3_601.0)
        assert await heard(ref) == ("an hour later",)
        ref.suspend()
        with pytest.raises(CallTimeout):
            await ref.call(Echo(1))
        assert clock.monotonic() == 3_606.0


async def test_a_probe_receives_what_a_timer_sends_without_anybody_advancing() -> None:
    async with System(clock=JumpingClock()) as system:
        probe = Probe.spawn(system)
        probe.send_after(86_400.0, "tomorrow")
        assert await probe.receive(str) == "tomorrow"
