"""A loop that is held: named while it lasts, answered for at the watchdog's door, and counted."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.daemon import RunningDaemon


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "until"
    os.mkfifo(path)
    return path


@pytest.fixture
def held_daemon(start_daemon: Callable[..., RunningDaemon], pipe: Path) -> Iterator[RunningDaemon]:
    """A daemon whose loop waits for a writer at `pipe`."""
    daemon = start_daemon(program=("tests.support.hog",), settings=("sandbox.registry=false",))
    assert daemon.ask("send", "hog", "Hold", f"until={pipe}").exit_code == 0
    yield daemon
    let_go(pipe)


def let_go(pipe: Path) -> None:
    """Open the pipe for writing, if anybody reads; the hog's reading ends with that."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return


def test_a_stuck_loop_is_named_answered_for_and_counted(
    held_daemon: RunningDaemon, pipe: Path
) -> None:
    daemon = held_daemon
    stuck = daemon.log.fact("loop.stuck", within_s=30.0)
    assert stuck.fields["actor"] == "hog"
    assert ":Hog.handle_cast:" in stuck.fields["function"]
    assert stuck.fields["held_s"] >= 5.0
    assert daemon.log.fact("stack.written", actor="web/server").fields["awaits"]

    told = daemon.cli("tree")
    assert told.exit_code == 124
    first = told.err.splitlines()[0]
    assert first.startswith("engset: the loop is stuck since ")
    assert " in actor hog at __main__:Hog.handle_cast:" in first
    assert "actor web/server  " in told.err
    told = daemon.cli("tree", "--json")
    error = json.loads(told.out)["error"]
    assert (told.exit_code, error["code"]) == (124, "loop_stuck")
    assert error["outlook"]["culprit"]["actor"] == "hog"

    let_go(pipe)
    blocked = daemon.log.fact("loop.blocked", actor="hog")
    assert blocked.fields["held_s"] >= stuck.fields["held_s"]
    assert daemon.json("info", "hog")["blocked"]["times"] == 1
    assert 'engset_loop_blocked_total{actor="hog"} 1.0' in daemon.http.get("/metrics").text
    assert len(daemon.log.all("loop.stuck")) == 1
