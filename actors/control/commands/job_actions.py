"""Commands that retry, cancel and delete jobs, by number or by filter."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from actors.control.command import Command, Confirm
from actors.control.commands.selection import Selected, job_number, no_job, refuse_unknown_names
from actors.control.context import Context
from actors.control.events import Acted, Events
from actors.control.jobs_port import JobsPort
from actors.control.refusal import ExitCode, UsageError
from actors.control.roles import Role
from actors.control.slots import positional
from actors.jobs import JobFilter, JobRow

_Verb = Literal["retried", "cancelled", "deleted"]
_ACTS: dict[_Verb, Callable[[JobsPort, JobFilter], Awaitable[int]]] = {
    "retried": lambda jobs, wanted: jobs.retry(wanted),
    "cancelled": lambda jobs, wanted: jobs.cancel(wanted),
    "deleted": lambda jobs, wanted: jobs.delete(wanted),
}
_SPARED: dict[_Verb, frozenset[str]] = {
    "retried": frozenset({"available", "executing"}),
    "cancelled": frozenset({"completed", "cancelled", "discarded"}),
    "deleted": frozenset({"executing"}),
}
"""States in which a job is left as it is."""


@dataclass(frozen=True, slots=True)
class ChosenArguments(Selected):
    """What `job retry`, `job cancel` and `job delete` take: numbers, or a filter."""

    ids: tuple[int, ...] = positional(
        "the jobs' numbers; without any, all jobs that the options fit",
        default=(),
        placeholder="ID",
        parse=job_number,
    )

    def __post_init__(self) -> None:
        if self.filter(self.ids).is_empty:
            raise UsageError(
                "which jobs? give their numbers, or --queue, --worker, --state or --tag"
            )
        if self.ids and not self.filter().is_empty:
            raise UsageError("give numbers or a filter, not both")


async def retry(context: Context, arguments: ChosenArguments) -> Events:
    """Make them available now."""
    yield await _act(context, arguments, "retried")


async def cancel(context: Context, arguments: ChosenArguments) -> Events:
    """Cancel them; those that run are stopped."""
    yield await _act(context, arguments, "cancelled")


async def delete(context: Context, arguments: ChosenArguments) -> Events:
    """Forget them."""
    yield await _act(context, arguments, "deleted")


async def _act(context: Context, arguments: ChosenArguments, verb: _Verb) -> Acted:
    jobs = context.ports.jobs
    wanted = arguments.filter(arguments.ids)
    before: tuple[JobRow, ...] = ()
    if arguments.ids:
        before = await jobs.find(wanted, limit=len(arguments.ids))
        if not before:
            raise no_job(*sorted(set(arguments.ids)))
    count = await _ACTS[verb](jobs, wanted)
    if not arguments.ids:
        if not count:
            await refuse_unknown_names(context, wanted)
        return Acted(f"{_jobs(count)} {verb}", (("jobs", count),))
    return _by_number(arguments.ids, before, count, verb)


def _by_number(ids: tuple[int, ...], before: tuple[JobRow, ...], count: int, verb: _Verb) -> Acted:
    """What became of each job that was named."""
    missing = sorted({*ids} - {row.id for row in before})
    spared = [row for row in before if row.state in _SPARED[verb]]
    said = [f"{_jobs(count)} {verb}"]
    said += [f"job {row.id} stays {row.state}" for row in sorted(spared, key=lambda row: row.id)]
    said += [f"there is no job {each}" for each in missing]
    if count + len(spared) < len(before):
        said.append("the others changed meanwhile, or their unique key is taken")
    exit_code = ExitCode.OK if count == len(before) else ExitCode.FAILED
    if missing:
        exit_code = ExitCode.NOT_FOUND
    return Acted("; ".join(said), (("jobs", count),), exit_code)


def _jobs(count: int) -> str:
    match count:
        case 0:
            return "no job"
        case 1:
            return "1 job"
        case _:
            return f"{count} jobs"


def _named(arguments: ChosenArguments) -> bool:
    return bool(arguments.ids)


_BY_FILTER_S = 600.0

COMMANDS = (
    Command(
        name="job retry",
        summary="Make jobs that wait or have ended available now.",
        group="jobs",
        role=Role.OPERATOR,
        arguments=ChosenArguments,
        run=retry,
        changes=True,
        confirm=Confirm.ALWAYS,
        harmless=_named,
        timeout_s=_BY_FILTER_S,
        details="One whose attempts are used up gets one more. By filter it asks, or needs --yes.",
        examples=("job retry 42 43", "job retry --queue default --state discarded --yes"),
    ),
    Command(
        name="job cancel",
        summary="Cancel jobs that have not ended; those that run are stopped.",
        group="jobs",
        role=Role.OPERATOR,
        arguments=ChosenArguments,
        run=cancel,
        changes=True,
        confirm=Confirm.ALWAYS,
        harmless=_named,
        timeout_s=_BY_FILTER_S,
        details="By filter it asks, or needs --yes.",
        examples=("job cancel 42", "job cancel --tag import-7 --yes"),
    ),
    Command(
        name="job delete",
        summary="Forget jobs that do not run, for good.",
        group="jobs",
        role=Role.OPERATOR,
        arguments=ChosenArguments,
        run=delete,
        changes=True,
        confirm=Confirm.ALWAYS,
        timeout_s=_BY_FILTER_S,
        details="It always asks, or needs --yes: nothing of them is kept.",
        examples=("job delete 42 --yes", "job delete --state cancelled --yes"),
    ),
)
