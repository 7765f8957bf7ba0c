"""Health of registries and of jobs, written down by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from actors.epp import EppHealth, RegistryHealth, ResponseTimes, SessionCounts
from actors.jobs import (
    ClockHealth,
    JobsHealth,
    LocalQueue,
    NodeHealth,
    QueueHealth,
    StateCount,
    Timing,
    UnknownWorker,
)

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

VERISIGN = RegistryHealth(
    name="verisign",
    state="up",
    why=None,
    host="epp.example.net",
    port=700,
    zones=("com", "net"),
    sessions=SessionCounts(ready=4, busy=1, wanted=4, allowed=5),
    utilisation_5s=0.5,
    utilisation_1m=0.25,
    utilisation_5m=0.1,
    queue=3,
    oldest_waiter_s=0.2,
    commands_per_s=12.0,
    times=(
        ResponseTimes("query", 100, 1.0, 2.0, 3.0, 2_000.0),
        ResponseTimes("transform", 0, None, None, None, 4_000.0),
    ),
    unknowns=2,
    oldest_unknown_s=60.0,
    reconnects=7,
    codes=((1000, 90), (2303, 10)),
    timeouts=1,
    protocol_errors=2,
    utilisation_history=(),
    rate_history=(),
    p95_history=(),
    connections=(),
)


def health(**changes: Any) -> EppHealth:
    """One registry, changed."""
    return EppHealth(taken_at=NEW_YEAR, registries=(replace(VERISIGN, **changes),), unknowns=())


def jobs_health() -> JobsHealth:
    """A paused queue that this node runs, and one that it does not."""
    here = LocalQueue(
        state="paused",
        why=None,
        limit=10,
        running=(),
        running_count=2,
        unacknowledged=1,
        finished=90,
        failed=4,
        finished_per_s=1.5,
        failed_per_s=0.0,
        wait=Timing(90, 1.0, 2.0, 3.0),
        run=Timing(0, None, None, None),
        rate_history=(),
    )
    mail = QueueHealth(
        name="mail",
        paused=True,
        counts=(StateCount("available", 7), StateCount("discarded", 0)),
        oldest_s=1.5,
        global_limit=None,
        rate=None,
        key=None,
        here=here,
    )
    elsewhere = replace(
        mail, name="elsewhere", counts=(StateCount("available", 1),), oldest_s=None, here=None
    )
    node = NodeHealth("1f", "node-1", "host", 7, NEW_YEAR, 0.5, 2, True, ("scheduler",))
    nightly = ClockHealth(
        name="nightly",
        expression="0 3 * * *",
        zone="UTC",
        worker="w",
        queue="mail",
        missed_policy="run",
        next_at=None,
        fired_at=None,
        job_id=None,
        missed=2,
        missed_at=NEW_YEAR,
        why=None,
    )
    return JobsHealth(
        taken_at=NEW_YEAR,
        state="up",
        why=None,
        node="node-1",
        table="Oban 15",
        counted_at=NEW_YEAR,
        queues=(mail, elsewhere),
        nodes=(node,),
        clock=(nightly,),
        unknown_workers=(UnknownWorker("w", "mail", 5, NEW_YEAR),),
        workers=(),
        dead_after_s=5.0,
    )
