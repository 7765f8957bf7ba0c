"""The pool of one registry: a waiting line in front of its sessions.

Each registry's limits are data (`RegistrySettings`). What the registry refuses to us as a client
(2501, a wrong password, too many sessions) becomes the pool's state, with a sentence that says
why; nothing of it is a crash, and nothing spends a restart. `Standing` keeps that state, `Roster`
the connections, and `Dispatcher` has the commands in hand.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog

from actors.epp.dispatcher import Again, Allowed, Dispatcher, Sweep
from actors.epp.health import RegistryHealth
from actors.epp.messages import (
    Declined,
    Drain,
    Execute,
    Health,
    LoggedIn,
    LoggedOut,
    LoginRefused,
    LogOut,
    Pause,
    Performed,
    SessionAnswered,
    SessionLimited,
    StateChanged,
    Unpause,
    Unwritable,
    Violated,
)
from actors.epp.meter import TICK_S
from actors.epp.outcomes import Unreachable
from actors.epp.report import registry_health
from actors.epp.settings import RegistrySettings
from protocols.epp import TransactionIds
from runtime import (
    NO_REPLY,
    Call,
    Continue,
    Down,
    Failed,
    Sender,
    TaskDone,
    TaskFailed,
)

log = structlog.get_logger("epp")


@dataclass(frozen=True, slots=True)
class _Begin:
    """Start or adopt the connections."""


@dataclass(frozen=True, slots=True)
class _Tick:
    """Five seconds of counters are full."""


class Pool(Dispatcher):
    """Hands commands to the idle session that rested longest, fairly between origins."""

    messages: ClassVar[tuple[type, ...]] = (Pause, Unpause, Health)

    def __init__(
        self, settings: RegistrySettings, *, tls: ssl.SSLContext, cltrids: TransactionIds
    ) -> None:
        super().__init__(settings, tls=tls, cltrids=cltrids)
        self._drains: list[Sender] = []
        self._drain_due_s = 0.0

    def init(self) -> Continue:
        """Set the counters up; the connections follow at once."""
        self._set_up()
        return Continue(_Begin())

    def handle_continue(self, message: object) -> None:
        """Start the connections, or adopt those that outlived a predecessor of this pool."""
        self._scribe.orphan()
        self.start_task(self._roster.begin())
        self.send_after(TICK_S, _Tick())

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Take commands and questions."""
        match request:
            case Execute():
                return self._take(request, sender)
            case Health():
                return self._health()
            case Drain(within_s=within_s):
                return self._begin_drain(within_s, sender)
            case _:
                return self.unhandled(request)

    def handle_cast(self, message: object) -> object:
        """Take what the connections report, and an administrator's wishes."""
        match message:
            case Performed():
                return self._performed(message)
            case SessionAnswered(code=code, elapsed_s=elapsed_s):
                return self._meter.session_answered(code, elapsed_s)
            case StateChanged():
                self._state_changed(message)
            case LoggedIn():
                self._logged_in(message)
            case Declined() | Unwritable():
                self._not_sent(message)
            case LoginRefused(code=code, message=text):
                self._lock_out(code, text)
            case SessionLimited() | LoggedOut():
                self._roster.session_over(message)
            case Violated(reason=reason):
                self._standing.protocol_errors += 1
                log.warning("frame.rejected", registry=self._settings.name, reason=reason)
            case Pause():
                self._standing.paused = True
            case Unpause():
                self._unpause()
            case _:
                return self.unhandled(message)
        return self._go_on()

    def handle_info(self, message: object) -> object:
        """Take timers, deaths of connections, and the ledger's answers."""
        match message:
            case TaskDone(task=task, value=value):
                self._written(task, value)
            case TaskFailed(task=task, error=error):
                self._task_failed(task, error)
            case Down():
                self._connection_down(message)
            case Sweep():
                self._sweep()
                self._check_drain(self.clock.monotonic())
            case _Tick():
                self._meter.tick(self.clock.monotonic())
                self.send_after(TICK_S, _Tick())
                return None
            case Again(job=number):
                self._again(number)
            case Allowed():
                self._rationed = False
            case _:
                return self.unhandled(message)
        return self._go_on()

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        counts = self._roster.counts()
        return {
            "state": self._standing.state(self._roster),
            "ready": counts.ready,
            "busy": counts.busy,
            "wanted": counts.wanted,
            "waiting": len(self._line),
        }

    def _go_on(self) -> None:
        """Something happened that is not a command's daily way: note it, and send what can be."""
        self._standing.log_change(self._roster)
        self._serve(self.clock.monotonic())
        if not self._sweeping and (self._jobs or self._drains):
            self._arm_sweep()

    # Connections.

    def _state_changed(self, message: StateChanged) -> None:
        self._roster.state_changed(message)
        why = self._standing.stays_out
        if why is not None and message.state != "draining":
            message.ref.cast(LogOut(why))

    def _logged_in(self, message: LoggedIn) -> None:
        self._roster.logged_in(message)
        if not self._roster.is_full and self._standing.stays_out is None:
            self.start_task(self._roster.fill())

    def _connection_down(self, message: Down) -> None:
        slot, job = self._roster.connection_down(message)
        match message.reason:
            case Failed(code="timed_out"):
                self._standing.timeouts += 1
            case _:
                pass
        if slot is not None and job is not None:
            self._lost(job, slot.last_exit or "connection lost")

    def _lock_out(self, code: int, text: str) -> None:
        """A wrong password is not tried twice: registries lock the account."""
        if self._standing.locked_out is not None:
            return
        why = self._standing.lock_out(code, text)
        self._roster.tell_all(LogOut(why))
        for job in self._line.remove_where(lambda _: True):
            self._give_up(job, Unreachable(self._settings.name, why, None))

    def _unpause(self) -> None:
        self._standing.paused = False
        if self._standing.locked_out is not None:
            self._standing.locked_out = None
            self.start_task(self._roster.renew())

    # Draining.

    def _begin_drain(self, within_s: float, sender: Sender) -> object:
        self._drains.append(sender)
        self._drain_due_s = self.clock.monotonic() + within_s
        self._standing.draining = True
        self._go_on()
        return NO_REPLY

    def _check_drain(self, now_s: float) -> None:
        if not self._drains:
            return
        late = now_s >= self._drain_due_s
        if self._jobs and not late:
            return
        if not self._standing.drained:
            self._standing.drained = True
            self._roster.tell_all(LogOut())
        if late or self._roster.ready == 0:
            drains, self._drains = self._drains, []
            for sender in drains:
                sender.reply(not self._jobs)

    # Health.

    def _health(self) -> RegistryHealth:
        return registry_health(
            self._settings,
            standing=self._standing,
            roster=self._roster,
            meter=self._meter,
            line=self._line,
            now_s=self.clock.monotonic(),
        )
