"""The connections of a pool: who is there, who is free, and who has what in hand."""

import ssl
from collections import deque
from collections.abc import Iterator
from functools import partial

from actors.epp.connection import Connection
from actors.epp.health import ConnectionHealth, SessionCounts
from actors.epp.job import Job
from actors.epp.messages import (
    Introduce,
    LoggedIn,
    LoggedOut,
    Performed,
    SessionLimited,
    StateChanged,
)
from actors.epp.settings import RegistrySettings
from actors.epp.slot import Slot
from protocols.epp import TransactionIds
from runtime import Actor, Backoff, ChildSpec, Down, Ref, StartChild, TerminateChild

_PATIENCE_S = 10.0
_BACKOFF = Backoff(initial_s=0.2, maximum_s=30.0)


class Roster:
    """One `Slot` per session that the configuration asks for. Owned by one pool.

    The first connection logs in alone: with a wrong password ten at once would be ten wrong
    logins, and the account be locked. When its session is there, `fill` starts the others.
    """

    def __init__(
        self, pool: Actor, settings: RegistrySettings, tls: ssl.SSLContext, cltrids: TransactionIds
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._tls = tls
        self._cltrids = cltrids
        self._idle: deque[Slot] = deque()
        self._slots = {
            number: Slot(number, f"{settings.path}/connections/{number}")
            for number in range(1, settings.sessions + 1)
        }
        self.ready = 0
        """Sessions that are logged in."""
        self.busy = 0
        """Of those, the ones with a command in hand."""
        self.is_full = False
        """Whether all connections have been started, or are about to be."""

    def __getitem__(self, number: int) -> Slot:
        return self._slots[number]

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots.values())

    # Starting and stopping: coroutines for `start_task`.

    async def begin(self) -> None:
        """Start the first connection; or all, when some live that a predecessor had started."""
        system = self._pool.system
        if any(system.whereis(slot.path) is not None for slot in self):
            await self.fill()
        else:
            await self._start(self._slots[1])

    async def fill(self) -> None:
        """Start a connection for each slot; introduce ourselves to those that live already."""
        self.is_full = True
        for slot in self:
            await self._start(slot)

    async def _start(self, slot: Slot) -> None:
        supervisor = self._pool.system.lookup(f"{self._settings.path}/connections")
        start = partial(
            Connection, self._settings, slot=slot.number, tls=self._tls, cltrids=self._cltrids
        )
        spec = ChildSpec(id=str(slot.number), start=start, backoff=_BACKOFF, shutdown=2.0)
        await supervisor.call(StartChild(spec), timeout_s=_PATIENCE_S)
        living = self._pool.system.whereis(slot.path)
        if living is not None and slot.ref is None:
            living.cast(Introduce())

    async def renew(self) -> None:
        """Stop them all and begin again."""
        self.is_full = False
        supervisor = self._pool.system.lookup(f"{self._settings.path}/connections")
        for slot in self:
            await supervisor.call(TerminateChild(str(slot.number)), timeout_s=_PATIENCE_S)
        await self.begin()

    def tell_all(self, message: object) -> None:
        """Cast to every living connection."""
        for slot in self:
            if slot.ref is not None:
                slot.ref.cast(message)

    # What connections report.

    def state_changed(self, message: StateChanged) -> None:
        """Note the state; a slot that is idle and has nothing in hand is free again."""
        slot = self._meet(message.slot, message.ref)
        now_s = self._pool.clock.monotonic()
        slot.state = message.state
        slot.since_s = now_s
        slot.why = message.why or slot.why
        slot.retry_at_s = None if message.retry_in_s is None else now_s + message.retry_in_s
        match message.state:
            case "idle":
                slot.limited = False
                slot.why = None
                self._free(slot)
            case "hello":
                self._withdraw(slot)
            case "connecting" | "greeting" | "login" | "backing_off" | "draining":
                self._retire(slot)
            case "busy":
                pass

    def logged_in(self, message: LoggedIn) -> None:
        """A session is there."""
        slot = self._meet(message.slot, message.ref)
        now_s = self._pool.clock.monotonic()
        if not slot.ready:
            slot.ready = True
            self.ready += 1
            self.busy += slot.job is not None
        slot.logins += 1
        slot.remote = message.remote
        slot.tls = message.tls
        slot.last_use_s = slot.since_s = now_s
        slot.logged_in_s = now_s - message.age_s
        slot.commands = message.commands

    def session_over(self, message: SessionLimited | LoggedOut) -> None:
        """A session ended as asked, or was refused for a limit."""
        slot = self._meet(message.slot, message.ref)
        slot.limited = isinstance(message, SessionLimited)
        if isinstance(message, SessionLimited):
            slot.last_code = message.code
        self._retire(slot)

    def performed(self, message: Performed, now_s: float) -> Job | None:
        """Note an answer, free the slot, return the job it belongs to.

        None when that job is not ours: a predecessor of this pool had sent it.
        """
        slot = self._slots[message.slot]
        slot.commands += 1
        slot.last_code = message.response.code
        slot.last_cltrid = message.cltrid
        slot.last_use_s = slot.since_s = now_s
        slot.state = "idle"
        job = self._take_from(slot)
        if not message.takes_more:
            self._retire(slot)
        elif slot.ready:
            self._idle.append(slot)
        return job if job is not None and job.number == message.job else None

    def gave_back(self, number: int, job_number: int) -> Job | None:
        """The connection did not send its command: return that job, if it is in its hands."""
        slot = self._slots[number]
        if slot.job is None or slot.job.number != job_number:
            return None
        return self._take_from(slot)

    def connection_down(self, message: Down) -> tuple[Slot | None, Job | None]:
        """A connection died: note why; return its slot and what it had in hand."""
        for slot in self:
            if slot.monitor == message.monitor:
                break
        else:
            return None, None
        job = self._take_from(slot)
        self._retire(slot)
        slot.ref = slot.monitor = None
        slot.state = "backing_off"
        slot.retry_at_s = None
        slot.since_s = self._pool.clock.monotonic()
        slot.last_exit = slot.why = str(message.reason)
        slot.last_exit_at = self._pool.clock.now()
        slot.restarts += 1
        slot.was_lost = True
        return slot, job

    def _meet(self, number: int, ref: Ref) -> Slot:
        """The slot of that number, knowing (and monitoring) its present connection.

        What a predecessor of this pool saw of that place, its supervisor remembers.
        """
        slot = self._slots[number]
        if slot.ref is not ref:
            slot.ref = ref
            slot.monitor = self._pool.monitor(ref)
            seen = ref.snapshot()
            slot.restarts = max(slot.restarts, seen.restarts)
            slot.last_exit = slot.last_exit or seen.last_exit
        return slot

    # Handing out.

    @property
    def has_idle(self) -> bool:
        """Whether a session is free."""
        return bool(self._idle)

    def hand_out(self, job: Job, now_s: float) -> Slot:
        """Give a job to the session that rested longest. Raises IndexError when none is free."""
        slot = self._idle.popleft()
        slot.job = job
        slot.since_s = now_s
        self.busy += 1
        return slot

    def free(self, number: int) -> None:
        """The connection gave its command back and is as idle as before."""
        self._free(self._slots[number])

    def _free(self, slot: Slot) -> None:
        if slot.ready and slot.job is None and slot not in self._idle:
            self._idle.append(slot)

    def _take_from(self, slot: Slot) -> Job | None:
        job, slot.job = slot.job, None
        if job is not None and slot.ready:
            self.busy -= 1
        return job

    def _withdraw(self, slot: Slot) -> None:
        if slot in self._idle:
            self._idle.remove(slot)

    def _retire(self, slot: Slot) -> None:
        """No session is there any more. What it has in hand stays there until it is heard of."""
        self._withdraw(slot)
        if slot.ready:
            self.ready -= 1
            self.busy -= slot.job is not None
        slot.log_out()

    # Looking.

    def counts(self) -> SessionCounts:
        """Sessions ready, busy, wanted and allowed."""
        allowed = len(self._slots)
        limited = sum(slot.limited for slot in self)
        return SessionCounts(self.ready, self.busy, wanted=allowed - limited, allowed=allowed)

    def reconnects(self) -> int:
        """Sessions established again since the pool started."""
        return sum(max(0, slot.logins - 1) for slot in self)

    @property
    def has_failed(self) -> bool:
        """Whether this pool's attempt to have a session has failed, or its session was lost."""
        return any(slot.was_lost or slot.why is not None for slot in self)

    def next_retry_in_s(self) -> float | None:
        """Seconds until a connection tries again; None when none is waiting."""
        now_s = self._pool.clock.monotonic()
        waits = [slot.retry_at_s - now_s for slot in self if slot.retry_at_s is not None]
        return max(0.0, min(waits)) if waits else None

    def reason(self) -> str | None:
        """What a connection that is not there said last."""
        return next((slot.why for slot in self if not slot.ready and slot.why), None)

    def health(self, now_s: float) -> tuple[ConnectionHealth, ...]:
        """One row per slot."""
        return tuple(slot.health(now_s) for slot in self)
