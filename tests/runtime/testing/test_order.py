import inspect
from collections.abc import Callable
from typing import Any

import pytest

from runtime import KILLED, Actor, Ref, System
from runtime.testing import JumpingClock, Probe, SeededSystem, every_order, in_background, settle
from tests.runtime.scripts import AsyncScript, Echo, Flavour, PlainScript, Tell, heard


class Relay(Actor):
    def __init__(self, log: list[tuple[int, object]], number: int) -> None:
        self._log = log
        self._number = number

    def handle_cast(self, message: object) -> None:
        self._log.append((self._number, message))


class AsyncRelay(Relay):
    async def handle_info(self, message: object) -> None:
        self._log.append((self._number, message))


async def order_of(seed: int, kind: type[Relay]) -> list[tuple[int, object]]:
    log: list[tuple[int, object]] = []
    async with SeededSystem(seed) as system:

        def make(number: int) -> Callable[[], Relay]:
            return lambda: kind(log, number)

        refs = [system.spawn(make(number)) for number in range(5)]
        for message in range(3):
            for ref in refs:
                ref.cast(message)
        await settle(system)
    return log


@pytest.mark.parametrize("kind", [Relay, AsyncRelay])
async def test_a_seed_permutes_who_runs_and_keeps_each_ones_own_order(kind: type[Relay]) -> None:
    orders = [await order_of(seed, kind) for seed in range(10)]
    assert len({tuple(order) for order in orders}) > 5
    for order in orders:
        for number in range(5):
            assert [message for who, message in order if who == number] == [0, 1, 2]


@pytest.mark.parametrize("kind", [Relay, AsyncRelay])
async def test_the_same_seed_gives_the_same_order(kind: type[Relay]) -> None:
    for seed in (3, 4):
        assert await order_of(seed, kind) == await order_of(seed, kind)


async def test_a_planted_bug_of_order_is_found_and_its_seed_named() -> None:
    """Whoever spoke first was served first, in every order tried by hand; nobody promised it."""
    served: list[str] = []

    class Server(Actor):
        def handle_cast(self, message: object) -> None:
            assert isinstance(message, str)
            served.append(message)

    class Client(Actor):
        def __init__(self, server: Ref, name: str) -> None:
            self._server = server
            self._name = name

        def handle_cast(self, message: object) -> None:
            self._server.cast(self._name)

    async def first_come_first_served(system: System) -> None:
        served.clear()
        server = system.spawn(Server)
        first = system.spawn(lambda: Client(server, "first"))
        second = system.spawn(lambda: Client(server, "second"))
        first.cast("go")
        second.cast("go")
        await settle(system)
        assert served == ["first", "second"]

    async with System() as system:
        await first_come_first_served(system)  # the usual order hides it
    with pytest.raises(AssertionError) as caught:
        await every_order(seeds=20)(first_come_first_served)()
    (note,) = caught.value.__notes__
    seed = int(note.removeprefix("in the order of seed ").partition(":")[0])
    assert note == f"in the order of seed {seed}: every_order(seeds=[{seed}])"
    with pytest.raises(AssertionError):
        await every_order(seeds=[seed])(first_come_first_served)()


@every_order(seeds=10)
async def test_every_order_gives_a_test_its_system_and_its_fixtures(
    system: System, flavour: Flavour
) -> None:
    ref = system.spawn(flavour.script)
    for number in range(100):
        ref.cast(number)
    assert await heard(ref) == tuple(range(100))


@every_order(seeds=4, clock=JumpingClock)
async def test_every_order_takes_any_clock(system: System) -> None:
    probe = Probe.spawn(system)
    probe.send_after(60.0, "a minute later")
    assert await probe.receive(str) == "a minute later"


def test_the_system_is_no_fixture_of_such_a_test() -> None:
    test: Callable[..., Any] = test_every_order_gives_a_test_its_system_and_its_fixtures
    assert list(inspect.signature(test).parameters) == ["flavour"]


async def test_seeds_try_calls_inline_and_by_the_mailbox() -> None:
    for seed, inline in ((0, True), (1, False)):
        async with SeededSystem(seed) as system:
            ref = system.spawn(PlainScript)
            assert await ref.call(Echo(1)) == 1
            assert (system.run_queue.turns == 0) is inline
    async with SeededSystem(1, inline_calls=True) as system:
        assert system.inline_calls


@pytest.mark.parametrize("seed", range(4))
async def test_an_actor_that_dies_in_the_queue_stays_dead_under_every_seed(
    flavour: Flavour, seed: int
) -> None:
    async with SeededSystem(seed) as system:
        ref = system.spawn(flavour.script)
        ref.cast("mail")
        ref.kill()
        other = system.spawn(AsyncScript)
        assert await other.call(Echo(1)) == 1
        assert await ref.join() == KILLED


async def test_always_busy_actors_leave_the_loop_its_turns_under_a_seed() -> None:
    async with SeededSystem(1) as system:
        refs = [system.spawn(PlainScript) for _ in range(3)]

        def again(script: Any) -> None:
            script.ref.cast(Tell(again))

        for ref in refs:
            ref.cast(Tell(again))
        call = in_background(refs[0].call(Echo(1)))
        assert await call == 1
        assert system.run_queue.blocked == 0
