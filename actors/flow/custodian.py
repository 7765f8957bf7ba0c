"""The custodian of a pipeline: the only one who acknowledges.

Theory of operation. A message is in the custody of exactly one actor at a time, and this one knows
of whom. The others report in the same breath as they act:

    producer   takes messages from its source   Received    the producer has them
    any stage  delivers messages                Moved       the receiver has them
    processor, handled them for good            Settled     they are acknowledged
    worker
    any stage  dies                             Down        what it had is acknowledged as failed

A report stands in the mailbox before the message it speaks of reaches the next stage, and a stage's
`Down` comes after everything it said. So the books are right at every moment, whoever is killed
wherever; a message that has left them is acknowledged, and cannot be a second time.

Draining: producers are told to stop, batchers to flush; when the books are empty, or time is up and
the rest is failed, the drain is answered. A stage that is restarted meanwhile is told the same.

What is not covered: when the custodian itself is killed, or the process dies, whatever is in flight
stays unacknowledged, and a durable source gives it again.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, assert_never

import structlog

from actors.flow.custody import Custody
from actors.flow.handlers import Acknowledger, NoAcknowledgement
from actors.flow.handling import acknowledge
from actors.flow.message import Message
from actors.flow.orders import (
    Acknowledged,
    Count,
    Counts,
    Drain,
    Drained,
    Flush,
    Hold,
    Joined,
    Moved,
    Received,
    Release,
    ReportTo,
    Role,
    Settled,
    Stopped,
    StopProducing,
)
from actors.flow.places import Places
from runtime import (
    NO_REPLY,
    Actor,
    Call,
    Down,
    ExitReason,
    Mark,
    Ref,
    Sender,
    TaskDone,
    TaskFailed,
    Timer,
)

log = structlog.get_logger("flow")

ACKNOWLEDGER_GRACE_S = 5.0
"""How long a drain waits for asynchronous acknowledgements after its time is up."""

_TIME_IS_UP = object()
_GRACE_IS_UP = object()

_ack_ref = attrgetter("ack_ref")


class Custodian(Actor):
    """Keeps custody, acknowledges, drains."""

    trap_exit = True

    def __init__(
        self, acknowledger: Acknowledger | None = None, *, max_acknowledging: int = 10_000
    ) -> None:
        """Make the books.

        While more than `max_acknowledging` messages are with an asynchronous acknowledger, the
        valve lets no more in.
        """
        self._acknowledger: Acknowledger = acknowledger or NoAcknowledgement()
        self._max_acknowledging = max_acknowledging
        self._custody = Custody()
        self._stages: dict[Ref, Role] = {}
        self._acknowledging: dict[int, int] = {}
        """Messages of each task."""
        self._holding = False
        self._drains: list[Sender] = []
        self._stopping: set[Ref] = set()
        """Producers that have not said `Stopped`."""
        self._draining = self._closed = False
        self._drain_timer: Timer | None = None
        self._overdue = 0
        self._received = self._successful = self._failed = self._late = self._errors = 0

    def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Count, or drain."""
        match request:
            case Count():
                return self._count()
            case Drain(within_s=within_s):
                return self._drain(within_s, sender)
            case _:
                return self.unhandled(request)

    def handle_info(self, message: object) -> object:
        """Take the stages' reports, deaths, and the ends of acknowledgements."""
        match message:
            case Moved():
                self._move(message)
            case Settled(successful=successful, failed=failed):
                self._settle(successful, failed)
            case Received():
                self._receive(message)
            case Joined(stage=stage, role=role):
                self._take_on(stage, role)
            case Stopped(stage=stage):
                self._stopping.discard(stage)
            case Down(ref=ref, reason=reason):
                self._lose(ref, reason)
            case TaskDone(task=task):
                self._acknowledged(task)
            case TaskFailed(task=task, error=error):
                self._note_error(error)
                self._acknowledged(task)
            case _ if message is _TIME_IS_UP:
                self._end_drain()
            case _ if message is _GRACE_IS_UP:
                self._answer_drains()
            case _:
                return self.unhandled(message)
        if self._draining:
            self._look_if_drained()
        return None

    def terminate(self, reason: ExitReason) -> None:
        """Leave nothing unacknowledged behind."""
        self._fail(self._custody.take_all(), f"the pipeline has ended ({reason})")

    def facts(self) -> dict[str, object]:
        """What pages show."""
        counts = self._count()
        return {
            "received": counts.received,
            "successful": counts.successful,
            "failed": counts.failed,
            "in_flight": counts.in_flight,
            "acknowledging": counts.acknowledging,
            "acknowledger_errors": counts.acknowledger_errors,
            "late": counts.late,
            "draining": self._draining,
        }

    def _count(self) -> Counts:
        return Counts(
            received=self._received,
            successful=self._successful,
            failed=self._failed,
            in_flight=len(self._custody),
            acknowledging=sum(self._acknowledging.values()),
            acknowledger_errors=self._errors,
            late=self._late,
        )

    # Custody.

    def _take_on(self, stage: Ref, role: Role) -> None:
        self._stages[stage] = role
        self.monitor(stage)
        if self._draining:
            self._tell_to_drain(stage, role)

    def _receive(self, report: Received) -> None:
        self._received += len(report.messages)
        self._custody.receive(report.stage, report.messages)
        if self._closed:
            self._fail(self._custody.take_from(report.stage), "the pipeline is drained")
        elif report.stage not in self._stages:
            self._fail(self._custody.take_from(report.stage), "its actor had ended")

    def _move(self, report: Moved) -> None:
        if report.stage not in self._stages:
            return  # it had ended, and goes on against orders; what it had is acknowledged
        self._custody.move(report.to, report.serials)
        if report.to not in self._stages:
            self._fail(self._custody.take_from(report.to), "its actor had ended")

    def _lose(self, stage: Ref, reason: ExitReason) -> None:
        self._stages.pop(stage, None)
        self._stopping.discard(stage)
        lost = self._custody.take_from(stage)
        if lost:
            log.warning(
                "messages.orphaned", actor=stage.path, messages=len(lost), reason=str(reason)
            )
            self._fail(lost, f"its actor ended ({reason})")

    # Acknowledging.

    def _fail(self, messages: Iterable[Message[Any]], reason: str) -> None:
        self._hand_over((), [message.failed(reason) for message in messages])

    def _settle(self, successful: Sequence[Message[Any]], failed: Sequence[Message[Any]]) -> None:
        leaving = self._custody.settle(successful)
        leaving_failed = self._custody.settle(failed)
        self._late += len(successful) + len(failed) - len(leaving) - len(leaving_failed)
        self._hand_over(leaving, leaving_failed)

    def _hand_over(
        self, successful: Sequence[Message[Any]], failed: Sequence[Message[Any]]
    ) -> None:
        """Acknowledge messages that have left custody, in groups by `ack_ref`."""
        self._successful += len(successful)
        self._failed += len(failed)
        groups: dict[Hashable, tuple[list[Message[Any]], list[Message[Any]]]] = {}
        for ack_ref, group in groupby(successful, _ack_ref):
            groups.setdefault(ack_ref, ([], []))[0].extend(group)
        for ack_ref, group in groupby(failed, _ack_ref):
            groups.setdefault(ack_ref, ([], []))[1].extend(group)
        for ack_ref, (good, bad) in groups.items():
            match ack_ref:
                case ReportTo(reader=reader):
                    reader.send(Acknowledged(tuple(good), tuple(bad)))
                case _:
                    self._acknowledge(ack_ref, good, bad)

    def _acknowledge(
        self, ack_ref: Hashable, good: list[Message[Any]], bad: list[Message[Any]]
    ) -> None:
        match acknowledge(self._acknowledger, ack_ref, good, bad):
            case None:
                return
            case Exception() as error:
                self._note_error(error)
            case awaitable:

                async def wait() -> None:
                    await awaitable

                self._acknowledging[self.start_task(wait())] = len(good) + len(bad)
                self._hold_or_release()

    def _acknowledged(self, task: int) -> None:
        del self._acknowledging[task]
        self._hold_or_release()

    def _note_error(self, error: BaseException) -> None:
        self._errors += 1
        log.error("acknowledgement.failed", actor=self.path, error=repr(error), exc_info=error)

    def _hold_or_release(self) -> None:
        """Let no more in while acknowledgements lag behind, until half of the lag is made up."""
        lag = sum(self._acknowledging.values())
        limit = self._max_acknowledging // 2 if self._holding else self._max_acknowledging
        holding = lag > limit
        if holding is not self._holding:
            self._holding = holding
            valve = self.system.whereis(Places.above(self.path, 1).valve)
            if valve is not None:
                valve.send(Hold() if holding else Release())

    # Draining.

    def _drain(self, within_s: float, sender: Sender) -> Mark:
        self._drains.append(sender)
        if not self._draining:
            self._draining = True
            for stage, role in self._stages.items():
                self._tell_to_drain(stage, role)
            self._drain_timer = self.send_after(within_s, _TIME_IS_UP)
        self._look_if_drained()
        return NO_REPLY

    def _tell_to_drain(self, stage: Ref, role: Role) -> None:
        match role:
            case "producer":
                self._stopping.add(stage)
                stage.send(StopProducing())
            case "batcher":
                stage.send(Flush())
            case "processor" | "worker":
                pass
            case _ as never:
                assert_never(never)

    def _look_if_drained(self) -> None:
        if not self._stopping and not self._custody and not self._acknowledging:
            self._answer_drains()

    def _end_drain(self) -> None:
        """Time is up."""
        self._closed = True
        self._stopping.clear()
        left = self._custody.take_all()
        self._overdue += len(left)
        if left:
            log.warning("pipeline.overdue", actor=self.path, messages=len(left))
        self._fail(left, "the pipeline was stopped before it could be handled")
        self._drain_timer = self.send_after(ACKNOWLEDGER_GRACE_S, _GRACE_IS_UP)

    def _answer_drains(self) -> None:
        self._closed = True
        assert self._drain_timer is not None, "nobody asked for a drain"
        self._drain_timer.cancel()
        drains, self._drains = self._drains, []
        for sender in drains:
            sender.reply(Drained(self._overdue))
