"""The clock: inserts the jobs of entries whose time has come (cron).

Each entry remembers in PostgreSQL until when its firings have been looked at. One node works, by
its lease; and each entry is looked at in a transaction that locks its row, inserts the job and
moves the mark, so that even two nodes that both believe to hold the lease fire nothing twice, and a
node that dies in between has fired all or nothing.

A firing is missed when nobody ran at its time. With `missed = "run"` the latest one is carried out
once, however many there were, and the others count as missed; with `"skip"` all do. Either way it
is logged, counted and shown. A firing that is late by less than `_GRACE_S` is not missed, only
late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import structlog

from actors.jobs.cron import CronExpression, parse_zone
from actors.jobs.insertion import insert_one
from actors.jobs.lease import Lease
from actors.jobs.new_job import NewJob
from actors.jobs.retrying import Retrying
from actors.jobs.settings import ClockSettings, JobsSettings
from actors.jobs.worker import Workers
from runtime import Actor, CallError, ExitReason
from store import Database, DatabaseUnreachable, Session
from store.queries import jobs as queries

_GRACE_S = 30.0
_MOST_FIRINGS = 100_000
"""Missed firings counted one by one; a minute's clock makes so many in ten weeks."""

log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class _Turn:
    """Time to look whether it is our turn."""


@dataclass(frozen=True, slots=True)
class Firings:
    """What is to be done of the firings between two looks."""

    fire_at: datetime | None
    missed: int
    missed_at: datetime | None


class Entry:
    """One entry of the clock."""

    def __init__(self, settings: ClockSettings, workers: Workers) -> None:
        """Raises BadCron or BadZone; the configuration has made sure that it does not."""
        self.settings = settings
        self.expression = CronExpression.parse(settings.expression)
        self.zone = parse_zone(settings.zone)
        self.next_at: datetime | None = None
        worker = workers.get(settings.worker)
        default = "default" if worker is None else worker.queue
        attempts = 20 if worker is None else worker.max_attempts
        self.queue = settings.queue or default
        self._job = NewJob(
            worker=settings.worker,
            args=settings.args,
            queue=self.queue,
            max_attempts=attempts,
            meta=msgspec.json.encode(
                {"cron": True, "cron_name": settings.name, "cron_expr": settings.expression}
            ),
        )

    @property
    def schedule(self) -> str:
        """What makes it the same entry as before: with another one it begins anew."""
        return f"{self.settings.expression} {self.settings.zone}"

    @property
    def job(self) -> NewJob:
        """What a firing inserts."""
        return self._job

    def next_after(self, moment: datetime) -> datetime | None:
        """The first firing after `moment`; None: never again."""
        return self.expression.next_after(moment, self.zone)

    def firings(self, after: datetime, until: datetime) -> Firings:
        """What is to be done of the firings in (after, until]."""
        times: list[datetime] = []
        for at in self.expression.between(after, until, self.zone):
            times.append(at)
            if len(times) >= _MOST_FIRINGS:
                break
        if not times:
            return Firings(None, 0, None)
        latest = times[-1]
        on_time = until - latest <= timedelta(seconds=_GRACE_S)
        if on_time or self.settings.missed == "run":
            missed = times[:-1]
            return Firings(latest, len(missed), missed[-1] if missed else None)
        return Firings(None, len(times), latest)


class Scheduler(Actor):
    """Fires entries whose time has come, on one node at a time."""

    trap_exit = True

    def __init__(self, database: Database, settings: JobsSettings, workers: Workers) -> None:
        self._database = database
        self._settings = settings
        self._entries = [Entry(each, workers) for each in settings.clock]
        self._fired = 0
        self._leading = False

    def init(self) -> None:
        """Begin beside the start of the rest."""
        self._retrying = Retrying(self, _Turn())
        self._lease = Lease(self, self._database, name="scheduler", hold_s=self._settings.lease_s)
        self.send_after(0.0, _Turn())

    async def handle_info(self, message: object) -> object:
        """Look."""
        match message:
            case _Turn():
                return await self._turn()
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Leave it to another."""
        try:
            await self._lease.drop()
        except (DatabaseUnreachable, CallError) as error:
            log.info("lease.left", name="scheduler", reason=str(error))

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {
            "leader": self._lease.held,
            "entries": len(self._entries),
            "fired": self._fired,
            "why": self._retrying.why or "",
        }

    async def _turn(self) -> None:
        try:
            if await self._lease.hold():
                await self._look(anew=not self._leading)
            self._leading = self._lease.held
        except DatabaseUnreachable as error:
            self._leading = False
            return self._retrying.failed(error)
        self._retrying.succeeded()
        self.send_after(self._pause_s(), _Turn())
        return None

    def _pause_s(self) -> float:
        """Until the lease is to be renewed, or the next firing."""
        pause_s = self._lease.renew_s
        if self._lease.held:
            now = self.clock.now()
            for entry in self._entries:
                if entry.next_at is not None:
                    pause_s = min(pause_s, max(0.01, (entry.next_at - now).total_seconds()))
        return pause_s

    async def _look(self, *, anew: bool) -> None:
        """Look at the entries that are due; at all, when another node had the lease before."""
        now = self.clock.now()
        for entry in self._entries:
            if anew or (entry.next_at is not None and entry.next_at <= now):
                async with self._database.transaction() as session:
                    await self._fire(session, entry)

    async def _fire(self, session: Session, entry: Entry) -> None:
        name = entry.settings.name
        now = self.clock.now()
        until = await session.fetch_value(queries.LOAD_CLOCK, name, entry.schedule, now)
        assert isinstance(until, datetime), "it was inserted when it was not there"
        present = max(now, until)
        due = entry.firings(until, present)
        job_id: int | None = None
        if due.fire_at is not None:
            job_id = (await insert_one(session, entry.job)).id
            self._fired += 1
            log.info("clock.fired", entry=name, at=due.fire_at.isoformat(), job=job_id)
        if due.missed_at is not None:
            at, ran = due.missed_at.isoformat(), due.fire_at is not None
            log.warning("clock.missed", entry=name, firings=due.missed, last_at=at, ran_once=ran)
        await session.execute(
            queries.ADVANCE_CLOCK, name, present, due.fire_at, job_id, due.missed, due.missed_at
        )
        entry.next_at = entry.next_after(present)
