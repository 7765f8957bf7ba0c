"""`engset check`: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest

from engset.config import Options, check, parse_options

FILE = """
[registry.verisign]
host = "epp.example.net"
zones = ["COM", "net"]
client_id = "registrar-1"
password = "correct-horse"
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ENGSET_DATA_DIR", raising=False)


def test_a_good_configuration_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("engset.toml").write_text(FILE)
    assert check(["--config", "engset.toml"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    [line] = told.out.splitlines()
    assert line.startswith("engset.toml is good: registries verisign (.com .net); ")
    assert "page on http://127.0.0.1:8700" in line
    assert str(Path.cwd() / "var") in line


def test_without_a_file_the_defaults_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert check([]) == 0
    line = capsys.readouterr().out
    assert "practice registries verisign (.com .net), pir (.org)" in line


def test_each_fault_has_a_line_with_key_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    Path("engset.toml").write_text(FILE + 'sessions = "4"\nport = 0\n')
    assert check(["--config=engset.toml", "--set", "web.listen=x"]) == 78
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "registry.verisign.sessions: expected a whole number, got text; write it without quotes",
        "web.listen: 'x' is not HOST:PORT",
        "registry.verisign.port: 0 is not in 1 to 65,535",
    ]


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["--config", "nowhere.toml"]) == 78
    assert capsys.readouterr().err == "nowhere.toml: cannot be read: No such file or directory\n"


def test_warnings_are_printed_and_cost_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["--set", "web.listen=0.0.0.0:80"]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("warning: web.listen: 0.0.0.0:80 can be reached from other machines")
    assert "is good" in told.out


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["--json", "--set", "web.listen=x"]) == 78
    told = capsys.readouterr()
    assert told.err == ""
    assert json.loads(told.out) == {
        "ok": False,
        "problems": [{"key": "web.listen", "reason": "'x' is not HOST:PORT"}],
        "warnings": [],
    }
    assert check(["--json", "--set=web.listen=[::]:80"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["problems"]) == (True, [])
    assert [each["key"] for each in document["warnings"]] == ["web.listen"]


@pytest.mark.parametrize("words", [["engset.toml"], ["--confg", "x"], ["--config"], ["--json=1"]])
def test_words_that_are_not_understood_are_a_matter_of_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(words) == 64
    told = capsys.readouterr()
    assert told.err.startswith(words[0].partition("=")[0])
    assert "usage: engset check" in told.err


def test_help_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["-h"]) == 0
    assert capsys.readouterr().out.startswith("usage: engset check")


def test_the_last_of_several_options_counts() -> None:
    words = ["--data-dir=a", "--data-dir", "b", "--set", "x=1", "--set=y=2=3"]
    assert parse_options(words) == Options(data_dir=Path("b"), overrides=("x=1", "y=2=3"))


def test_the_environment_may_name_the_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGSET_DATA_DIR", "/srv/engset")
    assert parse_options([]).data_dir == Path("/srv/engset")
    assert parse_options(["--data-dir", "here"]).data_dir == Path("here")
    monkeypatch.setenv("ENGSET_DATA_DIR", "")
    assert parse_options([]).data_dir is None
