"""Files and command lines: what is read, what is refused, and that all of it is said at once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engset.config import BadConfiguration, Configuration, load
from tests.engset.configurations import GOOD, accepted, faults, registry, section

FILE = """
[web]
listen = "127.0.0.1:9000"

[registry.verisign]
host = "epp.example.net"
zones = ["com", "net"]
client_id = "registrar-1"
password = "correct-horse"
sessions = 4
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "engset.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path | None, *overrides: str) -> dict[str, str]:
    with pytest.raises(BadConfiguration) as caught:
        load(path, overrides=overrides)
    return {problem.key: problem.reason for problem in caught.value.problems}


def test_nothing_at_all_is_a_configuration() -> None:
    assert load() == Configuration()
    assert load().runs_practice_registries


def test_a_file_is_read(tmp_path: Path) -> None:
    configuration = load(written(tmp_path, FILE))
    verisign = configuration.registry["verisign"]
    assert configuration.web.listen == "127.0.0.1:9000"
    assert configuration.source == tmp_path / "engset.toml"
    assert (verisign.sessions, verisign.port, verisign.zones) == (4, 700, ("com", "net"))
    assert not configuration.runs_practice_registries


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"
    assert refused(path) == {str(path): "cannot be read: No such file or directory"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[web", "is not TOML"),
        (b"web = \xff", "is not UTF-8 (at octet 6)"),
        (b"a = " + b"9" * 5_000, "is not TOML"),
        (b"a = " + b"[" * 100_000, "is not TOML"),
    ],
)
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "engset.toml"
    path.write_bytes(content)
    assert refused(path)[str(path)].startswith(reason)


def test_every_fault_is_found_in_one_go() -> None:
    document = {
        "web": {"listen": "8700", "colour": "blue"},
        "store": {"url": "mysql://localhost"},
        "sandbox": {"registry": "yes"},
        **registry(sessions="4", host="a b", zones=["x y"], tls_ca="/nowhere/ca.pem"),
        "jobs": {"poll_s": 0, "workers": ["no_such_package.workers"]},
        "queue": {"default": {"limit": 0}, "a b": {}},
        "cron": {"nightly": {"expression": "soon", "zone": "Mars", "missed": "later"}},
        "logging": {},
    }
    assert set(faults(document)) == {
        "logging",
        "web.colour",
        "web.listen",
        "store.url",
        "sandbox.registry",
        "registry.verisign.sessions",
        "registry.verisign.host",
        "registry.verisign.zones",
        "registry.verisign.tls_ca",
        "jobs.poll_s",
        "jobs.workers",
        "queue.default.limit",
        'queue."a b"',
        "cron.nightly.expression",
        "cron.nightly.zone",
        "cron.nightly.worker",
        "cron.nightly.missed",
    }


@pytest.mark.parametrize(
    ("document", "key", "reason"),
    [
        ({"wbe": {}}, "wbe", "unknown key; did you mean web?"),
        ({"zzz": 1}, "zzz", "unknown key"),
        ({"web": {"lisen": ""}}, "web.lisen", "unknown key; did you mean listen?"),
        (registry(session=4), "registry.verisign.session", "unknown key; did you mean sessions?"),
    ],
)
def test_an_unknown_key_gets_the_nearest_name(
    document: dict[str, Any], key: str, reason: str
) -> None:
    assert faults(document) == {key: reason}


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("sessions", "4", "expected a whole number, got text; write it without quotes"),
        ("sessions", "many", "expected a whole number, got text"),
        ("sessions", 4.0, "expected a whole number, got a number with a decimal point"),
        ("sessions", True, "expected a whole number, got true or false"),
        ("sessions", [4], "expected a whole number, got a list that holds a whole number"),
        ("sessions", {"most": 4}, "expected a whole number, got a section"),
        ("hello_every_s", "60", "expected a number, got text; write it without quotes"),
        ("hello_every_s", float("nan"), "is not a finite number"),
        ("hello_every_s", 10**400, "expected a number, got a number out of range"),
        ("host", 4, "expected text, got a whole number"),
        ("host", "", "is empty"),
        ("host", "a\nb", "holds a control character (at 2)"),
        ("zones", "com", "expected a list of texts, got text; write it in [brackets]"),
        ("zones", ["com", 4], "expected a list of texts, got a list that holds a whole number"),
        ("zones", ["com", ""], "item 2 is empty"),
    ],
)
def test_types_are_named_in_an_operator_s_words(key: str, value: object, reason: str) -> None:
    assert faults(registry(**{key: value})) == {f"registry.verisign.{key}": reason}


def test_a_date_is_not_text() -> None:
    document = {"data_dir": date(2026, 1, 1)}
    assert faults(document) == {"data_dir": "expected text, got a date or time"}


@pytest.mark.parametrize("key", ["host", "zones", "client_id"])
def test_what_must_be_there_is_asked_for(key: str) -> None:
    assert faults(registry(**{key: None})) == {f"registry.verisign.{key}": "is required"}


def test_a_value_in_the_place_of_a_section_is_told_apart() -> None:
    assert faults({"web": "127.0.0.1:80"}) == {"web": "is a section: [web]"}
    assert faults({"registry": []}) == {
        "registry": "is one section for each registry: [registry.NAME]"
    }
    assert list(faults({"registry": GOOD})) == [f"registry.{key}" for key in GOOD]


def test_no_limit_is_said_with_the_word_none() -> None:
    verisign = accepted(registry(idle_limit_s="none", age_limit_s="none")).registry["verisign"]
    assert verisign.idle_limit_s is None
    assert verisign.age_limit_s is None


def test_none_is_no_word_for_what_always_has_a_value() -> None:
    assert faults(registry(sessions="none")) == {
        "registry.verisign.sessions": "expected a whole number, got text"
    }


def test_mail_providers_are_refused_with_a_sentence() -> None:
    assert faults({"provider": {"ses": {"kind": "ses"}}, "sandbox": {"provider": True}}) == {
        "provider": "mail providers are not part of this version yet",
        "sandbox.provider": "the practice provider is not part of this version yet",
    }


# Overrides.


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    overrides = ["registry.verisign.sessions=7", "web.listen=127.0.0.1:0"]
    configuration = load(written(tmp_path, FILE), overrides=overrides, data_dir=tmp_path / "data")
    assert configuration.registry["verisign"].sessions == 7
    assert configuration.web.listen == "127.0.0.1:0"
    assert configuration.data_dir == tmp_path / "data"


@pytest.mark.parametrize(
    ("override", "field", "value"),
    [
        ("password=12345678", "password", "12345678"),
        ('password="quoted-word"', "password", "quoted-word"),
        ("zones=org,info", "zones", ("org", "info")),
        ('zones=["org"]', "zones", ("org",)),
        ("idle_limit_s=none", "idle_limit_s", None),
        ("hello_every_s=30", "hello_every_s", 30.0),
        ("tls_server_name=2026.example", "tls_server_name", "2026.example"),
    ],
)
def test_a_value_is_read_as_its_key_wants_it(
    tmp_path: Path, override: str, field: str, value: object
) -> None:
    configuration = load(written(tmp_path, FILE), overrides=[f"registry.verisign.{override}"])
    assert getattr(configuration.registry["verisign"], field) == value


def test_queues_and_clock_can_come_from_the_command_line() -> None:
    configuration = load(
        overrides=[
            "queue.default.limit=20",
            "queue.mail.key=worker",
            "queue.mail.key_limit=2",
            "jobs.workers=tests.engset.worker_modules.good",
            "cron.nightly.expression=0 3 * * *",
            "cron.nightly.worker=test.Greet",
            "cron.nightly.args={name = 'Ada', often = [1, 2]}",
            "cron.nightly.missed=skip",
        ]
    )
    nightly = configuration.cron["nightly"]
    assert configuration.queue["default"].limit == 20
    assert configuration.queue["mail"].key == "worker"
    assert configuration.jobs.workers == ("tests.engset.worker_modules.good",)
    assert nightly.args == {"name": "Ada", "often": [1, 2]}
    assert (nightly.expression, nightly.missed) == ("0 3 * * *", "skip")


def test_a_whole_registry_can_come_from_the_command_line() -> None:
    overrides = [f"registry.pir.{key}={value}" for key, value in GOOD.items() if key != "zones"]
    configuration = load(overrides=[*overrides, "registry.pir.zones=org"])
    assert configuration.registry == {"pir": section(zones=("org",))}


@pytest.mark.parametrize("override", ["web.listen", "=secret-1", "web..listen=secret-1"])
def test_an_override_of_no_form_is_named_without_its_value(override: str) -> None:
    [(key, reason)] = refused(None, override).items()
    assert key == f"--set {override.partition('=')[0]}"
    assert reason == "is not of the form section.key=value"


def test_an_override_below_a_value_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 'data_dir = "x"')
    assert refused(path, "data_dir.deep.down=1") == {"data_dir": "is a value, not a section"}


def test_an_override_of_an_unknown_key_is_refused() -> None:
    assert refused(None, "colour.of.the.page=blue", "web.lisen=x") == {
        "colour": "unknown key",
        "web.lisen": "unknown key; did you mean listen?",
    }


# Paths.


def test_paths_in_the_file_are_relative_to_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    text = FILE.replace('password = "correct-horse"', 'password_file = "secret"')
    configuration = load(written(tmp_path, f'data_dir = "data"\n{text}'))
    assert configuration.data_dir == tmp_path / "data"
    assert configuration.registry["verisign"].password_file == str(tmp_path / "secret")


def test_paths_on_the_command_line_are_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret").write_text("from-a-file\n")
    monkeypatch.chdir(elsewhere)
    text = FILE.replace('password = "correct-horse"', "")
    configuration = load(
        written(tmp_path, text), overrides=["registry.verisign.password_file=secret"]
    )
    assert configuration.registry["verisign"].password_file == "secret"
    assert configuration.data_dir == Path("var")
