"""The threads, on a real loop. Who waits, waits for what is said."""

import asyncio
import socket
import threading
from collections.abc import Callable
from functools import partial

from structlog.testing import capture_logs

from runtime import Outlook, System
from runtime.culprit import Culprit
from runtime.lookout import LoopBlocked, LoopStuck
from runtime.pulse import Pulse
from runtime.testing import until
from runtime.watchdog import Watchdog
from tests.runtime.scripts import AsyncScript, PlainScript, Script, Tell


def on_a_pulse(work: Callable[[Pulse], "asyncio.Future[None] | object"]) -> None:
    """Run a coroutine function on a loop of its own, whose selector is a pulse."""
    pulse = Pulse()

    async def main() -> None:
        coroutine = work(pulse)
        assert asyncio.iscoroutine(coroutine)
        await coroutine

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(pulse)) as runner:
        runner.run(main())


def hold(looked: threading.Event, _: Script) -> None:
    """Hold the loop until the watchdog has been at the door."""
    looked.wait(10.0)


class Doorbell:
    """Rings until it is answered: the loop is held for that long."""

    def __init__(self) -> None:
        self._inside, self._outside = socket.socketpair()
        self._outside.send(b"!")
        self.seen: list[Outlook] = []
        self.looked = threading.Event()

    def fileno(self) -> int:
        return self._inside.fileno()

    def answer(self, look: Callable[[], Outlook]) -> None:
        outlook = look()
        if outlook.culprit is not None and outlook.culprit.function.split(":")[1] == "hold":
            self.seen.append(outlook)
            self._inside.recv(1)
            self.looked.set()

    def close(self) -> None:
        self._inside.close()
        self._outside.close()


def test_the_door_is_answered_while_the_loop_is_held() -> None:
    bell = Doorbell()

    async def work(pulse: Pulse) -> None:
        async with System() as system:
            waiting = system.spawn(AsyncScript, name="waiting")
            waiting.cast("mail")
            with Watchdog(system, pulse, door=bell):
                assert system.run_queue.watched
                system.spawn(PlainScript, name="hog").cast(Tell(partial(hold, bell.looked)))
                await until(bell.looked.is_set)
            assert not system.run_queue.watched

    on_a_pulse(work)
    bell.close()
    (outlook,) = bell.seen
    assert outlook.culprit is not None
    assert outlook.culprit.actor == "hog"
    assert outlook.stack[-1].split(":")[0] == "threading"
    assert {actor.path for actor in outlook.actors} == {"hog", "waiting"}
    assert outlook.actors[0].path == "waiting", "who has a task comes first"
    assert len(outlook.tasks) == 1, "the test itself"


def test_what_is_found_is_logged_and_counted() -> None:
    async def work(pulse: Pulse) -> None:
        async with System() as system:
            watchdog = Watchdog(system, pulse)
            system.spawn(AsyncScript, name="a").cast("mail")
            await until(lambda: system.run_queue.idle)
            with capture_logs() as logs:
                seen = Culprit("hog", "rooms:hog:1", 1)
                watchdog._say(LoopBlocked(seen, 0.0714))
                watchdog._say(LoopBlocked(None, 0.06))
                watchdog._say(LoopStuck(seen, 5.001))
        assert logs[0] == {
            "event": "loop.blocked",
            "log_level": "warning",
            "actor": "hog",
            "function": "rooms:hog:1",
            "held_s": 0.071,
        }
        assert [entry["event"] for entry in logs[1:3]] == ["loop.blocked", "loop.stuck"]
        assert {entry["event"] for entry in logs[3:]} == {"stack.written"}
        assert system.telemetry.blockings["hog"].times == 1
        assert system.telemetry.blockings[""].longest_s == 0.06

    on_a_pulse(work)
