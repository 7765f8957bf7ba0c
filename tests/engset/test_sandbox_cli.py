import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engset.sandbox_cli import sandbox
from tests.protocols.epp_server import frames

WITHIN_S = 30.0


@contextmanager
def running(folder: Path, *words: str) -> Generator[tuple["subprocess.Popen[str]", Any]]:
    """`engset sandbox registry` in a process of its own, and what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engset.cli", "sandbox", "registry", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline() or "null")
    finally:
        process.kill()
        process.communicate()


def ask(link: ssl.SSLSocket, xml: bytes = b"") -> bytes:
    """Send a data unit, if there is one, and read the next."""
    if xml:
        link.sendall((len(xml) + 4).to_bytes(4, "big") + xml)
    with link.makefile("rb") as stream:
        return stream.read(int.from_bytes(stream.read(4), "big") - 4)


def connect(told: Any) -> ssl.SSLSocket:
    """A TLS connection with nothing but what was printed."""
    context = ssl.create_default_context(cafile=told["ca"])
    context.load_cert_chain(told["certificate"], told["key"])
    plain = socket.create_connection((told["host"], told["port"]), timeout=WITHIN_S)
    return context.wrap_socket(plain, server_hostname=told["host"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_of_json_lets_a_client_in_and_a_signal_ends_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    words = ("--zones", "com,example", "--accounts", "3", "--fault", "close-after commands=2")
    with running(tmp_path, *words) as (process, told):
        assert list(told) == ["host", "port", "ca", "certificate", "key", "zones", "accounts"]
        assert told["zones"] == ["com", "example"]
        assert [list(account) for account in told["accounts"]] == [["client_id", "password"]] * 3
        data_dir = tmp_path / "var" / "sandbox-registry"
        assert data_dir.stat().st_mode & 0o777 == 0o700
        assert all(Path(told[key]).is_relative_to(data_dir) for key in ("ca", "certificate", "key"))
        account = told["accounts"][2]
        with connect(told) as link:
            assert b"<greeting>" in ask(link)
            login = frames.login(account["client_id"], account["password"])
            assert b'code="1000"' in ask(link, login)
            assert b'avail="1"' in ask(link, frames.domain_check("mine.example"))
            assert link.recv(1) == b""
        with connect(told) as link:
            assert b"<greeting>" in ask(link)
            process.send_signal(number)
            assert link.recv(1) == b""
            rest, errors = process.communicate(timeout=WITHIN_S)
        assert (process.returncode, rest) == (0, "")
        assert "Traceback" not in errors
        assert all(account["password"] not in errors for account in told["accounts"])


def test_certificates_and_accounts_stay_from_run_to_run(tmp_path: Path) -> None:
    with running(tmp_path, "--data-dir", "data", "--profile", "thick") as (_, first):
        assert first["zones"] == ["org"]
        before = Path(first["ca"]).read_bytes()
    with running(tmp_path, "--data-dir", "data") as (_, second):
        assert second["accounts"] == first["accounts"]
        assert Path(second["ca"]).read_bytes() == before


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with running(tmp_path, "--listen", address) as (process, told):
            assert told is None
            _, errors = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 1
    assert f"cannot listen on {address}: Address already in use" in errors
    assert "Traceback" not in errors


def test_a_data_directory_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with running(tmp_path, "--data-dir", "file/below") as (process, told):
        assert told is None
        _, errors = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 1
    assert "file/below" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["provider"], "not part of this version yet"),
        (["postman"], "invalid choice: 'postman'"),
        (["registry", "--listen", "here"], "'here' is not HOST:PORT"),
        (["registry", "--listen", "127.0.0.1:70000"], "70000 is not a port"),
        (["registry", "--profile", "wide"], "invalid choice: 'wide'"),
        (["registry", "--name", "a/b"], "'a/b' is not 1 to 32 letters"),
        (["registry", "--fault", "boredom"], "no such fault; there are latency"),
        (["registry", "--fault", "latency"], "seconds"),
        (["registry", "--schemas", "nowhere.xsd"], "nowhere.xsd is no schema"),
        (["registry", "--sessions", "many"], "invalid int value: 'many'"),
        (["registry", "--colour", "red"], "unrecognized arguments: --colour red"),
    ],
)
def test_a_bad_command_line_is_answered_with_a_sentence(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sandbox(words) == 64
    told = capsys.readouterr()
    assert told.out == ""
    assert complaint in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--accounts", "1"], "accounts: at least two are needed"),
        (["--zones", "no_zone"], "zones: 'no_zone' is no lower-case domain name"),
        (["--sessions", "0"], "sessions_per_account: must be above 0"),
        (["--idle-limit", "nan"], "idle_limit_s: must be above 0"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    tmp_path: Path, words: list[str], complaint: str
) -> None:
    with running(tmp_path, *words) as (process, told):
        assert told is None
        _, errors = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 64
    assert complaint in errors


@pytest.mark.parametrize("words", [[], ["--help"], ["registry", "--help"]])
def test_help_is_on_standard_output(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert sandbox(words) == 0
    assert "registry" in capsys.readouterr().out
