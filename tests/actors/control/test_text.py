"""Events as text and as JSON: readable, escaped, without colour in a pipe."""

import json
from datetime import UTC, datetime

from actors.control import Desk, DomainAnswer, LogEntry, Problem
from actors.control.events import (
    Acted,
    DomainsAnswered,
    LinesMissed,
    Logged,
    Replied,
)
from actors.control.faces import as_json
from actors.control.printable import printable, printable_json
from actors.control.refusal import ExitCode
from actors.control.table_text import duration
from actors.control.text import TextRenderer
from tests.actors.control.scripted import Add, run

PIPE = TextRenderer(width=100)
TERMINAL = TextRenderer(width=100, colour=True)


async def text(desk: Desk, line: str) -> str:
    (event,) = await run(desk, line)
    return PIPE.render(event)


async def test_a_tree_is_drawn(desk: Desk) -> None:
    drawn = await text(desk, "tree")
    assert drawn.splitlines()[0].startswith("engset (one_for_one) ")
    assert "└── team (one_for_one) idle" in drawn
    assert "    └── brief idle" in drawn


async def test_a_pipe_gets_no_colour_and_a_terminal_does(desk: Desk) -> None:
    (event,) = await run(desk, "tree")
    assert "\x1b" not in PIPE.render(event)
    assert "\x1b[" in TERMINAL.render(event)


async def test_what_an_actor_says_cannot_move_the_cursor(desk: Desk) -> None:
    (event,) = await run(desk, "state deaf")
    shown = PIPE.render(event)
    assert "\\x1b]0;owned\\x07 \\u202e\\x9b31m" in shown
    assert not set(shown) & {"\x1b", "\x07", "\u202e", "\x9b"}
    document = as_json(event)
    assert not set(document) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert json.loads(document)["facts"]["title"] == "\x1b]0;owned\x07 \u202e\x9b31m"


async def test_every_command_that_looks_has_a_text(desk: Desk) -> None:
    assert "counter" in await text(desk, "ps")
    assert "one_for_one" in await text(desk, "info team")
    assert "no restarts" in await text(desk, "history")
    assert "nobody" in await text(desk, "who")
    assert "example.com  verisign  available" in await text(desk, "domain check example.com")
    assert "message 7 of 2" in await text(desk, "poll")
    assert "domain create" in await text(desk, "help")
    assert "Usage: restart ACTOR" in await text(desk, "help restart")
    assert "http://" in await text(desk, "login")
    assert "•••" in await text(desk, "config")


async def test_pools_are_one_line_of_load_and_a_table(desk: Desk) -> None:
    (event,) = await run(desk, "pools")
    shown = TextRenderer(width=140).render(event)
    assert "verisign  degraded  epp.example:700  com net" in shown
    assert "3 ready, 1 busy, 4 wanted, 4 allowed" in shown
    assert "busy domain:check" in shown
    assert "link_lost: \\x1b[31m" in shown
    assert "unknown  verisign domain:create example.com: link_lost" in shown


async def test_a_problem_names_what_is_near_and_how_it_is_used(desk: Desk) -> None:
    shown = await text(desk, "restart team/onne --timeout 1s")
    assert "did you mean team/one" in shown
    shown = await text(desk, "restart")
    assert "usage: restart ACTOR [--timeout 30s]" in shown
    assert "there is:\n  Add amount=int" in await text(desk, "send counter Nothing")


def test_outcomes_of_domains_are_named() -> None:
    answers = (
        DomainAnswer(registry="pir", name="a.org", outcome="unknown", reason="why"),
        DomainAnswer(registry="pir", name="a.org", outcome="refused", reason="why", code=2302),
    )
    assert PIPE.render(DomainsAnswered(answers)) == (
        "a.org  pir  unknown  why\na.org  pir  refused  why  code 2302\n"
    )


def test_log_lines_are_one_line_each() -> None:
    entry = LogEntry(
        datetime(2026, 1, 1, 12, 30, tzinfo=UTC), "warning", "link.lost", "a/b", (("x", "1\n2"),)
    )
    assert PIPE.render(Logged(entry)) == "12:30:00 warning  link.lost a/b x=1\\x0a2\n"
    assert PIPE.render(LinesMissed(3)) == "… 3 lines missed: read too slowly\n"


def test_long_lines_are_not_broken() -> None:
    assert PIPE.render(Acted("word " * 60)).count("\n") == 1


def test_replies_are_taken_apart() -> None:
    assert PIPE.render(Replied("a", "Add", Add(1, (2, 3)))) == "amount  1\nfactors\n  2\n  3\n"
    assert PIPE.render(Replied("a", "Add", object())).startswith("<object object")
    assert PIPE.render(Replied("a", "Add", {"a": None, "b": {}, "c": True})) == (
        "a  -\nb  none\nc  yes\n"
    )


def test_a_problem_is_one_json_document() -> None:
    problem = Problem("not_found", "no actor", ExitCode.NOT_FOUND, nearest=("a",))
    assert json.loads(as_json(problem)) == {
        "error": {"code": "not_found", "message": "no actor", "nearest": ["a"]}
    }


def test_durations_have_their_two_largest_units() -> None:
    assert [duration(s) for s in (0.25, 4.2, 200, 7_260, 190_000)] == [
        "250 ms",
        "4.2 s",
        "3 m 20 s",
        "2 h 1 m",
        "2 d 4 h",
    ]


def test_control_characters_are_written_out() -> None:
    assert printable("a\x1b[2J\n\x7f\x85\u202e") == "a\\x1b[2J\\x0a\\x7f\\x85\\u202e"
    assert printable("Zoë 日本") == "Zoë 日本"
    assert json.loads(printable_json('"\x9b"')) == "\x9b"
