"""A daemon that accepts a command and keeps silent, and what its watchdog says of it."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from engset.cli import main
from engset.cli_client import Patience, ask
from engset.cli_watchdog import DOOR_NAME, NoDoor, ask_watchdog

QUICK = Patience(answer_s=30.0, silence_s=0.01, watchdog_s=0.2)
STUCK: dict[str, object] = {
    "stuck": True,
    "held_s": 6.2,
    "text": "the loop is stuck since 6.2 s in actor hog at rooms:f:1\n\nthe loop's thread\n",
    "outlook": {"culprit": {"actor": "hog"}},
}
MOVING: dict[str, object] = {"stuck": False, "held_s": 0.0, "text": "", "outlook": {}}

Serve = Callable[[socket.socket], None]


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[[str, Serve], Path]]:
    """Have each client at a socket of that name served in a thread."""
    with ExitStack() as stack:

        def begin(name: str, serve: Serve) -> Path:
            path = tmp_path / name
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(str(path))
            listener.listen()

            def work() -> None:
                with suppress(OSError):
                    while True:
                        client, _ = listener.accept()
                        with client, suppress(OSError):
                            serve(client)

            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return path

        yield begin


@pytest.fixture
def silence() -> Iterator[threading.Event]:
    """Lasts until it is set; at the end of the test it is."""
    over = threading.Event()
    yield over
    over.set()


def says(document: object) -> Serve:
    line = json.dumps(document).encode() + b"\n"
    return lambda client: client.sendall(line)


def is_silent(over: threading.Event) -> Serve:
    def serve(_: socket.socket) -> None:
        over.wait(30.0)

    return serve


def test_a_stuck_daemon_is_named_with_its_stacks(
    listen: Callable[[str, Serve], Path],
    silence: threading.Event,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = listen("engset.sock", is_silent(silence))
    listen(DOOR_NAME, says(STUCK))
    assert ask(path, ["tree"], patience=QUICK) == 124
    said = capsys.readouterr().err
    assert said.startswith("engset: the loop is stuck since 6.2 s in actor hog at rooms:f:1\n")
    assert "is carried out when the loop goes on" in said
    assert ask(path, ["tree", "--json"], patience=QUICK) == 124
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["outlook"]) == ("loop_stuck", STUCK["outlook"])
    assert error["message"] == "the loop is stuck since 6.2 s in actor hog at rooms:f:1"


def test_help_comes_from_our_own_copy_when_the_daemon_is_stuck(
    listen: Callable[[str, Serve], Path], silence: threading.Event
) -> None:
    path = listen("engset.sock", is_silent(silence))
    listen(DOOR_NAME, says(STUCK))
    assert ask(path, ["help"], patience=QUICK, otherwise=lambda: 7) == 7


def test_a_slow_answer_of_a_loop_that_moves_is_waited_for(
    listen: Callable[[str, Serve], Path],
    silence: threading.Event,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[int] = []

    def answer_late(client: socket.socket) -> None:
        silence.wait(30.0)
        client.sendall(b'{"text": "done\\n", "to": "out"}\n{"exit": 0}\n')

    def watchdog(client: socket.socket) -> None:
        asked.append(1)
        says(MOVING if len(asked) == 1 else {**MOVING, "held_s": 5.0})(client)
        if len(asked) == 2:
            silence.set()

    path = listen("engset.sock", answer_late)
    listen(DOOR_NAME, watchdog)
    assert ask(path, ["tree"], patience=QUICK) == 0
    assert capsys.readouterr().out == "done\n"
    assert len(asked) >= 2


def test_a_process_that_answers_nowhere_is_told_so(
    listen: Callable[[str, Serve], Path],
    silence: threading.Event,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = listen("engset.sock", is_silent(silence))
    listen(DOOR_NAME, is_silent(silence))
    assert ask(path, ["tree"], patience=QUICK) == 124
    assert "neither the daemon nor its watchdog answers" in capsys.readouterr().err


def test_without_a_watchdog_patience_ends_it(
    listen: Callable[[str, Serve], Path],
    silence: threading.Event,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = listen("engset.sock", is_silent(silence))
    assert main(["--socket", str(path), "--patience", "0.05s", "tree"]) == 124
    assert "no answer within 0.05 s" in capsys.readouterr().err


def test_an_answer_in_pieces_is_put_together(
    listen: Callable[[str, Serve], Path],
    silence: threading.Event,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def piece_by_piece(client: socket.socket) -> None:
        client.sendall(b'{"text": "one\\n", "to": "out"}\n{"te')
        silence.wait(30.0)
        client.sendall(b'xt": "two\\n", "to": "out"}\n{"exit": 3}\n')

    def watchdog(client: socket.socket) -> None:
        says(MOVING)(client)
        silence.set()  # by now the first piece has been read

    path = listen("engset.sock", piece_by_piece)
    listen(DOOR_NAME, watchdog)
    assert ask(path, ["tree"], patience=QUICK) == 3
    assert capsys.readouterr().out == "one\ntwo\n"


@pytest.mark.parametrize("word", ["soon", "", "-1"])
def test_patience_is_a_number_of_seconds(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tree", f"--patience={word}"]) == 64
    assert "--patience must be a number of seconds" in capsys.readouterr().err


def test_what_is_not_a_watchdog_s_answer_is_no_answer(
    listen: Callable[[str, Serve], Path], tmp_path: Path
) -> None:
    with pytest.raises(NoDoor):
        ask_watchdog(tmp_path / "engset.sock", within_s=1.0)
    listen(DOOR_NAME, lambda client: client.sendall(b"{}\n"))
    with pytest.raises(NoDoor, match="not understood"):
        ask_watchdog(tmp_path / "engset.sock", within_s=1.0)
