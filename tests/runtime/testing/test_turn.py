import pytest

from runtime import Actor, System
from runtime.testing import in_background, settle, turns, until


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


async def test_waiting_for_what_comes_to_hold_takes_the_turns_it_needs() -> None:
    seen: list[int] = []

    async def count() -> None:
        for number in range(5):
            await turns()
            seen.append(number)

    counting = in_background(count())
    await until(lambda: len(seen) == 3)
    assert seen == [0, 1, 2]
    await counting


async def test_waiting_for_what_never_comes_ends_with_an_error() -> None:
    with pytest.raises(AssertionError, match="never came to hold"):
        await until(lambda: False, limit=10)
