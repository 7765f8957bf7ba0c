"""An event loop in a thread of its own, with a `runtime.System` and its playhouse on it."""

import asyncio
import threading
from concurrent.futures import Future

import structlog

from actors.thespian.caretaker import caretaker_of, dismiss
from actors.thespian.playhouse import Playhouse
from runtime import System

END_S = 10.0
"""How long `stop` waits for the thread; a handler that blocks the loop may hold it up."""

log = structlog.get_logger("thespian")


class LoopThread:
    """Started once, stopped once."""

    def __init__(self) -> None:
        self._ready: Future[Playhouse] = Future()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="thespian loop", daemon=True)

    def start(self) -> Playhouse:
        """Start the thread; returns when its loop runs. Raises what kept it from running."""
        self._thread.start()
        return self._ready.result()

    def stop(self) -> None:
        """End the loop and wait for the thread, unless this is the thread. Harmless twice."""
        house = self._ready.result()
        if self._thread.is_alive():
            house.system.loop.call_soon_threadsafe(self._over.set)
        if not house.crossing.here:
            self._thread.join(END_S)
        if self._thread.is_alive():
            log.warning("thespian.loop_lingers", waited_s=END_S)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _live(self) -> None:
        async with System() as system:
            house = Playhouse.of(system)
            caretaker_of(house)
            self._ready.set_result(house)
            await self._over.wait()
            await dismiss(house)
            house.crossing.close()
        house.threads.close()
