"""One daemon per data directory, known by a name that lasts and a run that does not."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engset.node import DataDirectoryTaken, Node


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "var")
    yield node
    node.release()


def test_the_directory_is_made_and_others_may_only_pass(node: Node) -> None:
    assert node.data_dir.is_dir()
    assert stat.S_IMODE(node.data_dir.stat().st_mode) & 0o066 == 0
    assert stat.S_IMODE((node.data_dir / "daemon.lock").stat().st_mode) == 0o600


def test_a_second_daemon_is_refused_with_the_pid_of_the_first(node: Node) -> None:
    with pytest.raises(DataDirectoryTaken) as caught:
        Node(node.data_dir)
    assert caught.value.pid == str(os.getpid())
    assert caught.value.path == node.data_dir
    told = f"{node.data_dir} is in use by a running daemon (process {os.getpid()})"
    assert str(caught.value) == told


def test_another_process_is_refused_too(node: Node) -> None:
    program = (
        "import sys; from pathlib import Path; from engset.node import DataDirectoryTaken, Node\n"
        "try: Node(Path(sys.argv[1]))\n"
        "except DataDirectoryTaken as taken: print(taken.pid)"
    )
    words = [sys.executable, "-c", program, str(node.data_dir)]
    root = Path(__file__).parents[2]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == str(os.getpid())


def test_the_name_lasts_and_the_run_does_not(tmp_path: Path) -> None:
    first = Node(tmp_path)
    first.release()
    second = Node(tmp_path)
    second.release()
    assert first.name == second.name
    assert first.name.startswith("node-")
    assert first.run_id != second.run_id


def test_two_directories_are_two_nodes(tmp_path: Path, node: Node) -> None:
    other = Node(tmp_path / "other")
    assert other.name != node.name
    other.release()


def test_a_name_lost_in_a_crash_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "node").touch()
    node = Node(tmp_path)
    node.release()
    assert (tmp_path / "node").read_text() == f"{node.name}\n"
    assert node.name


def test_a_shorter_pid_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    (tmp_path / "daemon.lock").write_text("99999999999\n")
    node = Node(tmp_path)
    assert (tmp_path / "daemon.lock").read_text() == f"{os.getpid()}\n"
    node.release()


def test_a_lock_without_a_pid_is_a_lock(node: Node) -> None:
    os.truncate(node.data_dir / "daemon.lock", 0)
    with pytest.raises(DataDirectoryTaken) as caught:
        Node(node.data_dir)
    assert caught.value.pid == "unknown"


def test_a_relative_directory_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    node = Node(Path("var"))
    assert node.data_dir == tmp_path.resolve() / "var"
    node.release()


def test_a_file_in_the_way_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with pytest.raises(OSError, match="exists"):
        Node(tmp_path / "var")
