"""What an administrator does to jobs and queues, here and on all other nodes."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import msgspec

from actors.jobs.health import JobError, JobFilter, JobLife, JobRow, Progress
from actors.jobs.moments import aware
from actors.jobs.settings import JobsSettings
from protocols.oban import encode_notification
from store import Database, Session
from store.queries import jobs as queries


class UnknownQueue(LookupError):
    """No queue of that name, neither here nor in what was said at run time."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no queue {name!r}; there are {', '.join(known) or 'none'}")
        self.name = name
        self.known = known


class Administration:
    """Looks and acts by the table; running jobs are stopped by who performs them."""

    def __init__(self, database: Database, settings: JobsSettings) -> None:
        self._database = database
        self._settings = settings

    async def find(self, wanted: JobFilter, *, limit: int) -> tuple[JobRow, ...]:
        """See `Jobs.find`."""
        rows = await self._database.fetch(queries.FIND_JOBS, *_criteria(wanted), limit)
        return tuple(map(_row, rows))

    async def life(self, job_id: int) -> JobLife | None:
        """See `Jobs.life`."""
        wanted = _criteria(JobFilter(ids=(job_id,)))
        row = await self._database.fetch_row(queries.FIND_JOBS, *wanted, 1)
        return None if row is None else _life(row)

    async def retry(self, wanted: JobFilter) -> int:
        """See `Jobs.retry`."""
        rows = await self._database.fetch(queries.RETRY_JOBS, *_criteria(wanted))
        return sum(row["jobs"] for row in rows)

    async def cancel(self, wanted: JobFilter) -> int:
        """See `Jobs.cancel`."""
        async with self._database.transaction() as session:
            rows = await session.fetch(queries.CANCEL_JOBS, *_criteria(wanted))
            running = [row["id"] for row in rows if row["ran"]]
            await _signal(session, [{"action": "pkill", "job_id": job_id} for job_id in running])
        return len(rows)

    async def delete(self, wanted: JobFilter) -> int:
        """See `Jobs.delete`."""
        return await self._database.execute(queries.DELETE_JOBS, *_criteria(wanted))

    async def pause(self, queue: str, *, paused: bool) -> None:
        """See `Jobs.pause` and `Jobs.resume`. Raises UnknownQueue."""
        await self._check(queue)
        action = "pause" if paused else "resume"
        async with self._database.transaction() as session:
            await session.execute(queries.PAUSE_QUEUES, [queue], paused)
            await _signal(session, [{"action": action, "queue": queue, "remembered": True}])

    async def scale(self, queue: str, limit: int | None) -> None:
        """See `Jobs.scale`. Raises UnknownQueue."""
        await self._check(queue)
        signal: dict[str, object] = {"action": "unscale", "queue": queue}
        if limit is not None:  # Oban's own programs take no limit but a number
            signal |= {"action": "scale", "limit": limit}
        async with self._database.transaction() as session:
            await session.execute(queries.SCALE_QUEUE, queue, limit)
            await _signal(session, [signal])

    async def _check(self, queue: str) -> None:
        if queue in self._settings.queues:
            return
        rows = await self._database.fetch(queries.LIST_QUEUES)
        known = {*self._settings.queues, *(row["name"] for row in rows)}
        if queue not in known:
            raise UnknownQueue(queue, tuple(sorted(known)))


async def _signal(session: Session, signals: list[Mapping[str, object]]) -> None:
    payloads = [encode_notification({"ident": "any", **signal}) for signal in signals]
    if payloads:
        await session.fetch(queries.SEND_SIGNAL, payloads)


def _criteria(wanted: JobFilter) -> tuple[object, ...]:
    ids = list(wanted.ids) or None
    return (ids, wanted.queue, wanted.worker, wanted.state, wanted.tag)


def _row(row: asyncpg.Record) -> JobRow:
    meta = _object(row["meta"])
    errors = _errors(row)
    last = errors[-1].error.strip().splitlines() if errors else []
    ended_at = row["completed_at"] or row["cancelled_at"] or row["discarded_at"]
    return JobRow(
        id=row["id"],
        state=row["state"],
        queue=row["queue"],
        worker=row["worker"],
        attempt=row["attempt"],
        max_attempts=row["max_attempts"],
        priority=row["priority"],
        tags=tuple(row["tags"] or ()),
        inserted_at=aware(row["inserted_at"]),
        scheduled_at=aware(row["scheduled_at"]),
        ended_at=None if ended_at is None else aware(ended_at),
        progress=_progress(meta),
        last_error=last[-1] if last else None,
    )


def _life(row: asyncpg.Record) -> JobLife:
    times = {
        name: None if row[name] is None else aware(row[name])
        for name in ("attempted_at", "completed_at", "cancelled_at", "discarded_at")
    }
    return JobLife(
        row=_row(row),
        args=_pretty(row["args"]),
        meta=_pretty(row["meta"] or b"{}"),
        errors=_errors(row),
        attempted_by=tuple(row["attempted_by"] or ()),
        **times,
    )


def _errors(row: asyncpg.Record) -> tuple[JobError, ...]:
    """As programs of any language wrote them; what is no error as we know it is shown whole."""
    found: list[JobError] = []
    for each in msgspec.json.decode(row["errors"] or b"[]", type=list[Any]):
        match each:
            case {"attempt": int(attempt), "at": str(at), "error": str(error)}:
                found.append(JobError(attempt, at, error))
            case _:
                found.append(JobError(0, "", msgspec.json.encode(each).decode()))
    return tuple(found)


def _progress(meta: Mapping[str, Any]) -> Progress | None:
    match meta.get("progress"):
        case {"done": int(done), "total": int(total)}:
            return Progress(done, total)
        case _:
            return None


def _object(text: bytes | None) -> Mapping[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any]) if text else {}


def _pretty(text: bytes) -> str:
    return msgspec.json.format(text, indent=2).decode()
