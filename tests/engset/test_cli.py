"""The `engset` command, against a real socket and without one."""

import asyncio
import json
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from actors.control import Desk
from actors.control.local_socket import LocalSocket
from engset.cli import _PROGRAMS, SOCKET_NAME, main
from runtime import System
from runtime.testing import settle
from tests.actors.control.scripted import ScriptedPorts, start


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[ScriptedPorts]:
    async with System() as system:
        ports = await start(system)
        await system.start(partial(LocalSocket, Desk(ports), tmp_path / SOCKET_NAME))
        yield ports


async def engset(data_dir: Path, *words: str) -> int:
    return await asyncio.to_thread(main, ["--data-dir", str(data_dir), *words])


async def test_a_command_is_carried_out_by_the_daemon(
    ports: ScriptedPorts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await engset(tmp_path, "tree") == 0
    assert "└── team (one_for_one)" in capsys.readouterr().out


async def test_json_is_one_document(
    ports: ScriptedPorts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await engset(tmp_path, "domain", "check", "example.com", "example.org", "--json") == 0
    answers = json.loads(capsys.readouterr().out)["answers"]
    assert [answer["registry"] for answer in answers] == ["verisign", "pir"]


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (("info", "nobody"), 2),
        (("tre",), 64),
        (("shutdown",), 64),
        (("call", "counter", "Never", "--timeout", "1ms"), 124),
    ],
)
async def test_exit_codes_and_errors_reach_the_shell(
    ports: ScriptedPorts,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    exit_code: int,
) -> None:
    assert await engset(tmp_path, *words) == exit_code
    assert capsys.readouterr().err


async def test_the_socket_may_be_named_and_options_may_stand_anywhere(
    ports: ScriptedPorts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / SOCKET_NAME
    assert await asyncio.to_thread(main, ["who", f"--socket={path}"]) == 0
    assert await asyncio.to_thread(main, ["who", "--socket", str(path)]) == 0
    monkeypatch.setenv("ENGSET_DATA_DIR", str(tmp_path))
    assert await asyncio.to_thread(main, ["who"]) == 0
    assert await asyncio.to_thread(main, ["info", "--", "--socket"]) == 2


def test_without_a_daemon_a_command_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data-dir", str(tmp_path), "tree"]) == 69
    assert "start one with `engset serve`" in capsys.readouterr().err
    assert main(["--data-dir", str(tmp_path), "tree", "--json"]) == 69
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_daemon"


@pytest.mark.parametrize("words", [[], ["help"], ["--help"], ["-h"]])
def test_help_needs_no_daemon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(["--data-dir", str(tmp_path), *words]) == 0
    shown = capsys.readouterr().out
    assert "serve    run the daemon" in shown
    assert "domain check" in shown


def test_help_of_one_command_needs_no_daemon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["help", "restart"], ["restart", "--help"]):
        assert main(["--data-dir", str(tmp_path), *words]) == 0
        assert capsys.readouterr().out.startswith("Usage: restart ACTOR")
    assert main(["--data-dir", str(tmp_path), "help", "nonsense"]) == 64


async def test_help_with_a_daemon_comes_from_it(
    ports: ScriptedPorts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await engset(tmp_path) == 0
    assert capsys.readouterr().out.startswith("Engset: one daemon")


def test_an_option_without_its_value_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tree", "--data-dir"]) == 64
    assert "--data-dir needs a value" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("engset ")


@pytest.mark.parametrize("word", _PROGRAMS)
def test_programs_get_the_words_that_follow(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    heard: list[Sequence[str]] = []

    def program(words: Sequence[str]) -> int:
        heard.append(words)
        return 7

    module, function = _PROGRAMS[word]
    stand_in = ModuleType(module)
    setattr(stand_in, function, program)
    monkeypatch.setitem(sys.modules, module, stand_in)
    assert main([word, "--set", "web.listen=127.0.0.1:0"]) == 7
    assert heard == [["--set", "web.listen=127.0.0.1:0"]]


def leave(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    connection.close()


async def test_a_daemon_that_goes_away_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        asking = asyncio.to_thread(main, ["--socket", str(path), "tree"])
        leaving = asyncio.to_thread(leave, listener)
        exit_code, _ = await asyncio.gather(asking, leaving)
    assert exit_code == 69
    assert "ended before the answer" in capsys.readouterr().err


async def test_a_client_that_is_ended_ends_a_stream(ports: ScriptedPorts, tmp_path: Path) -> None:
    for _ in range(3):
        ports.logbook(None, "info", {"event": "seen"})
    path = tmp_path / SOCKET_NAME
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "engset.cli", "--socket", str(path), "log", "-f", stdout=PIPE
    )
    assert process.stdout is not None
    assert b"seen" in await process.stdout.readline()
    process.terminate()
    async with asyncio.timeout(10):
        await process.wait()
        await process.stdout.read()
        while ports.logbook.subscribers:
            await settle(ports.system)


async def test_a_pipe_that_closes_is_no_error(ports: ScriptedPorts, tmp_path: Path) -> None:
    line = f"{sys.executable} -m engset.cli --socket {tmp_path / SOCKET_NAME} log -f | head -n 1"
    process = await asyncio.create_subprocess_shell(line, stdout=PIPE, stderr=PIPE)
    while not ports.logbook.subscribers:
        await settle(ports.system)
    while process.returncode is None and ports.logbook.subscribers:
        ports.logbook(None, "info", {"event": "seen"})
        await settle(ports.system)
    out, err = await process.communicate()
    assert out.count(b"seen") == 1
    assert err == b""


async def test_the_command_line_loads_little() -> None:
    code = "import sys, engset.cli; print(*sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=PIPE)
    out, _ = await process.communicate()
    heavy = {"asyncio", "asyncssh", "msgspec", "rich", "runtime", "structlog", "dataclasses"}
    assert not heavy & set(out.decode().split())
