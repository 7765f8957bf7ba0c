"""A worker whose doings are written down outside the database: see `tests.support.jobs_chaos`."""

import os

import msgspec

from actors.jobs import Done, Job, Outcome, Worker
from runtime.clock import pause


class StepArgs(msgspec.Struct, frozen=True):
    """What one step is to do."""

    number: int
    path: str
    takes_s: float


class Step(Worker[StepArgs]):
    """Takes its time, and writes down when it begins and when it has ended."""

    name = "chaos.Step"
    queue = "chaos"

    async def perform(self, job: Job[StepArgs]) -> Outcome:
        """See the class."""
        args = job.args
        book = os.open(args.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(book, b"begun %d\n" % args.number)
            await pause(job.clock, args.takes_s)
            os.write(book, b"ended %d\n" % args.number)
        finally:
            os.close(book)
        return Done()
