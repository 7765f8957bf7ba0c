"""Roles, confirmation, errors and the audit record."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from actors.control import COMMANDS, Desk, ExitCode, Problem, Role, Visitor
from actors.control.catalogue import Catalogue
from actors.control.command import AnyCommand, Command
from actors.control.context import Context
from actors.control.events import Acted, Events
from actors.control.slots import option
from tests.actors.control.scripted import ADMIN, OPERATOR, VIEWER, ScriptedPorts, run


async def problem(desk: Desk, line: str, visitor: Visitor = ADMIN) -> Problem:
    (event,) = await run(desk, line, visitor)
    assert isinstance(event, Problem)
    return event


@pytest.mark.parametrize(
    ("visitor", "line"),
    [
        (VIEWER, "restart counter"),
        (VIEWER, "stop counter --kill"),
        (VIEWER, "domain check example.com"),
        (OPERATOR, "domain create example.com"),
        (OPERATOR, "send counter Reset"),
        (OPERATOR, "config"),
        (OPERATOR, "shutdown --yes"),
    ],
)
async def test_a_command_above_the_role_is_not_permitted(
    desk: Desk, ports: ScriptedPorts, visitor: Visitor, line: str
) -> None:
    answer = await problem(desk, line, visitor)
    assert (answer.code, answer.exit_code) == ("not_permitted", 77)
    assert not ports.asked
    assert not ports.stopping


@pytest.mark.parametrize("command", COMMANDS.commands, ids=lambda command: str(command.name))
async def test_a_viewer_may_look_and_sign_in_and_change_nothing_else(
    desk: Desk, command: AnyCommand
) -> None:
    assert command.changes <= (command.role > Role.VIEWER or command.name == "login")
    assert command.summary.endswith(".")
    for example in command.examples:
        assert desk.take(example.replace("'", "").split(), ADMIN, interactive=True).name


@pytest.mark.parametrize(
    ("line", "nearest"),
    [("tre", "tree"), ("restrat counter", "restart"), ("domian check x.com", "domain check")],
)
async def test_a_wrong_command_is_answered_with_the_nearest(
    desk: Desk, line: str, nearest: str
) -> None:
    answer = await problem(desk, line)
    assert answer.exit_code is ExitCode.USAGE
    assert nearest in answer.nearest


async def test_half_a_command_is_answered_with_its_other_halves(desk: Desk) -> None:
    assert "domain check" in (await problem(desk, "domain")).known
    assert "domain check" in (await problem(desk, "domain chek x.com")).known


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("restart", "ACTOR is missing"),
        ("tree a b", "too many arguments: 'b'"),
        (
            "log --level low",
            "--level must be one of debug, info, warning, error, critical, not 'low'",
        ),
        ("ps -n few", "--count must be a whole number, not 'few'"),
        ("stop counter --kill=yes", "--kill takes no value"),
        ("ps --sort", "--sort needs a value"),
        ("ps --sort path --sort path", "--sort is given twice"),
        ("restart counter --timeout soon", "--timeout must be a duration"),
        ("domain create a.com --years 11", "--years must be a whole number from 1 to 10"),
        ("domain renew a.com --expires soon", "--expires must be a date"),
        ("stop counter --kil", "no option --kil"),
    ],
)
async def test_wrong_arguments_are_answered_with_the_reason_and_the_usage(
    desk: Desk, line: str, said: str
) -> None:
    answer = await problem(desk, line)
    assert said in answer.message
    assert answer.exit_code is ExitCode.USAGE
    assert answer.usage is not None
    assert answer.usage.startswith(line.split(maxsplit=1)[0])


async def test_changes_are_recorded_with_who_and_outcome(desk: Desk, ports: ScriptedPorts) -> None:
    await run(desk, "tree")
    await run(desk, "restart counter", OPERATOR)
    await run(desk, "restart nobody", OPERATOR)
    await run(desk, "restart counter", VIEWER)
    recorded = [
        (entry.visitor.who, entry.command, entry.outcome, entry.exit_code)
        for entry in ports.audited
    ]
    assert recorded == [
        ("otto", "restart counter", "ok", 0),
        ("otto", "restart nobody", "not_found", 2),
        ("vera", "restart", "not_permitted", 77),
    ]


async def test_the_record_holds_no_secrets(desk: Desk, ports: ScriptedPorts) -> None:
    await run(desk, "domain transfer a.com --op request --auth hunter2")
    await run(desk, "send counter Reset to=1 password=hunter2")
    assert [entry.command for entry in ports.audited] == [
        "domain transfer a.com --op request --auth •••",
        "send counter Reset to=1 password=•••",
    ]


async def test_the_shell_is_asked_and_a_script_must_say_yes(desk: Desk) -> None:
    asked = desk.take(["stop", "counter"], ADMIN, interactive=True)
    assert asked.question == "stop counter: sure?"
    assert desk.take(["stop", "counter"], ADMIN).question is None
    assert desk.take(["stop", "counter", "--yes"], ADMIN, interactive=True).question is None
    assert desk.take(["shutdown"], ADMIN, interactive=True).question == "shutdown: sure?"
    assert (await problem(desk, "shutdown")).code == "needs_confirmation"


async def test_words_after_two_dashes_are_no_options(desk: Desk) -> None:
    invocation = desk.take(["info", "--", "--json"], ADMIN)
    assert not invocation.json
    (event,) = [event async for event in invocation.run()]
    assert isinstance(event, Problem)
    assert "'--json'" in event.message


@dataclass(frozen=True, slots=True)
class NoWords:
    wait: str = option("for what", default="nothing")


def explode() -> str:
    raise RuntimeError("boom")


async def crash(context: Context, arguments: NoWords) -> Events:
    yield Acted(explode())


async def hang(context: Context, arguments: NoWords) -> Events:
    await context.ports.root.join()
    yield Acted("never")


async def stream(context: Context, arguments: NoWords) -> Events:
    yield Acted("one")
    await context.ports.root.join()


def odd_desk(ports: ScriptedPorts) -> Desk:
    def row(
        name: str, work: Callable[[Context, NoWords], Events], *, streams: bool = False
    ) -> Command[NoWords]:
        return Command(
            name=name,
            summary="Odd.",
            group="look",
            role=Role.VIEWER,
            arguments=NoWords,
            run=work,
            changes=True,
            timeout_s=0.01,
            streams=lambda _: streams,
        )

    return Desk(
        ports, Catalogue((row("crash", crash), row("hang", hang), row("go", stream, streams=True)))
    )


async def test_a_crash_is_a_problem_of_that_command_only(ports: ScriptedPorts) -> None:
    answer = await problem(odd_desk(ports), "crash")
    assert (answer.code, answer.message) == ("failed", "RuntimeError: boom")
    assert ports.audited[0].outcome == "failed"


async def test_a_command_that_hangs_is_cut_with_a_clear_message(ports: ScriptedPorts) -> None:
    answer = await problem(odd_desk(ports), "hang")
    assert answer.exit_code is ExitCode.TIMED_OUT
    assert answer.message == "hang: no answer in 0.01 s"


async def test_a_stream_that_is_called_off_is_recorded_as_far_as_it_came(
    ports: ScriptedPorts,
) -> None:
    events: AsyncIterator[object]
    async with aclosing(odd_desk(ports).take(["go"], ADMIN).run()) as events:
        async for _ in events:
            break
    assert [entry.outcome for entry in ports.audited] == ["ok"]
