"""Jobs: a durable queue in PostgreSQL, on the table that Oban made.

    jobs = Jobs(system, database, settings, workers)
    async with database.transaction() as session:
        ...  # the data that the job belongs to
        await jobs.insert(Welcome.new(WelcomeArgs(user=7)), session=session)

A `Worker` performs the jobs of one name; `JobsHealth` is what pages show. How it works inside:
producer.py, then lifeline.py.
"""

from actors.jobs.administration import UnknownQueue
from actors.jobs.cron import BadCron, BadZone, CronExpression, parse_zone
from actors.jobs.health import (
    JOB_STATES,
    ClockHealth,
    JobError,
    JobFilter,
    JobLife,
    JobRow,
    JobsHealth,
    JobState,
    LocalQueue,
    NodeHealth,
    Progress,
    QueueHealth,
    QueueState,
    RoomState,
    RunningJob,
    StateCount,
    Timing,
    UnknownWorker,
)
from actors.jobs.insertion import InsertCount, Inserted, insert_jobs
from actors.jobs.job import Job
from actors.jobs.jobs import Jobs
from actors.jobs.lifeline import Lifeline
from actors.jobs.new_job import JobRefused, NewJob
from actors.jobs.notifier import Notifier
from actors.jobs.outcomes import Cancel, Discard, Done, Outcome, Retry, Snooze
from actors.jobs.producer import Producer
from actors.jobs.pruner import Pruner
from actors.jobs.rehearsal import BUILT_IN_WORKERS, Rehearsal, RehearsalArgs
from actors.jobs.scheduler import Scheduler
from actors.jobs.settings import ClockSettings, JobsSettings, QueueSettings
from actors.jobs.stager import Stager
from actors.jobs.surveyor import Surveyor
from actors.jobs.unique import Unique
from actors.jobs.worker import AnyWorker, NameTaken, Worker, Workers

__all__ = [
    "BUILT_IN_WORKERS",
    "JOB_STATES",
    "AnyWorker",
    "BadCron",
    "BadZone",
    "Cancel",
    "ClockHealth",
    "ClockSettings",
    "CronExpression",
    "Discard",
    "Done",
    "InsertCount",
    "Inserted",
    "Job",
    "JobError",
    "JobFilter",
    "JobLife",
    "JobRefused",
    "JobRow",
    "JobState",
    "Jobs",
    "JobsHealth",
    "JobsSettings",
    "Lifeline",
    "LocalQueue",
    "NameTaken",
    "NewJob",
    "NodeHealth",
    "Notifier",
    "Outcome",
    "Producer",
    "Progress",
    "Pruner",
    "QueueHealth",
    "QueueSettings",
    "QueueState",
    "Rehearsal",
    "RehearsalArgs",
    "Retry",
    "RoomState",
    "RunningJob",
    "Scheduler",
    "Snooze",
    "Stager",
    "StateCount",
    "Surveyor",
    "Timing",
    "Unique",
    "UnknownQueue",
    "UnknownWorker",
    "Worker",
    "Workers",
    "insert_jobs",
    "parse_zone",
]
