"""What follows a child's death: the half of a supervisor that restarts.

Source: supervisor.erl, restart_child/3 to restart_multiple_children/3 and do_auto_shutdown/2.

    a child ended ──► not to be restarted ──► kept or forgotten ──► auto_shutdown?
        │
        ▼
    may it come back? (one more restart) ──► no: give up, exit with `shutdown`
        │ yes
        ▼
    stop the strategy's siblings, start all again in order
        │
        ▼
    one does not start: it is the one to retry, those after it wait for it; may it come back? …

The first restart of a healthy child happens at once, in the turn in which its death was heard.
A retry comes by a note to itself, behind the mail that waits, or after its back-off.
"""

from dataclasses import dataclass

from runtime import (
    SHUTDOWN,
    Actor,
    AutoShutdown,
    ChildFailed,
    ExitReason,
    Ignored,
    Restart,
    RestartRecord,
    is_orderly,
)
from supervisors import report
from supervisors.child import SupervisedChild, backoff_delay_s
from supervisors.intensity import Intensity
from supervisors.strategy import Strategy
from supervisors.table import ChildTable

_ONE_FOR_ONE = Strategy.ONE_FOR_ONE
_TEMPORARY = Restart.TEMPORARY


@dataclass(frozen=True, slots=True)
class TryRestart:
    """A note to itself: the restart of this child is due."""

    id: str
    cause: str
    attempt: int
    """Of the child; a note from an earlier attempt is stale."""


class Recovering(Actor):
    """An actor with a table of children that come back when they end."""

    def __init__(
        self,
        table: ChildTable,
        *,
        strategy: Strategy,
        intensity: Intensity,
        auto_shutdown: AutoShutdown,
    ) -> None:
        self.strategy = strategy
        self.intensity = intensity
        self.auto_shutdown = auto_shutdown
        self._table = table

    def intensity_label(self) -> str:
        """See `Actor.intensity_label`."""
        spent = self.intensity.spent(self.clock.monotonic())
        return f"{spent}/{self.intensity.allowed} in {self.intensity.period_s} s"

    # The two occasions: a death, and a note that a retry is due.

    async def _ended(self, child: SupervisedChild, reason: ExitReason) -> None:
        """`child` has died by itself."""
        now_s = self.clock.monotonic()
        cause = child.ended(reason, now_s)
        if not child.wants_restart(reason):
            self._ended_for_good(child, reason)
            return
        child.attempt += 1
        if not self._may_return(child, cause, now_s):
            return
        if child.attempt == 1:
            await self._restart(child, cause)
        else:
            await self._retry_later(child, cause)

    async def _retry(self, note: TryRestart) -> None:
        """The time of `note` has come; the child may be back, stopped or gone by now."""
        child = self._table.get(note.id)
        if child is not None and child.awaits(note.attempt):
            child.call_off()
            await self._restart(child, note.cause)

    # Coming back.

    def _may_return(self, child: SupervisedChild, cause: str, now_s: float) -> bool:
        """Count a restart. One too many ends the supervisor; those with a back-off never count."""
        child.state = "restarting"
        if child.spec.backoff is not None or self.intensity.spend(now_s):
            return True
        report.gave_up(self.path, child.spec.id, reason=cause, intensity=self.intensity_label())
        child.state = "stopped"
        self.stop(SHUTDOWN)
        return False

    async def _retry_later(self, child: SupervisedChild, cause: str) -> None:
        """Leave a note to try again: behind the waiting mail, or after the back-off."""
        note = TryRestart(child.spec.id, cause, child.attempt)
        backoff = child.spec.backoff
        if backoff is None:
            child.due = True
            self.ref.send(note)
            return
        await self._stop_bystanders(child)
        child.due = True
        delay_s = backoff_delay_s(backoff, child.attempt, self.random)
        child.timer = self.send_after(delay_s, note)

    async def _restart(self, child: SupervisedChild, cause: str) -> None:
        """Stop the strategy's siblings, then start them and the child again, in order.

        If one does not start, it becomes the one to retry, and those after it wait for it.
        """
        alone = self.strategy is _ONE_FOR_ONE
        for other in (child,) if alone else await self._stop_bystanders(child):
            why = cause if other is child else f"restarted with {child.spec.id} ({cause})"
            other.restarts += 1
            outcome = await self._table.start(other)
            self._record(other, why)
            if type(outcome) is ChildFailed:
                await self._failed_again(other, outcome.reason)
                return
            if other.spec.backoff is None:
                other.attempt = 0
            if type(outcome) is Ignored:
                self._leave_stopped(other)

    async def _failed_again(self, child: SupervisedChild, reason: ExitReason) -> None:
        child.last_exit = str(reason)
        child.attempt = max(1, child.attempt) + 1
        report.start_failed(child.path, reason=reason, attempt=child.attempt - 1)
        cause = f"start failed ({reason})"
        if self._may_return(child, cause, self.clock.monotonic()):
            await self._retry_later(child, cause)

    def _record(self, child: SupervisedChild, cause: str) -> None:
        """Remember an attempt: when, why, and how long the child was away if it is back."""
        system = self.process.system
        away_s = child.born_s - child.died_s if child.ref is not None else None
        system.telemetry.restarted(
            RestartRecord(child.path, system.clock.now(), cause, child.attempt or 1, away_s)
        )

    # Neighbours.

    def _with_bystanders(self, child: SupervisedChild) -> list[SupervisedChild]:
        """The child and those its strategy restarts with it, in start order."""
        if self.strategy is _ONE_FOR_ONE:
            return [child]
        rows = list(self._table)
        return rows if self.strategy is Strategy.ONE_FOR_ALL else rows[rows.index(child) :]

    async def _stop_bystanders(self, child: SupervisedChild) -> list[SupervisedChild]:
        """Stop those that go down with `child`, last first; returns who is to be started.

        A child that was stopped or ignored before stays so, other than in OTP: what an
        administrator stopped is not brought back by a neighbour's crash.
        """
        affected = self._with_bystanders(child)
        for other in reversed(affected):
            if other is child or other.state in {"stopped", "ignored"}:
                continue
            await self._table.stop((other,))
            other.state = "restarting"
            self._forget_temporary(other)
        return [
            other
            for other in affected
            if other.state == "restarting" and other.spec.restart is not _TEMPORARY
        ]

    def _hand_on(self, child: SupervisedChild) -> None:
        """`child` will not come back: restart those who waited for it, from the first on."""
        for other in self._with_bystanders(child):
            if other.state == "restarting":
                other.due = True
                other.attempt = max(1, other.attempt)
                cause = f"{child.spec.id} was terminated"
                self.ref.send(TryRestart(other.spec.id, cause, other.attempt))
                return

    # Staying away.

    def _ended_for_good(self, child: SupervisedChild, reason: ExitReason) -> None:
        """`child` ended by itself and does not come back."""
        child.state = "stopped"
        if not is_orderly(reason):
            report.lost(child.path, reason=reason)
        self._leave_stopped(child)
        if child.spec.significant and self._is_the_end():
            report.auto_shutdown(self.path, child.spec.id, reason=child.last_exit)
            self.stop(SHUTDOWN)

    def _is_the_end(self) -> bool:
        """Whether the end of a significant child is that of its supervisor."""
        return self.auto_shutdown is AutoShutdown.ANY_SIGNIFICANT or not any(
            child.spec.significant and child.state in {"running", "restarting"}
            for child in self._table
        )

    def _leave_stopped(self, child: SupervisedChild) -> None:
        """A child that is down and not to be restarted keeps its spec unless it was temporary."""
        self._forget_temporary(child)

    def _forget_temporary(self, child: SupervisedChild) -> None:
        if child.spec.restart is _TEMPORARY:
            self._table.forget(child)
