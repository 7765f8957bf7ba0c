"""What is demanded of queues, of the clock, and of the modules of workers."""

import json
from dataclasses import fields
from typing import Any

import pytest

from engset.config import JobsSection, QueueSection
from engset.config.jobs_rules import JOBS_RANGES, QUEUE_RANGES
from tests.engset.configurations import accepted, faults, warnings

HERE = "tests.engset.worker_modules"
ENTRY = {"expression": "0 3 * * *", "worker": "engset.Rehearsal"}


def queue(**changes: object) -> dict[str, Any]:
    return {"queue": {"mail": changes}}


def cron(**changes: object) -> dict[str, Any]:
    entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
    return {"cron": {"nightly": entry}}


# Queues.


def test_there_is_a_queue_when_none_is_named() -> None:
    assert accepted({}).queue == {"default": QueueSection(limit=10)}
    assert list(accepted({"queue": {}}).queue) == ["default"]
    assert list(accepted(queue(limit=3)).queue) == ["mail"]


@pytest.mark.parametrize("name", QUEUE_RANGES)
def test_numbers_of_a_queue_have_a_range(name: str) -> None:
    least, greatest = QUEUE_RANGES[name]
    key = {"key": "worker"} if name.startswith("key_") else {}
    for value in (0, greatest + 1):
        fault = faults(queue(**{**key, name: value}))
        assert fault == {f"queue.mail.{name}": f"{value:g} is not in {least:,g} to {greatest:,g}"}


@pytest.mark.parametrize("name", JOBS_RANGES)
def test_numbers_of_the_room_have_a_range(name: str) -> None:
    least, greatest = JOBS_RANGES[name]
    for value in (least - 1, greatest + 1):
        fault = faults({"jobs": {name: value}})
        assert fault == {f"jobs.{name}": f"{value:g} is not in {least:,g} to {greatest:,g}"}


def test_every_number_has_its_range() -> None:
    for section, ranges in ((JobsSection, JOBS_RANGES), (QueueSection, QUEUE_RANGES)):
        numbers = {each.name for each in fields(section) if isinstance(each.default, int | float)}
        assert numbers - {"paused"} <= set(ranges)


def test_limits_of_a_key_need_a_key_and_a_key_needs_limits() -> None:
    reason = "needs key, which says what it counts by"
    assert faults(queue(key_limit=2)) == {"queue.mail.key_limit": reason}
    assert faults(queue(key_rate=2)) == {"queue.mail.key_rate": reason}
    assert faults(queue(key="worker")) == {
        "queue.mail.key": "limits nothing without key_limit or key_rate"
    }
    assert accepted(queue(key="account", key_rate=2)).queue["mail"].key == "account"


@pytest.mark.parametrize("name", ["a/b", "ü", "-x", "_x", "x" * 128, "a b", "a.b", ""])
@pytest.mark.parametrize(
    ("family", "noun", "good"), [("queue", "queue", {}), ("cron", "cron entry", ENTRY)]
)
def test_names_are_fit_for_paths_and_for_the_table(
    family: str, noun: str, good: object, name: str
) -> None:
    shown = name if name in {"-x", "_x", "x" * 128} else json.dumps(name)
    found = faults({family: {name: good, "x" * 127: good}})
    reason = f"a {noun}'s name has at most 127 letters, digits, - and _"
    assert found == {f"{family}.{shown}": reason}


def test_a_value_in_the_place_of_a_section_is_told_apart() -> None:
    assert faults({"queue": 1, "cron": {"nightly": "0 3 * * *"}}) == {
        "queue": "is one section for each queue: [queue.NAME]",
        "cron.nightly": "is a value, where [cron.NAME] begins a cron entry's section",
    }


# The clock.


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"expression": None}, "expression", "is required"),
        ({"worker": None}, "worker", "is required"),
        (
            {"expression": "0 25 * * *"},
            "expression",
            "'0 25 * * *': hour: 25 is not in 0 to 23",
        ),
        (
            {"expression": "0 0 30 2 *"},
            "expression",
            "'0 0 30 2 *': such a day never comes",
        ),
        (
            {"zone": "Europe/Berln"},
            "zone",
            "no time zone 'Europe/Berln'; did you mean Europe/Berlin?",
        ),
        ({"missed": "later"}, "missed", "is neither run nor skip"),
        ({"missed": True}, "missed", "expected text, got true or false"),
        ({"worker": "w" * 128}, "worker", "has 128 characters; Oban's table takes 127"),
        ({"queue": "q" * 128}, "queue", "has 128 characters; Oban's table takes 127"),
        ({"args": "{}"}, "args", "expected an inline table, got text"),
        ({"args": {"a": [float("inf")]}}, "args", "holds a number that is not finite"),
        ({"args": {"a": {"\0": 1}}}, "args", "holds a text that JSON in PostgreSQL cannot"),
        ({"args": {"a": "\ud800"}}, "args", "holds a text that JSON in PostgreSQL cannot"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(
    changes: dict[str, object], key: str, reason: str
) -> None:
    assert faults(cron(**changes)) == {f"cron.nightly.{key}": reason}


def test_arguments_are_not_nested_without_end() -> None:
    args: dict[str, Any] = {}
    for _ in range(2_000):
        args = {"in": args}
    assert faults(cron(args=args)) == {"cron.nightly.args": "is nested too deep"}


def test_what_others_may_know_is_only_doubted() -> None:
    assert warnings(cron(worker="engset.Rehersal")) == {
        "cron.nightly.worker": "no worker here is called engset.Rehersal;"
        " did you mean engset.Rehearsal?"
    }
    assert warnings(cron(worker="Elixir.Mailer", queue="mail")) == {
        "cron.nightly.worker": "no worker here is called Elixir.Mailer",
        "cron.nightly.queue": "its queue mail is not run here: there is no [queue.mail]",
    }
    assert warnings(cron()) == {}


def test_an_entry_s_queue_is_its_worker_s() -> None:
    document = {**cron(worker="test.Greet"), "jobs": {"workers": [f"{HERE}.good"]}}
    assert warnings(document) == {
        "cron.nightly.queue": "its queue mail is not run here: there is no [queue.mail]"
    }
    assert warnings({**document, **queue()}) == {}


# Workers.


def test_every_module_that_cannot_be_imported_is_named() -> None:
    modules = [f"{HERE}.{name}" for name in ("good", "broken", "taken", "missing")]
    found = faults({"jobs": {"workers": [*modules, "a-b"]}})["jobs.workers"].split(" | ")
    assert found[0].startswith(f"{HERE}.broken cannot be imported: RuntimeError: ")
    assert found[1].startswith(f"{HERE}.taken has a worker whose name is taken: ")
    assert found[2].startswith(f"{HERE}.missing cannot be imported: ModuleNotFoundError: ")
    assert found[3] == "a-b is not the name of a module"


def test_a_module_without_a_worker_is_warned_of() -> None:
    assert warnings({"jobs": {"workers": [f"{HERE}.empty"]}}) == {
        "jobs.workers": f"{HERE}.empty defines no worker; name the modules that define them"
    }
