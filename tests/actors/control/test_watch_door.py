import json
import os
import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from actors.control.listening import CannotListen
from actors.control.watch_door import WatchDoor, in_words
from runtime import ActorStanding, Outlook, TaskStatus
from runtime.culprit import Culprit

STUCK = Outlook(
    stuck=True,
    held_s=6.25,
    culprit=Culprit("hog", "rooms.hog:Hog.handle_cast:7", 1),
    stack=("rooms.hog:Hog.handle_cast:7",),
    actors=(ActorStanding("web\x1b[2J", "idle", 3, (TaskStatus("web", ("web:serve:1",)),)),),
    tasks=(TaskStatus("Task-1", ("engset:main:2",)),),
)
WAITING = Outlook(stuck=False, held_s=0.0, culprit=None, stack=(), actors=(), tasks=())


def visit(path: Path, door: WatchDoor, outlook: Outlook = STUCK) -> bytes:
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.settimeout(5.0)
        visitor.connect(str(path))
        door.answer(lambda: outlook)
        with visitor.makefile("rb") as answer:
            return answer.read()


def test_a_visitor_is_told_how_things_stand(tmp_path: Path) -> None:
    path = tmp_path / "watchdog.sock"
    door = WatchDoor(path)
    said: dict[str, Any] = json.loads(visit(path, door))
    assert (said["stuck"], said["held_s"]) == (True, 6.25)
    assert said["outlook"]["culprit"]["actor"] == "hog"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    door.close()
    assert not path.exists()


def test_a_stranger_is_told_nothing(tmp_path: Path) -> None:
    path = tmp_path / "watchdog.sock"
    door = WatchDoor(path, users=frozenset({os.getuid() + 1}))
    assert visit(path, door) == b""
    door.close()


def test_a_visitor_who_went_away_harms_nobody(tmp_path: Path) -> None:
    door = WatchDoor(tmp_path / "watchdog.sock")
    door.answer(lambda: STUCK)
    assert door.fileno() >= 0
    door.close()


def test_a_second_door_at_the_same_place_is_refused(tmp_path: Path) -> None:
    door = WatchDoor(tmp_path / "watchdog.sock")
    with pytest.raises(CannotListen):
        WatchDoor(tmp_path / "watchdog.sock")
    door.close()


def test_the_culprit_comes_first_and_nothing_moves_the_cursor() -> None:
    text = in_words(STUCK)
    assert text.startswith(
        "the loop is stuck since 6.2 s in actor hog at rooms.hog:Hog.handle_cast:7\n"
    )
    assert "actor web\\x1b[2J  idle  mail 3\n    web:serve:1\ntask Task-1\n" in text


def test_a_loop_that_waits_has_no_culprit() -> None:
    assert in_words(WAITING).startswith("the loop waits for something to do\n")


def test_what_is_no_actor_s_is_said_so() -> None:
    busy = Outlook(False, 0.2, Culprit(None, "time:sleep", 1), (), (), ())
    assert in_words(busy).startswith("the loop is busy since 0.2 s outside actors at time:sleep\n")
