"""Doing nothing for a while, by an actor's own clock."""

import asyncio

from runtime import Clock


async def pause(clock: Clock, seconds: float) -> None:
    """Return when `seconds` have passed on `clock`."""
    over = asyncio.Event()
    timer = clock.call_later(seconds, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()
