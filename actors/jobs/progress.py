"""How far long jobs are, written into their `meta` twice a second at the most."""

from dataclasses import dataclass

from actors.jobs.hands import Hands
from actors.jobs.health import Progress
from actors.jobs.messages import ProgressMade
from runtime import Actor
from store import Database
from store.queries import jobs as queries

_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class WriteProgress:
    """Time to write the reports."""


@dataclass(frozen=True, slots=True)
class ProgressWritten:
    """Reports are in the table."""


class ProgressBook:
    """The latest report of each job. One that is lost with the database is made up by the next."""

    def __init__(self, producer: Actor, database: Database, hands: Hands) -> None:
        self.life = ""
        self._producer = producer
        self._database = database
        self._hands = hands
        self._reports: dict[int, ProgressMade] = {}
        self._due = False

    def note(self, report: ProgressMade) -> None:
        """Keep it, if the job still runs."""
        if report.id not in self._hands:
            return
        if not self._due:
            self._due = True
            self._producer.send_after(_EVERY_S, WriteProgress())
        self._reports[report.id] = report

    def last(self, job_id: int) -> Progress | None:
        """The report of a job that has ended, which goes with its result; None: all is written."""
        report = self._reports.pop(job_id, None)
        return None if report is None else Progress(report.done, report.total)

    def write(self) -> None:
        """Write what there is of jobs that still run."""
        self._due = False
        attempts = {job.id: job.attempt for job in self._hands}
        ours = [report for report in self._reports.values() if report.id in attempts]
        self._reports.clear()
        if ours:
            self._producer.start_task(self._write(ours, attempts))

    async def _write(
        self, reports: list[ProgressMade], attempts: dict[int, int]
    ) -> ProgressWritten:
        await self._database.execute(
            queries.REPORT_PROGRESS,
            [report.id for report in reports],
            [attempts[report.id] for report in reports],
            [report.done for report in reports],
            [report.total for report in reports],
            self.life,
        )
        return ProgressWritten()
