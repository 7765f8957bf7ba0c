"""`job …`: looking at jobs, and acting on them by number and by filter."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Literal

import pytest

from actors.control import Desk, ExitCode, Problem, Visitor
from actors.control.events import Acted, Event
from actors.control.text import TextRenderer
from actors.jobs import JobFilter, JobLife, JobRow, Progress
from runtime import System
from runtime.testing import JumpingClock
from tests.actors.control.scripted import (
    ADMIN,
    OPERATOR,
    VIEWER,
    ScriptedPorts,
    document,
    run,
    start,
)
from tests.actors.control.scripted_jobs import AT, LIFE, ROOM, ROW, ScriptedJobs

WIDE = TextRenderer(width=200)


async def problem(desk: Desk, line: str, visitor: Visitor = ADMIN) -> Problem:
    (event,) = await run(desk, line, visitor)
    assert isinstance(event, Problem)
    return event


async def acted(desk: Desk, line: str) -> Acted:
    (event,) = await run(desk, line, OPERATOR)
    assert isinstance(event, Acted)
    return event


async def text(desk: Desk, line: str) -> str:
    (event,) = await run(desk, line, VIEWER)
    return WIDE.render(event)


# Looking.


async def test_job_list_asks_for_what_its_options_say_and_for_one_more(
    desk: Desk, ports: ScriptedPorts
) -> None:
    await run(
        desk,
        "job list --queue mail --worker mail.Welcome --state executing --tag welcome --limit 5",
        VIEWER,
    )
    wanted = JobFilter(queue="mail", worker="mail.Welcome", state="executing", tag="welcome")
    assert ports.jobs.sought == [(wanted, 6)]


async def test_job_list_is_a_table_whose_words_cannot_move_the_cursor(desk: Desk) -> None:
    heading, row = (await text(desk, "job list")).splitlines()
    assert heading.split()[:5] == ["job", "state", "queue", "worker", "attempt"]
    assert row.split() == [
        "7", "executing", "mail", "mail.Welcome", "2/5", "2", "2026-01-01", "00:00:00", "-", "1/4",
        "welcome", "\\x1b[31mred", "boom",
    ]  # fmt: skip


async def test_job_list_says_when_there_are_more(desk: Desk, ports: ScriptedPorts) -> None:
    ports.jobs.rows = tuple(replace(ROW, id=number) for number in (9, 8, 7))
    assert "older ones" in await text(desk, "job list --limit 2")
    said = await document(desk, "job list --limit 2")
    assert ([job["id"] for job in said["jobs"]], said["more"]) == ([9, 8], True)
    assert "older ones" not in await text(desk, "job list --limit 3")


async def test_job_list_without_jobs_says_whether_a_name_is_the_reason(
    desk: Desk, ports: ScriptedPorts
) -> None:
    ports.jobs.rows = ()
    assert await text(desk, "job list") == "no such jobs\n"
    assert await text(desk, "job list --queue mail --worker other.Worker") == "no such jobs\n"
    assert (await problem(desk, "job list --queue mial")).nearest == ("mail",)
    answer = await problem(desk, "job list --worker mail.Wellcome")
    assert (answer.exit_code, answer.nearest) == (ExitCode.NOT_FOUND, ("mail.Welcome",))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("job list --limit 0", "--limit must be a whole number from 1 to 1000, not '0'"),
        ("job list --limit 99999999", "--limit must be a whole number from 1 to 1000"),
        ("job list --state done", "--state must be one of available, suspended"),
        ("job list --tag a\x00b", "--tag holds what is not a character"),
        ("job show seven", "ID must be the number of a job, not 'seven'"),
        ("job show 9223372036854775808", "ID must be the number of a job"),
        ("job retry 0", "ID must be the number of a job"),
    ],
)
async def test_what_the_table_could_not_hold_is_refused_before_it_is_asked(
    desk: Desk, ports: ScriptedPorts, line: str, said: str
) -> None:
    answer = await problem(desk, line)
    assert said in answer.message
    assert answer.exit_code is ExitCode.USAGE
    assert not ports.jobs.sought


async def test_job_show_tells_the_whole_life(desk: Desk) -> None:
    assert (await text(desk, "job show 7")).splitlines() == [
        "job 7  executing  mail.Welcome in mail",
        "  attempt 2 of 5 · priority 2 · tags welcome, \\x1b[31mred · 1 of 4 (25%)",
        "  inserted   2026-01-01 00:00:00 UTC",
        "  due        2026-01-01 00:00:00 UTC",
        "  begun      2026-01-01 00:00:00 UTC",
        "  by         node-1 1f",
        "args",
        "  {",
        '    "user": 7,',
        '    "name": "\\x1b[31mAda"',
        "  }",
        "meta",
        "  {}",
        "errors",
        "  attempt 1  2026-01-01T00:00:00Z",
        "    Traceback",
        "      boom",
    ]


async def test_job_show_is_one_document_with_its_arguments_as_values(
    desk: Desk, ports: ScriptedPorts
) -> None:
    ports.jobs.lives = (replace(LIFE, args='{"user": 7}'),)
    said = await document(desk, "job show 7")
    assert (said["id"], said["args"], said["errors"][0]["error"]) == (
        7,
        {"user": 7},
        "Traceback\n  boom",
    )


@pytest.mark.parametrize("verb", ["show", "watch", "retry", "cancel"])
async def test_a_number_that_no_job_has_is_not_found(desk: Desk, verb: str) -> None:
    answer = await problem(desk, f"job {verb} 8")
    assert (answer.message, answer.exit_code) == ("no job 8", ExitCode.NOT_FOUND)


async def test_the_clock_the_nodes_and_the_workers_are_tables(desk: Desk) -> None:
    (entry,) = (await document(desk, "job clock", VIEWER))["clock"]
    assert (entry["name"], entry["zone"], entry["missed"]) == ("nightly", "Europe/Berlin", 2)
    (node,) = (await document(desk, "job nodes", VIEWER))["nodes"]
    assert (node["node"], node["leases"], node["here"]) == ("node-1", "pruner scheduler", "yes")
    known, unknown = (await document(desk, "job workers", VIEWER))["workers"]
    assert (known["worker"], known["state"], known["max_attempts"]) == ("mail.Welcome", "known", 5)
    assert (unknown["worker"], unknown["state"], unknown["waiting"]) == (
        "other.Worker",
        "unknown",
        5,
    )


async def test_empty_tables_say_what_they_lack(desk: Desk, ports: ScriptedPorts) -> None:
    ports.jobs.room = replace(ROOM, clock=(), nodes=())
    assert "[cron.NAME]" in await text(desk, "job clock")
    assert "no node has been heard of" in await text(desk, "job nodes")
    ports.jobs.room = replace(ROOM, nodes=(), state="degraded", why="no database")
    assert "no node is known now: no database" in await text(desk, "job nodes")


# Watching.


@pytest.fixture
async def watched() -> AsyncIterator[Desk]:
    """Where time passes as soon as nothing else is to be done."""
    async with System(clock=JumpingClock()) as system:
        yield Desk(await start(system))


def scripted(desk: Desk) -> ScriptedJobs:
    assert isinstance(desk.ports, ScriptedPorts)
    return desk.ports.jobs


def living(row: JobRow) -> JobLife:
    return replace(LIFE, row=row)


async def watch(desk: Desk, *rows: JobRow) -> list[Event]:
    scripted(desk).lives = tuple(map(living, rows))
    return await run(desk, "job watch 7", VIEWER)


ENDED = replace(ROW, state="completed", ended_at=AT)


async def test_a_watched_job_is_told_of_when_it_changes_and_until_it_completes(
    watched: Desk,
) -> None:
    further = replace(ROW, progress=Progress(3, 4), last_error=None)
    events = await watch(watched, ROW, ROW, further, further, ENDED)
    lines = [WIDE.render(event).split(maxsplit=1)[1] for event in events]
    assert lines == [
        "executing  attempt 2 of 5  1 of 4 (25%)  boom\n",
        "executing  attempt 2 of 5  3 of 4 (75%)\n",
        "completed  attempt 2 of 5\n",
    ]
    assert [event.exit_code for event in events] == [ExitCode.OK] * 3


@pytest.mark.parametrize("state", ["cancelled", "discarded"])
async def test_a_watched_job_that_does_not_complete_fails_the_command(
    watched: Desk, state: Literal["cancelled", "discarded"]
) -> None:
    (event,) = await watch(watched, replace(ROW, state=state))
    assert event.exit_code is ExitCode.FAILED
    document = event.document()
    assert isinstance(document, dict)
    assert document == {
        "at": document["at"],
        "id": 7,
        "state": state,
        "attempt": 2,
        "max_attempts": 5,
        "progress": {"done": 1, "total": 4},
        "last_error": "boom",
    }


async def test_a_watched_job_that_is_deleted_is_not_found(watched: Desk) -> None:
    first, last = await watch(watched, ROW, replace(ROW, id=8))
    assert first.exit_code is ExitCode.OK
    assert isinstance(last, Problem)
    assert last.exit_code is ExitCode.NOT_FOUND


async def test_a_watched_job_is_waited_for_while_the_database_is_away(watched: Desk) -> None:
    scripted(watched).away_for = 3
    away, found = await watch(watched, ENDED)
    assert WIDE.render(away).endswith("waits: database main is unreachable: connection refused\n")
    document = away.document()
    assert isinstance(document, dict)
    assert (document["id"], document["waits_for"]) == (
        7,
        "database main is unreachable: connection refused",
    )
    assert WIDE.render(found).split()[1] == "completed"


async def test_watching_is_a_stream_and_changes_nothing(watched: Desk) -> None:
    assert watched.take(["job", "watch", "7"], VIEWER).streams
    await watch(watched, ENDED)
    assert isinstance(watched.ports, ScriptedPorts)
    assert not watched.ports.audited


# Acting.


async def test_named_jobs_are_retried_without_a_question(desk: Desk, ports: ScriptedPorts) -> None:
    ports.jobs.rows = (replace(ROW, state="discarded"),)
    assert desk.take(["job", "retry", "7"], OPERATOR, interactive=True).question is None
    said = await acted(desk, "job retry 7")
    assert (said.message, said.exit_code) == ("1 job retried", ExitCode.OK)
    assert ports.jobs.done == [("retry", JobFilter(ids=(7,)))]
    assert [entry.command for entry in ports.audited] == ["job retry 7"]


@pytest.mark.parametrize("line", ["job retry --queue mail", "job cancel --queue mail"])
async def test_a_filter_asks_in_the_shell_and_needs_yes_elsewhere(
    desk: Desk, ports: ScriptedPorts, line: str
) -> None:
    assert (await problem(desk, line, OPERATOR)).code == "needs_confirmation"
    asked = desk.take(line.split(), OPERATOR, interactive=True)
    assert asked.question == f"{line}: sure?"
    assert not ports.jobs.done
    ports.jobs.affected = 12
    said = await acted(desk, f"{line} --yes")
    assert said.message.startswith("12 jobs ")
    assert ports.jobs.done == [(line.split()[1], JobFilter(queue="mail"))]


@pytest.mark.parametrize("line", ["job delete 7", "job delete --state cancelled"])
async def test_deleting_always_asks(desk: Desk, ports: ScriptedPorts, line: str) -> None:
    ports.jobs.rows = (replace(ROW, state="cancelled"),)
    assert (await problem(desk, line)).code == "needs_confirmation"
    assert desk.take(line.split(), OPERATOR, interactive=True).question == f"{line}: sure?"
    assert not ports.jobs.done
    assert (await acted(desk, f"{line} --yes")).message == "1 job deleted"


@pytest.mark.parametrize("verb", ["retry", "cancel", "delete"])
@pytest.mark.parametrize("filters", ["", "--tag=", "--queue="])
async def test_a_filter_that_fits_every_job_is_refused(
    desk: Desk, ports: ScriptedPorts, verb: str, filters: str
) -> None:
    answer = await problem(desk, f"job {verb} {filters} --yes")
    assert answer.exit_code is ExitCode.USAGE
    assert answer.message.startswith("which jobs?")
    assert answer.usage is not None
    assert not ports.jobs.done


async def test_numbers_and_a_filter_together_are_refused(desk: Desk, ports: ScriptedPorts) -> None:
    answer = await problem(desk, "job cancel 7 --queue mail --yes")
    assert answer.message == "give numbers or a filter, not both"
    assert not ports.jobs.done


async def test_what_became_of_each_named_job_is_told(desk: Desk, ports: ScriptedPorts) -> None:
    ports.jobs.rows = (replace(ROW, id=9, state="completed"), replace(ROW, id=8), ROW)
    said = await acted(desk, "job cancel 7 8 9")
    assert said.message == (
        "1 job cancelled; job 9 stays completed;"
        " the others changed meanwhile, or their unique key is taken"
    )
    assert said.exit_code is ExitCode.FAILED
    ports.jobs.affected = 0
    said = await acted(desk, "job retry 7 6")
    assert said.message == "no job retried; job 7 stays executing; there is no job 6"
    assert said.exit_code is ExitCode.NOT_FOUND


async def test_a_filter_without_jobs_says_whether_a_name_is_the_reason(
    desk: Desk, ports: ScriptedPorts
) -> None:
    ports.jobs.affected = 0
    said = await acted(desk, "job cancel --queue mail --yes")
    assert (said.message, said.exit_code) == ("no job cancelled", ExitCode.OK)
    assert (await problem(desk, "job cancel --queue mial --yes")).nearest == ("mail",)


async def test_every_act_while_the_database_is_away_is_a_problem(
    desk: Desk, ports: ScriptedPorts
) -> None:
    ports.jobs.away = True
    for line in ("job show 7", "job retry 7", "job delete 7 --yes"):
        assert (await problem(desk, line)).code == "database_unreachable"
