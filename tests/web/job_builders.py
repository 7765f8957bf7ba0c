"""Snapshots of jobs to render: a room with a busy queue, and single jobs."""

from dataclasses import replace
from datetime import timedelta

from actors.jobs import (
    JOB_STATES,
    ClockHealth,
    JobError,
    JobLife,
    JobRow,
    JobsHealth,
    JobState,
    LocalQueue,
    NodeHealth,
    Progress,
    QueueHealth,
    RunningJob,
    StateCount,
    Timing,
    UnknownWorker,
)
from tests.web.builders import NOW

TRACE = "Traceback (most recent call last):\n  File <x>\nshop.Refused: no funds"


def local(*, running: tuple[RunningJob, ...] = ()) -> LocalQueue:
    """A queue that this node works on."""
    return LocalQueue(
        state="running",
        why=None,
        limit=10,
        running=running,
        running_count=len(running),
        unacknowledged=0,
        finished=12_040,
        failed=3,
        finished_per_s=41.2,
        failed_per_s=0.2,
        wait=Timing(12_040, 2.1, 8.4, 31.0),
        run=Timing(12_040, 310.0, 12_000.0, 61_000.0),
        rate_history=(38.0, 41.2),
    )


def running(job_id: int = 7) -> RunningJob:
    """A job that has run for a minute and a half."""
    return RunningJob(job_id, "shop.Import", 1, 91.0, f"jobs/queues/mail/executors/{job_id}")


def queue(
    name: str = "mail",
    *,
    here: LocalQueue | None = None,
    paused: bool = False,
    oldest_s: float | None = None,
    **counts: int,
) -> QueueHealth:
    """A queue with so many jobs in each state."""
    return QueueHealth(
        name=name,
        paused=paused,
        counts=tuple(StateCount(state, counts.get(state, 0)) for state in JOB_STATES),
        oldest_s=oldest_s,
        global_limit=40,
        rate="100 in 60 s",
        key="worker: 2 at once",
        here=here,
    )


def node(*, here: bool = True, seen_s: float = 0.4) -> NodeHealth:
    """A daemon with the scheduler's lease."""
    return NodeHealth(
        id=f"life-{here}",
        node="node-1" if here else "node-2",
        host="alpha",
        pid=4_711,
        started_at=NOW - timedelta(hours=1),
        seen_s=seen_s,
        executing=1,
        here=here,
        leases=("scheduler",) if here else (),
    )


def entry(*, why: str | None = None) -> ClockHealth:
    """An entry that missed one firing, last week."""
    return ClockHealth(
        name="nightly",
        expression="0 3 * * *",
        zone="Europe/Berlin",
        worker="shop.Invoices",
        queue="mail",
        missed_policy="run",
        next_at=NOW + timedelta(hours=12),
        fired_at=NOW - timedelta(hours=12),
        job_id=5,
        missed=1,
        missed_at=NOW - timedelta(days=7),
        why=why,
    )


def unknown() -> UnknownWorker:
    """Three jobs of a worker that this node has not got."""
    return UnknownWorker("MyApp.Mailer", "mail", 3, NOW - timedelta(minutes=2))


def room(*queues: QueueHealth, **changes: object) -> JobsHealth:
    """A healthy room with one queue unless given others."""
    healthy = JobsHealth(
        taken_at=NOW,
        state="up",
        why=None,
        node="node-1",
        table="Oban 15",
        counted_at=NOW,
        queues=queues or (queue(here=local(running=(running(),)), executing=1, completed=12_037),),
        nodes=(node(),),
        clock=(entry(),),
        unknown_workers=(),
        workers=("engset.Rehearsal", "shop.Import"),
        dead_after_s=5.0,
    )
    return replace(healthy, **changes)  # type: ignore[arg-type]


def row(job_id: int = 7, state: JobState = "executing", **changes: object) -> JobRow:
    """A job in its second attempt, a quarter done."""
    one = JobRow(
        id=job_id,
        state=state,
        queue="mail",
        worker="shop.Import",
        attempt=2,
        max_attempts=20,
        priority=0,
        tags=("customer-42", "import"),
        inserted_at=NOW - timedelta(minutes=5),
        scheduled_at=NOW - timedelta(minutes=2),
        ended_at=None,
        progress=Progress(250, 1_000) if state == "executing" else None,
        last_error="shop.Refused: no funds",
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def life(state: JobState = "executing", **changes: object) -> JobLife:
    """Everything about that job."""
    ended_at = NOW - timedelta(seconds=30)
    one = JobLife(
        row=row(state=state),
        args='{\n  "order": "<7>"\n}',
        meta="{}",
        errors=(JobError(1, "2026-11-22T14:00:01.500000Z", TRACE),),
        attempted_by=("node-1", "1f0c"),
        attempted_at=NOW - timedelta(seconds=91),
        completed_at=ended_at if state == "completed" else None,
        cancelled_at=ended_at if state == "cancelled" else None,
        discarded_at=ended_at if state == "discarded" else None,
    )
    return replace(one, **changes)  # type: ignore[arg-type]
