"""The worker that comes with the daemon: it does nothing, in as many ways as a job can end.

engset job insert engset.Rehearsal --args '{"steps": 20, "step_s": 0.5}'
engset job insert engset.Rehearsal --args '{"outcome": "retry"}'
"""

from typing import Annotated, Literal, assert_never

import msgspec

from actors.jobs.job import Job
from actors.jobs.outcomes import Cancel, Discard, Done, Outcome, Retry, Snooze
from actors.jobs.worker import Worker
from runtime.clock import pause

Seconds = Annotated[float, msgspec.Meta(ge=0, le=3_600)]


class RehearsalFailed(Exception):
    """What a rehearsed crash raises."""


class RehearsalArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it shall go."""

    steps: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1
    """So many reports of progress."""
    step_s: Seconds = 0.0
    outcome: Literal["done", "snooze", "retry", "cancel", "discard", "crash"] = "done"
    until_attempt: int = 0
    """From this attempt on it is done, whatever the outcome above; 0: never."""


class Rehearsal(Worker[RehearsalArgs]):
    """Takes its time, reports progress, and ends as it was told to."""

    name = "engset.Rehearsal"

    async def perform(self, job: Job[RehearsalArgs]) -> Outcome:
        """See the class."""
        args = job.args
        for step in range(1, args.steps + 1):
            if args.step_s:
                await pause(job.clock, args.step_s)
            if args.steps > 1:
                job.progress(step, args.steps)
        if args.until_attempt and job.attempt >= args.until_attempt:
            return Done()
        match args.outcome:
            case "done":
                return Done()
            case "snooze":
                return Snooze(1.0)
            case "retry":
                return Retry("it was told to fail")
            case "cancel":
                return Cancel("it was told to")
            case "discard":
                return Discard("it was told to")
            case "crash":
                raise RehearsalFailed("it was told to crash")
            case _ as never:
                assert_never(never)


BUILT_IN_WORKERS = (Rehearsal,)
