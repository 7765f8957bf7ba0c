"""The thread that looks at the loop while nobody on the loop can.

It looks at the pulse every 40 ms, at the frames only when a turn is under way, and says who held
the loop (`runtime.lookout`). A second thread does the saying: where the log's own pipe is what the
loop hangs on, the watchdog still answers at its door. The door is how people outside ask when the
loop does not answer them.
"""

import select
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import structlog

from runtime.culprit import Culprit
from runtime.lookout import STUCK_S, Lookout, LoopBlocked, LoopStuck
from runtime.outlook import Outlook, outlook
from runtime.pulse import Pulse

if TYPE_CHECKING:
    from runtime.system import System

LEAVE_S: Final = 2.0
"""How long `stop` waits for each of the two threads."""

log = structlog.get_logger("runtime")


class Door(Protocol):
    """Where the watchdog is asked from outside; used from its thread alone."""

    def fileno(self) -> int:
        """What becomes readable when somebody is there."""
        ...

    def answer(self, look: Callable[[], Outlook]) -> None:
        """Tell one visitor how things stand. Must neither raise nor take long."""
        ...


class Watchdog:
    """Watches the loop on which it is made. `with Watchdog(system, pulse): …`."""

    def __init__(self, system: "System", pulse: Pulse, *, door: Door | None = None) -> None:
        """`pulse` has to be the selector of the system's loop."""
        self._system = system
        self._door = door
        self._loop_thread = threading.get_ident()
        self._lookout = Lookout(pulse, self._frame)
        self._findings: SimpleQueue[LoopBlocked | LoopStuck | None] = SimpleQueue()
        self._stopping = False
        self._threads = tuple(
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("watchdog", self._watch), ("watchdog says", self._say_all))
        )

    def start(self) -> None:
        """Watch from now on."""
        self._system.run_queue.watched = True
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Watch no more. Returns when what was found has been said."""
        self._stopping = True
        watching, saying = self._threads
        watching.join(LEAVE_S)
        self._findings.put(None)
        saying.join(LEAVE_S)
        self._system.run_queue.watched = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def outlook(self) -> Outlook:
        """How things stand. From any thread."""
        held_s = self._lookout.held_s(monotonic())
        return outlook(self._system, self._frame(), held_s=held_s, stuck=held_s >= STUCK_S)

    def _frame(self) -> FrameType | None:
        return sys._current_frames().get(self._loop_thread)

    def _watch(self) -> None:
        visitors = select.poll()
        if self._door is not None:
            visitors.register(self._door.fileno(), select.POLLIN)
        try:
            while not self._stopping:
                if visitors.poll(1_000 * self._lookout.next_look_s()) and self._door is not None:
                    self._door.answer(self.outlook)
                for finding in self._lookout.look(monotonic()):
                    self._findings.put(finding)
        except Exception:
            log.exception("watchdog.failed")

    def _say_all(self) -> None:
        while (finding := self._findings.get()) is not None:
            self._say(finding)

    def _say(self, finding: LoopBlocked | LoopStuck) -> None:
        match finding:
            case LoopBlocked(culprit=Culprit(actor=actor, function=function), held_s=held_s):
                self._system.telemetry.blocked(actor, function, held_s)
            case LoopBlocked(held_s=held_s):
                self._system.telemetry.blocked(None, None, held_s)
            case LoopStuck(culprit=culprit, held_s=held_s):
                now = self.outlook()
                log.error(
                    "loop.stuck",
                    actor=culprit.actor,
                    function=culprit.function,
                    held_s=round(held_s, 3),
                    stack=now.stack,
                )
                _write_stacks(now)


def _write_stacks(now: Outlook) -> None:
    """One line for each actor and each task."""
    for actor in now.actors:
        awaits = [task.awaits for task in actor.tasks]
        log.error(
            "stack.written",
            actor=actor.path,
            state=actor.state,
            mailbox=actor.mailbox,
            awaits=awaits,
        )
    for task in now.tasks:
        log.error("stack.written", task=task.name, awaits=task.awaits)
