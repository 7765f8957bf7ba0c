"""Links, monitors, waiting for a death, and the announcement of deaths along all three."""

import asyncio
from collections import deque

from runtime.exits import NO_PROCESS, ExitReason
from runtime.inbox import Inbox
from runtime.mailbox import Info
from runtime.messages import Down
from runtime.ref import Ref
from runtime.state import DEAD, DYING


class Bonds:
    """Who hears of one process's death, and of whose death it hears. Made when first needed.

    Every bond is in both partners' books until one of them dies or undoes it.
    Dicts, not sets: deaths are announced in the order in which the bonds were made.
    """

    __slots__ = ("joiners", "links", "monitors", "watchers")

    def __init__(self) -> None:
        self.links: dict[Bonded, None] = {}
        self.monitors: dict[int, Bonded] = {}
        self.watchers: dict[int, Bonded] = {}
        self.joiners: list[asyncio.Future[None]] = []


class Bonded(Inbox):
    """The part of a `Process` that is tied to others' lives."""

    __slots__ = ("_bonds", "_reason")

    _bonds: Bonds | None
    _reason: ExitReason | None
    """Why it is to end, or has ended."""

    @property
    def exit_reason(self) -> ExitReason | None:
        """See `Ref.exit_reason`."""
        return self._reason if self._state >= DYING else None

    def bonds(self) -> Bonds:
        """The bonds of a process that is not dead."""
        bonds = self._bonds
        if bonds is None:
            bonds = self._bonds = Bonds()
        return bonds

    def link(self, other: Ref) -> None:
        """See `Actor.link`."""
        assert isinstance(other, Bonded)
        if self is other or self._state >= DYING:
            return
        if other._state >= DYING:
            self.exit(NO_PROCESS, source=other)
            return
        self.bonds().links[other] = None
        other.bonds().links[self] = None

    def unlink(self, other: Ref) -> None:
        """See `Actor.unlink`."""
        assert isinstance(other, Bonded)
        if self._bonds is not None and other in self._bonds.links:
            del self._bonds.links[other]
            del other.bonds().links[self]

    def monitor(self, other: Ref) -> int:
        """See `Actor.monitor`."""
        assert isinstance(other, Bonded)
        number = self.system.next_serial()
        if other._state == DEAD:
            self.send(Down(number, other, other.path, NO_PROCESS))
        elif self._state < DYING:
            self.bonds().monitors[number] = other
            other.bonds().watchers[number] = self
        return number

    def demonitor(self, monitor: int) -> None:
        """See `Actor.demonitor`."""
        target = None if self._bonds is None else self._bonds.monitors.pop(monitor, None)
        if target is not None:
            del target.bonds().watchers[monitor]
        for entry in tuple(self._mailbox or ()):
            match entry:
                case Info(message=Down(monitor=number)) if number == monitor:
                    self.take_back(entry)
                case _:
                    continue

    async def join(self, *, timeout_s: float | None = None) -> ExitReason:
        """See `Ref.join`."""
        if self._state != DEAD:
            future: asyncio.Future[None] = self.system.loop.create_future()
            self.bonds().joiners.append(future)
            timer = None
            if timeout_s is not None:
                timer = self.system.clock.call_later(timeout_s, lambda: _expire(future))
            try:
                await future
            finally:
                if timer is not None:
                    timer.cancel()
        assert self._reason is not None
        return self._reason

    def announce(self, reason: ExitReason) -> None:
        """Send the exit signals and the `Down`s of this death, and wake who waits for it."""
        bonds = self.bonds()
        self._bonds = None
        for other in bonds.links:
            del other.bonds().links[self]
            other.exit(reason, source=self)
        for number, watcher in bonds.watchers.items():
            del watcher.bonds().monitors[number]
            watcher.send(Down(number, self, self.path, reason))
        for number, target in bonds.monitors.items():
            del target.bonds().watchers[number]
        for joiner in bonds.joiners:
            if not joiner.done():
                joiner.set_result(None)


class Obituaries:
    """Announces deaths one after the other, so that a chain of links needs no deep recursion."""

    def __init__(self) -> None:
        self._pending: deque[tuple[Bonded, ExitReason]] = deque()
        self._announcing = False

    def publish(self, dead: Bonded, reason: ExitReason) -> None:
        """Tell links and monitors of `dead` now, or as soon as the present one is done."""
        self._pending.append((dead, reason))
        if self._announcing:
            return
        self._announcing = True
        try:
            while self._pending:
                one, why = self._pending.popleft()
                one.announce(why)
        finally:
            self._announcing = False


def _expire(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_exception(TimeoutError())
