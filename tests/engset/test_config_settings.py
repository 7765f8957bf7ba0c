"""What becomes of a configuration: settings for the rooms, and a view for people."""

import json
import re
import tomllib
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from actors.epp import RegistrySettings
from actors.jobs import ClockSettings, JobsSettings, QueueSettings
from engset.config import (
    Configuration,
    CronSection,
    JobsSection,
    QueueSection,
    RegistrySection,
    StoreSection,
    effective,
    load,
    password_of,
    to_jobs_settings,
    to_registry_settings,
)
from engset.config.sections import NAMED_SECTIONS, SECTIONS
from tests.engset.configurations import PASSWORD, accepted, registry, section

EXAMPLE = Path(__file__).parents[2] / "examples" / "engset.toml"
TABLE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_a_section_becomes_the_settings_of_a_pool() -> None:
    chosen = section(
        port=701,
        tls_ca="/etc/engset/ca.pem",
        sessions=4,
        idle_limit_s=None,
        hello_every_s=30.0,
        extensions=("urn:ietf:params:xml:ns:secDNS-1.1",),
        limit_backoff_s=5.0,
    )
    assert to_registry_settings("verisign", chosen) == RegistrySettings(
        name="verisign",
        host="epp.example.net",
        port=701,
        zones=("com", "net"),
        client_id="registrar-1",
        password=PASSWORD,
        tls_ca=Path("/etc/engset/ca.pem"),
        sessions=4,
        idle_limit_s=None,
        hello_every_s=30.0,
        extensions=("urn:ietf:params:xml:ns:secDNS-1.1",),
        limit_backoff_s=5.0,
    )


def test_the_defaults_of_file_and_pool_are_the_same() -> None:
    settings = {each.name: each.default for each in fields(RegistrySettings)}
    for each in fields(RegistrySection):
        if each.default is not MISSING and each.name in settings and each.name != "password":
            assert each.default == settings[each.name], each.name


def test_every_key_of_a_registry_reaches_its_pool() -> None:
    known = {each.name for each in fields(RegistrySettings)}
    sources = {"password_file", "password_env"}
    assert {each.name for each in fields(RegistrySection)} - sources <= known


def test_the_room_of_jobs_gets_what_its_sections_say() -> None:
    limits: dict[str, Any] = {
        "limit": 3,
        "global_limit": 30,
        "rate": 600,
        "rate_period_s": 30.0,
        "key": "account",
        "key_limit": 2,
        "key_rate": 60,
        "timeout_s": 300.0,
        "paused": True,
    }
    entry: dict[str, Any] = {
        "expression": "0 3 * * *",
        "zone": "Europe/Berlin",
        "worker": "engset.Rehearsal",
        "queue": "mail",
        "missed": "skip",
    }
    room: dict[str, Any] = {
        "poll_s": 1.0,
        "dead_after_s": 10.0,
        "completed_kept_s": 60.0,
        "cancelled_kept_s": 120.0,
        "discarded_kept_s": 180.0,
        "drain_s": 5.0,
    }
    document = {
        "jobs": room,
        "queue": {"mail": limits},
        "cron": {"nightly": {**entry, "args": {"steps": 3, "since": date(2026, 1, 1)}}},
    }
    assert to_jobs_settings(accepted(document)) == JobsSettings(
        queues={"mail": QueueSettings(name="mail", **limits)},
        clock=(ClockSettings(name="nightly", args=b'{"steps":3,"since":"2026-01-01"}', **entry),),
        **room,
    )


def test_the_defaults_of_file_and_room_are_the_same() -> None:
    assert to_jobs_settings(Configuration()) == JobsSettings(
        queues={"default": QueueSettings(name="default")}
    )
    [entry] = to_jobs_settings(
        Configuration(cron={"x": CronSection(expression="@daily", worker="w")})
    ).clock
    assert entry == ClockSettings(name="x", expression="@daily", worker="w")


def test_every_key_of_a_queue_and_of_the_clock_reaches_its_room() -> None:
    for kind, settings in ((QueueSection, QueueSettings), (CronSection, ClockSettings)):
        assert keys_of(kind) == keys_of(settings) - {"name"}
    assert keys_of(JobsSection) - {"workers"} <= keys_of(JobsSettings)


def test_a_password_is_read_from_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text(" from-a-file\n")
    monkeypatch.setenv("ENGSET_TEST_PASSWORD", "from-outside")
    assert password_of(section()) == PASSWORD
    assert password_of(section(password=None, password_file=str(file))) == "from-a-file"
    outside = section(password=None, password_env="ENGSET_TEST_PASSWORD")
    assert to_registry_settings("x", outside).password == "from-outside"


def test_a_repr_shows_no_secret() -> None:
    url = "postgresql://engset:correct-horse@db/engset"
    shown = [
        repr(section()),
        repr(to_registry_settings("verisign", section())),
        repr(Configuration(registry={"verisign": section()}, store=StoreSection(url=url))),
    ]
    assert PASSWORD not in "".join(shown)


def test_the_effective_configuration_says_everything_but_secrets() -> None:
    url = "postgresql://engset:correct-horse@db/engset?password=correct-horse&sslmode=require"
    shown = effective(accepted({**registry(), "store": {"url": url}}))
    text = json.dumps(shown)
    assert PASSWORD not in text
    assert "postgresql://engset:***@db/engset?password=***&sslmode=require" in text
    verisign: Any = shown["registry"]
    assert set(verisign["verisign"]) == {each.name for each in fields(RegistrySection)}
    assert verisign["verisign"]["password"] == "***"
    assert verisign["verisign"]["zones"] == ["com", "net"]
    assert shown["web"] == {"listen": "127.0.0.1:8700"}


def test_the_effective_configuration_shows_queues_and_clock_as_json() -> None:
    entry = {"expression": "@daily", "worker": "w", "args": {"at": date(2026, 1, 1)}}
    shown: Any = effective(accepted({"cron": {"x": entry}, "queue": {"mail": {"limit": 3}}}))
    assert shown["cron"]["x"]["args"] == {"at": "2026-01-01"}
    assert shown["queue"]["mail"]["limit"] == 3
    assert shown["jobs"]["drain_s"] == 15.0
    json.dumps(shown)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (None, None),
        ("postgresql:///engset?host=/run/postgresql", "postgresql:///engset?host=/run/postgresql"),
        ("postgresql://engset@db/engset", "postgresql://engset@db/engset"),
        ("postgresql://engset:a@b:c@db/engset", "postgresql://engset:***@db/engset"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str | None, shown: str | None) -> None:
    told: Any = effective(Configuration(store=StoreSection(url=url)))["store"]
    assert told["url"] == shown


def test_an_unset_password_is_seen_to_be_unset() -> None:
    unset = section(password=None, password_env="X")
    told: Any = effective(Configuration(registry={"verisign": unset}))["registry"]
    assert told["verisign"]["password"] is None


# The example and the page about it.


def keys_of(kind: type[object]) -> set[str]:
    return set(get_type_hints(kind))


def uncommented() -> dict[str, Any]:
    """The example with every key that is commented out put in force."""
    return tomllib.loads(re.sub(r"(?m)^#(?=[\[a-z])", "", EXAMPLE.read_text(encoding="utf-8")))


def test_the_example_is_good_as_it_stands_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(EXAMPLE) == Configuration()
    assert load(EXAMPLE).runs_practice_registries


def test_the_example_shows_every_key_with_its_default() -> None:
    document = uncommented()
    assert set(document) == {"data_dir", *SECTIONS, *NAMED_SECTIONS}
    for name, kind in SECTIONS.items():
        assert set(document[name]) == keys_of(kind)
    for name, kind in NAMED_SECTIONS.items():
        [named] = document[name].values()
        assert set(named) == keys_of(kind)
    [example] = document["registry"].values()
    for key, wanted in (
        ("web", {"listen": "127.0.0.1:8700"}),
        ("control", effective(Configuration())["control"]),
    ):
        assert document[key] == wanted
    for each in fields(RegistrySection):
        if each.default is not MISSING and each.default is not None and each.default != ():
            assert example[each.name] == each.default, each.name


def test_the_page_has_a_row_for_every_key() -> None:
    rows = re.findall(r"(?m)^\| `([a-z_]+)` \|", TABLE.read_text(encoding="utf-8"))
    keys = ["data_dir"]
    for kind in (*SECTIONS.values(), *NAMED_SECTIONS.values()):
        keys += keys_of(kind)
    assert sorted(rows) == sorted(keys)
