"""The way of a command through its pool.

Execute ── query ──────────────────────────► line ─► a session ─► Performed ─► caller
└─ transform ─► ledger (committed) ─┘             │
├ link lost: a query goes back to the
│ head of the line, a transform is
│ Unknown
└ 2400: a query waits and goes again
"""

import ssl
from dataclasses import dataclass

from actors.epp.fair_queue import FairQueue
from actors.epp.job import Job, Stage
from actors.epp.ledger import Begun, NotBegun
from actors.epp.messages import (
    Declined,
    Execute,
    Perform,
    Performed,
    Unwritable,
)
from actors.epp.meter import Meter
from actors.epp.outcomes import (
    DeadlinePassed,
    InvalidRequest,
    PoolOutcome,
    QueueFull,
    Unreachable,
)
from actors.epp.rate import Allowance
from actors.epp.roster import Roster
from actors.epp.scribe import Scribe
from actors.epp.settings import RegistrySettings
from actors.epp.standing import Standing
from protocols.epp import (
    CommandFailed,
    Hello,
    LocalProtocolError,
    Login,
    Logout,
    ResponseOutcome,
    ServerClosing,
    SessionLimitExceeded,
    TransactionIds,
    outcome_of,
)
from runtime import (
    NO_REPLY,
    Actor,
    CallError,
    NotRunning,
    Sender,
)

_SWEEP_S = 0.05
_RETRY_S = 0.2


@dataclass(frozen=True, slots=True)
class Sweep:
    """Look for deadlines that passed."""


@dataclass(frozen=True, slots=True)
class Again:
    """The pause of a query is over."""

    job: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """The registry's rate permits the next command."""


class Dispatcher(Actor):
    """The half of a `Pool` that has commands in hand; the other half looks after the sessions."""

    def __init__(
        self, settings: RegistrySettings, *, tls: ssl.SSLContext, cltrids: TransactionIds
    ) -> None:
        self._settings = settings
        self._tls = tls
        self._cltrids = cltrids
        self._line: FairQueue[Job] = FairQueue()
        self._jobs: dict[int, Job] = {}
        self._sent = 0
        """Of the jobs, those that a session has in hand."""
        self._sweeping = False
        self._rationed = False

    def _set_up(self) -> None:
        """What needs the clock."""
        now_s = self.clock.monotonic()
        self._meter = Meter(now_s)
        self._allowance = Allowance(self._settings.commands_per_minute, now_s)
        self._roster = Roster(self, self._settings, self._tls, self._cltrids)
        self._standing = Standing(self._settings)
        self._scribe = Scribe(self, self._settings)

    # Taking a command.

    def _take(self, request: Execute, sender: Sender) -> object:
        settings = self._settings
        command = request.command
        refusal = self._standing.refusal()
        if refusal is not None:
            return refusal
        if isinstance(command, Hello | Login | Logout):
            return InvalidRequest(settings.name, f"a {command.label} is for the pool to send")
        waiting = len(self._jobs) - self._sent
        if waiting >= settings.waiting_limit:
            return QueueFull(settings.name, waiting)
        now_s = self.clock.monotonic()
        job = Job(
            number=self.system.next_serial(),
            command=command,
            cltrid=self._cltrids.take(),
            origin=request.origin,
            due_s=now_s + request.deadline_s,
            deadline_s=request.deadline_s,
            taken_s=now_s,
            sender=sender,
        )
        if command.is_transform:
            refusal = self._write_down(job)
            if refusal is not None:
                return refusal
            self._jobs[job.number] = job
        else:
            self._jobs[job.number] = job
            self._line.put(job.origin, job)
            if self._roster.has_idle:
                self._serve(now_s)
        if not self._sweeping:
            self._arm_sweep()
        return NO_REPLY

    def _write_down(self, job: Job) -> PoolOutcome | None:
        """Ask the ledger; `_written` goes on. Nothing is sent before it is committed."""
        job.stage = Stage.WRITING_DOWN
        try:
            begun = self._scribe.begin(job)
        except LocalProtocolError as error:
            return InvalidRequest(self._settings.name, str(error))
        if begun:
            return None
        return Unreachable(self._settings.name, "the ledger is not running", 1.0)

    def _written(self, task: int, value: object) -> None:
        job = self._scribe.written(task)
        if job is None:
            return  # the task that started connections
        match value:
            case Begun() if job.stage is not Stage.WRITING_DOWN:
                self._scribe.unsent(job)  # the caller's time was up meanwhile
            case Begun() if self._standing.locked_out is not None:
                self._give_up(
                    job, Unreachable(self._settings.name, self._standing.locked_out, None)
                )
            case Begun():
                self._enqueue(job)
            case NotBegun(why=why):
                self._finish(job, Unreachable(self._settings.name, f"ledger: {why}", 1.0))
            case _:
                raise TypeError(f"the ledger answered {value!r}")

    def _task_failed(self, task: int, error: BaseException) -> None:
        job = self._scribe.written(task)
        if job is None or not isinstance(error, CallError):
            raise error
        if not isinstance(error, NotRunning):
            self._scribe.unsent(job)  # it may be written; it was certainly not sent
        self._finish(job, Unreachable(self._settings.name, f"ledger: {error}", 1.0))

    def _enqueue(self, job: Job, *, first: bool = False) -> None:
        job.stage = Stage.WAITING
        self._line.put(job.origin, job, first=first)

    # Sending.

    def _serve(self, now_s: float) -> None:
        """Send what can be sent, and note how many sessions are busy."""
        line, roster = self._line, self._roster
        while line and roster.has_idle and not self._rationed:
            wait_s = self._allowance.take(now_s)
            if wait_s:
                self._rationed = True
                self.send_after(wait_s, Allowed())
                break
            self._send(line.take(), now_s)
        self._meter.sessions(now_s, ready=roster.ready, busy=roster.busy)

    def _send(self, job: Job, now_s: float) -> None:
        if job.is_forsaken:
            self._finish(job, self._too_late(job))
            return
        if job.sends:
            job.cltrid = self._cltrids.take()  # ids are never used twice
        job.stage = Stage.SENT
        job.sends += 1
        self._sent += 1
        slot = self._roster.hand_out(job, now_s)
        assert slot.ref is not None
        slot.ref.cast(Perform(job.number, job.command, job.cltrid))

    def _not_sent(self, message: Declined | Unwritable) -> None:
        """The connection gave a command back: it takes none any more, or not this one."""
        job = self._roster.gave_back(message.slot, message.job)
        if isinstance(message, Unwritable):
            self._roster.free(message.slot)
        if job is None:
            return
        if job.stage is not Stage.SENT:
            self._scribe.unsent(job)  # reported as unknown when its time was up: it is not
            return
        self._sent -= 1
        job.sends -= 1
        if isinstance(message, Unwritable):
            self._give_up(job, InvalidRequest(self._settings.name, message.reason))
        else:
            self._enqueue(job, first=True)

    # Answers.

    def _performed(self, message: Performed) -> None:
        now_s = self.clock.monotonic()
        outcome = outcome_of(message.response)
        job = self._roster.performed(message, now_s)
        if job is None:
            worst = message.response.worst
            self._scribe.settle(message.cltrid, worst.code, worst.message)
        else:
            self._answered(job, outcome, message)
        self._serve(now_s)

    def _answered(self, job: Job, outcome: ResponseOutcome, message: Performed) -> None:
        worst = message.response.worst
        command = job.command
        self._meter.answered(command.command_class, worst.code, message.elapsed_s)
        match outcome:
            case ServerClosing() | SessionLimitExceeded():
                self._lost(job, f"the registry closed ({worst.code} {worst.message})")
                return
            case CommandFailed() if job.may_be_sent_again and job.stage is Stage.SENT:
                self._sent -= 1
                job.stage = Stage.RETRYING
                self.send_after(_RETRY_S * 2.0 ** (job.sends - 1), Again(job.number))
                return
            case _:
                if command.is_transform:
                    self._scribe.settle(job.cltrid, worst.code, worst.message)
                self._finish(job, outcome)

    def _again(self, number: int) -> None:
        job = self._jobs.get(number)
        if job is not None and job.stage is Stage.RETRYING:
            self._enqueue(job, first=True)

    def _lost(self, job: Job, reason: str) -> None:
        """The link died under a command: repeat a query, never a transform."""
        if job.stage is not Stage.SENT:
            return  # its caller's time was up before
        if job.command.is_transform:
            self._finish(job, self._scribe.unknown(job, reason))
        elif job.may_be_sent_again:
            self._sent -= 1
            self._enqueue(job, first=True)
        else:
            self._finish(job, Unreachable(self._settings.name, reason, _RETRY_S))

    def _finish(self, job: Job, outcome: PoolOutcome) -> None:
        if job.stage is Stage.SENT:
            self._sent -= 1
        job.stage = Stage.ANSWERED
        self._jobs.pop(job.number, None)
        job.sender.reply(outcome)

    def _give_up(self, job: Job, outcome: PoolOutcome) -> None:
        """It was not sent and will not be."""
        if job.command.is_transform:
            self._scribe.unsent(job)
        self._finish(job, outcome)

    # Deadlines.

    def _arm_sweep(self) -> None:
        self._sweeping = True
        self.send_after(_SWEEP_S, Sweep())

    def _sweep(self) -> None:
        self._sweeping = False
        now_s = self.clock.monotonic()
        for job in self._line.remove_where(lambda job: job.due_s <= now_s):
            self._give_up(job, self._too_late(job))
        for job in [job for job in self._jobs.values() if job.due_s <= now_s]:
            match job.stage:
                case Stage.SENT if job.command.is_transform:
                    # The answer may still come and settle it; the caller must not wait for it.
                    why = "no answer within the caller's deadline"
                    self._finish(job, self._scribe.unknown(job, why))
                case _:
                    self._finish(job, self._too_late(job))

    def _too_late(self, job: Job) -> PoolOutcome:
        """Time was up; when there is no session at all, say that instead."""
        if self._roster.ready == 0:
            why = self._standing.why(self._roster) or "no session is ready"
            return Unreachable(self._settings.name, why, self._roster.next_retry_in_s())
        return DeadlinePassed(self._settings.name, job.deadline_s)
