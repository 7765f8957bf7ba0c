"""`queue …`: what is said, what is asked of the room, and what is refused."""

from dataclasses import replace

import pytest

from actors.control import Desk, ExitCode, Problem, Visitor
from actors.control.events import Acted
from actors.control.text import TextRenderer
from tests.actors.control.scripted import ADMIN, OPERATOR, VIEWER, ScriptedPorts, document, run
from tests.actors.control.scripted_jobs import HERE, MAIL, ROOM

WIDE = TextRenderer(width=160)


async def problem(desk: Desk, line: str, visitor: Visitor = ADMIN) -> Problem:
    (event,) = await run(desk, line, visitor)
    assert isinstance(event, Problem)
    return event


async def text(desk: Desk, line: str) -> str:
    (event,) = await run(desk, line, VIEWER)
    return WIDE.render(event)


async def test_queue_list_shows_each_queue_in_a_line(desk: Desk) -> None:
    heading, mail, elsewhere = (await text(desk, "queue list")).splitlines()
    assert heading.split() == [
        "queue", "state", "running", "waiting", "oldest", "per", "s", "failed", "paused",
    ]  # fmt: skip
    assert mail.split() == ["mail", "running", "1/10", "7", "1", "m", "30", "s", "1.5", "4", "no"]
    assert elsewhere.split() == ["elsewhere", "not", "here", "-", "7", "-", "-", "-", "no"]


async def test_queue_list_is_one_document(desk: Desk) -> None:
    said = await document(desk, "queue list", VIEWER)
    assert (said["state"], said["node"], said["table"]) == ("up", "node-1", "Oban 15")
    mail, elsewhere = said["queues"]
    assert (mail["queue"], mail["running"], mail["limit"], mail["waiting"]) == ("mail", 1, 10, 7)
    assert mail["counts"] == {"available": 7, "executing": 1, "discarded": 0}
    assert (elsewhere["state"], elsewhere["running"]) == ("not_here", None)


async def test_a_room_that_is_degraded_says_why_above_its_queues(
    desk: Desk, ports: ScriptedPorts
) -> None:
    ports.jobs.room = replace(ROOM, state="degraded", why="connection \x1brefused")
    first = (await text(desk, "queue list")).splitlines()[0]
    assert first == "jobs degraded: connection \\x1brefused"


async def test_queue_show_tells_all_sides_of_one(desk: Desk) -> None:
    shown = await text(desk, "queue show mail")
    assert shown.splitlines()[:10] == [
        "mail  running",
        "  jobs       7 available · 1 executing",
        "  oldest     due for 1 m 30 s",
        "  rate       100 in 60 s",
        "  key        worker: 2 at once",
        "  all nodes  20 at once",
        "  running    1 of 10 at once",
        "  ended      90 since the start, 4 of them failed; 1.5 per s now",
        "  wait       median 12 ms · 95 % 250 ms · 99 % 3.0 s",
        "  run        -",
    ]
    assert "unwritten  3 results" in shown
    assert shown.splitlines()[-1].split() == [
        "7", "mail.Welcome", "1", "1", "m", "5", "s", "jobs/queues/mail/executors/7",
    ]  # fmt: skip


async def test_a_queue_that_pauses_and_one_that_runs_nothing_say_so(
    desk: Desk, ports: ScriptedPorts
) -> None:
    waits = replace(HERE, state="degraded", why="no database", running=(), unacknowledged=0)
    ports.jobs.room = replace(ROOM, queues=(replace(MAIL, paused=True, here=waits, counts=()),))
    shown = await text(desk, "queue show mail")
    assert shown.startswith("mail  degraded  paused on all nodes  no database\n  jobs       none\n")
    assert "unwritten" not in shown
    assert "actor" not in shown


async def test_queue_show_is_one_document_with_its_limits(desk: Desk) -> None:
    said = await document(desk, "queue show mail", VIEWER)
    assert (said["global_limit"], said["rate_limit"]) == (20, "100 in 60 s")
    assert said["here"]["running"][0]["id"] == 7
    assert (await document(desk, "queue show elsewhere"))["here"] is None


@pytest.mark.parametrize(
    ("line", "asked", "said"),
    [
        ("queue pause mail", ("pause", "mail"), "queue mail is paused on all nodes"),
        ("queue resume mail", ("resume", "mail"), "queue mail goes on, on all nodes"),
        ("queue scale mail 20", ("scale", ("mail", 20)), "queue mail: 20 jobs at once"),
        (
            "queue scale mail configured",
            ("scale", ("mail", None)),
            "queue mail: as many jobs as its configuration says",
        ),
    ],
)
async def test_an_operator_steers_a_queue_and_it_is_recorded(
    desk: Desk, ports: ScriptedPorts, line: str, asked: tuple[str, object], said: str
) -> None:
    (event,) = await run(desk, line, OPERATOR)
    assert isinstance(event, Acted)
    assert event.message.startswith(said)
    assert ports.jobs.done == [asked]
    assert [(entry.command, entry.outcome) for entry in ports.audited] == [(line, "ok")]


@pytest.mark.parametrize(
    "line", ["queue pause mail", "queue resume mail", "queue scale mail 2", "job insert x"]
)
async def test_a_viewer_steers_no_queue(desk: Desk, ports: ScriptedPorts, line: str) -> None:
    assert (await problem(desk, line, VIEWER)).exit_code is ExitCode.NOT_PERMITTED
    assert not ports.jobs.done


@pytest.mark.parametrize("verb", ["show mial", "pause mial", "resume mial", "scale mial 3"])
async def test_an_unknown_queue_is_answered_with_the_nearest(desk: Desk, verb: str) -> None:
    answer = await problem(desk, f"queue {verb}")
    assert (answer.code, answer.exit_code) == ("not_found", ExitCode.NOT_FOUND)
    assert answer.message == "no queue 'mial'"
    assert answer.nearest == ("mail",)
    assert "mail" in answer.known


@pytest.mark.parametrize("limit", ["0", "10001", "many", "1.5", "٣"])
async def test_a_limit_is_a_whole_number_or_the_configured_one(
    desk: Desk, ports: ScriptedPorts, limit: str
) -> None:
    answer = await problem(desk, f"queue scale mail {limit}")
    assert answer.exit_code is ExitCode.USAGE
    assert "must be a whole number from 1 to 10000, or configured" in answer.message
    assert not ports.jobs.done


async def test_a_change_while_the_database_is_away_says_that_its_fate_is_open(
    desk: Desk, ports: ScriptedPorts
) -> None:
    ports.jobs.away = True
    answer = await problem(desk, "queue pause mail")
    assert (answer.code, answer.exit_code) == ("database_unreachable", ExitCode.FAILED)
    assert answer.message == (
        "database main is unreachable: connection refused;"
        " it may have been done: look before you repeat it"
    )
    assert (await problem(desk, "job list")).message.endswith("connection refused")


async def test_the_shell_asks_before_a_queue_is_paused(desk: Desk) -> None:
    asked = desk.take(["queue", "pause", "mail"], OPERATOR, interactive=True)
    assert asked.question == "queue pause mail: sure?"
    assert desk.take(["queue", "resume", "mail"], OPERATOR, interactive=True).question is None


async def test_half_a_command_of_queues_is_answered_with_its_other_halves(desk: Desk) -> None:
    assert "queue list" in (await problem(desk, "queue")).known
    assert "queue list" in (await problem(desk, "queue lst")).known
