"""Each button types the command that an administrator would type, and asks first."""

import pytest

from web.actions import ACTIONS


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("restart", "restart --yes -- X"),
        ("stop", "stop --kill --yes -- X"),
        ("pause-queue", "queue pause --yes -- X"),
        ("resume-queue", "queue resume --yes -- X"),
        ("retry-job", "job retry --yes -- X"),
        ("cancel-job", "job cancel --yes -- X"),
        ("delete-job", "job delete --yes -- X"),
    ],
)
def test_a_button_types_a_whole_command(name: str, typed: str) -> None:
    assert " ".join(ACTIONS[name].words("X")) == typed


def test_no_target_is_taken_for_an_option() -> None:
    for action in ACTIONS.values():
        words = action.words("--all")
        assert words[-2:] == ("--", "--all")


def test_the_question_names_the_target_and_what_comes_of_it() -> None:
    assert ACTIONS["restart"].question("epp/pir/pool") == "Restart epp/pir/pool?"
    assert ACTIONS["pause-queue"].question("mail") == (
        "Pause queue mail? No node begins another of its jobs; those that run go on."
    )
