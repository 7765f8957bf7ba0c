"""Tab, on the real command table."""

import pytest

from actors.control import COMMANDS
from actors.control.completion import Names, complete

NAMES: Names = {
    "actors": ("epp/pir/pool", "epp/pir/poller", "web"),
    "registries": ("pir", "verisign"),
    "queues": ("default", "mail"),
    "workers": ("engset.Rehearsal", "mail.Welcome"),
    "commands": ("tree", "domain check"),
}


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("tre", "tree "),
        ("tree w", "tree web "),
        ("tree epp", "tree epp/pir/po"),
        ("domain ch", "domain check "),
        ("poll ver", "poll verisign "),
        ("log --le", "log --level "),
        ("log --level warn", "log --level warning "),
        ("stop web --k", "stop web --kill "),
        ("fault pir x --cl", "fault pir x --clear "),
        ("queue pause ma", "queue pause mail "),
        ("job list --queue de", "job list --queue default "),
        ("job list --state exe", "job list --state executing "),
        ("job cancel --worker mail", "job cancel --worker mail.Welcome "),
        ("job insert eng", "job insert engset.Rehearsal "),
    ],
)
def test_what_is_certain_is_filled_in(typed: str, line: str) -> None:
    assert complete(COMMANDS, typed, len(typed), NAMES) == (line, len(line))


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("tree epp/pir/po", ["epp/pir/poller", "epp/pir/pool"]),
        ("domain ", ["check", "create", "delete", "info", "renew", "transfer", "update"]),
        ("top --sort r", ["rate", "restarts"]),
        ("tr", ["trace", "tree"]),
        ("queue ", ["list", "pause", "resume", "scale", "show"]),
        ("queue scale ", ["--json", "default", "mail"]),
        ("queue scale mail ", ["--json", "configured"]),
        ("job list --state c", ["cancelled", "completed"]),
        ("nonsense x", []),
    ],
)
def test_choices_are_offered_where_there_are_several(typed: str, choices: list[str]) -> None:
    assert complete(COMMANDS, typed, len(typed), NAMES) == choices


def test_the_rest_of_the_line_stays_behind_the_cursor() -> None:
    assert complete(COMMANDS, "tre web", 3, NAMES) == ("tree web", 5)
