"""What people get wrong is named, with a reason, and leaves nothing behind."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.daemon import Ended, RunningDaemon, engset
from tests.support.postgres import open_folder
from tests.support.processes import working_on


@pytest.fixture
def empty_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def serve(data_dir: Path, *words: str) -> Ended:
    """A daemon that is expected not to start."""
    free = ["--set", "control.ssh_listen=127.0.0.1:0", "--set", "web.listen=127.0.0.1:0"]
    return engset("serve", "--data-dir", str(data_dir), *free, *words)


def assert_refused(ended: Ended, data_dir: Path, *, exit_code: int) -> None:
    assert ended.exit_code == exit_code, ended
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert working_on(data_dir) == {}


def test_every_bad_key_of_a_configuration_is_named(empty_dir: Path) -> None:
    config = empty_dir / "engset.toml"
    config.write_text(
        """
        dta_dir = "elsewhere"
        [web]
        listen = "nowhere"
        [registry.somewhere]
        host = "epp.example.net"
        port = 70000
        zones = ["com"]
        client_id = "me"
        password = "secret-1"
        sessions = -1
        tls_ca = "no-such-file.pem"
        """
    )
    ended = engset("serve", "--config", str(config), "--data-dir", str(empty_dir / "data"))
    assert ended.exit_code == 78
    assert "Traceback" not in ended.err
    for key in ("dta_dir", "web.listen", "port", "sessions", "tls_ca"):
        assert key in ended.err, f"{key} is not named in:\\n{ended.err}"
    assert "secret-1" not in ended.err
    assert not (empty_dir / "data").exists()


def test_a_taken_page_port_is_named(daemon: RunningDaemon, empty_dir: Path) -> None:
    taken = daemon.url.removeprefix("http://")
    ended = serve(empty_dir, "--set", f"web.listen={taken}")
    assert_refused(ended, empty_dir, exit_code=1)
    assert f"cannot listen on {taken}" in ended.err


def test_a_taken_ssh_port_is_named(daemon: RunningDaemon, empty_dir: Path) -> None:
    taken = f"127.0.0.1:{daemon.ssh_port}"
    ended = serve(empty_dir, "--set", f"control.ssh_listen={taken}")
    assert_refused(ended, empty_dir, exit_code=1)
    assert f"cannot listen on {taken}" in ended.err


def test_a_second_daemon_on_the_same_data_is_told_of_the_first(daemon: RunningDaemon) -> None:
    ended = serve(daemon.data_dir)
    assert (ended.exit_code, ended.out) == (1, "")
    assert "Traceback" not in ended.err
    assert str(daemon.data_dir) in ended.err
    assert str(daemon.pid) in ended.err
    assert daemon.readiness()[0] == 200


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("-bad.com", "-bad"),
        ("bad-.com", "bad-"),
        ("under_score.com", "under_score"),
        (f"{'x' * 64}.com", "x" * 64),
        ("two..com", ""),
    ],
)
def test_a_malformed_name_is_refused_by_its_label_and_no_registry_hears_of_it(
    daemon: RunningDaemon, name: str, label: str
) -> None:
    def commands() -> int:
        return sum(
            row["commands"]
            for each in ("verisign", "pir")
            for row in daemon.connections(each).values()
        )

    before = commands()
    for words in (("check",), ("info",), ("create",)):
        outcome = daemon.ask("domain", *words, "--", name)
        assert (outcome.exit_code, outcome.answer["outcome"]) == (1, "invalid_name")
        assert label in outcome.answer["reason"]
        assert outcome.answer["registry"] is None
    assert commands() == before


def test_a_good_name_beside_a_malformed_one_is_still_answered(daemon: RunningDaemon) -> None:
    outcome = daemon.ask("domain", "check", "good.com", "ba_d.com", "nobody.sells.this")
    assert outcome.exit_code == 1
    assert [each["outcome"] for each in outcome.document["answers"]] == [
        "completed",
        "invalid_name",
        "invalid_name",
    ]


def test_an_unknown_actor_gets_the_nearest_names(daemon: RunningDaemon) -> None:
    ended = daemon.cli("info", "epp/verisgn/pool")
    assert ended.exit_code == 2
    assert ended.out == ""
    assert "epp/verisign/pool" in ended.err
    error = daemon.ask("info", "epp/verisgn/pool").document["error"]
    assert error["code"] == "not_found"
    assert error["nearest"][0] == "epp/verisign/pool"


def test_a_command_without_a_daemon_says_how_to_start_one(empty_dir: Path) -> None:
    ended = engset("--data-dir", str(empty_dir), "tree")
    assert ended.exit_code == 69
    assert "engset serve" in ended.err
    assert str(empty_dir) in ended.err
    machine = engset("--data-dir", str(empty_dir), "tree", "--json")
    assert machine.exit_code == 69
    assert json.loads(machine.out)["error"]["code"] == "no_daemon"


def test_words_nobody_knows_are_a_usage_error(daemon: RunningDaemon) -> None:
    assert daemon.cli("domian", "check", "example.com").exit_code == 64
    assert daemon.cli("domain", "check").exit_code == 64


def test_the_configuration_is_shown_without_its_secrets(daemon: RunningDaemon) -> None:
    document = daemon.json("config")
    assert document["data_dir"] == str(daemon.data_dir)
    assert document["web"]["listen"] == "127.0.0.1:0"
    assert daemon.cli("config").exit_code == 0


def test_an_oversized_frame_closes_its_own_connection_and_is_counted(
    daemon: RunningDaemon,
) -> None:
    before = daemon.registry("verisign")
    daemon.json("fault", "verisign", f"wrong-length length={2**31} times=1 command=domain:check")
    assert daemon.ask("domain", "check", "oversized.com").answer["code"] == 1000
    daemon.until_up("verisign")
    after = daemon.registry("verisign")
    assert after["protocol_errors"] == before["protocol_errors"] + 1
    assert after["reconnects"] == before["reconnects"] + 1
