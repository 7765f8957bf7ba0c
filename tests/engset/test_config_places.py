"""Where data go, who may read what, and how long a path may be."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from actors.control.listening import PATH_LIMIT_BYTES
from engset.config import load
from engset.config.exposure import is_exposed
from tests.engset.certificates import certificate, key_text, new_key
from tests.engset.configurations import faults, registry, warnings


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own are private."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        if not all(each.stat().st_mode & 0o001 for each in folder.parents):
            pytest.skip(f"others cannot reach {folder.parent} anyway")
        yield folder


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's."""
    with TemporaryDirectory() as name:
        yield Path(os.path.realpath(name))


def test_a_data_directory_need_not_be_there_yet(short_folder: Path) -> None:
    assert warnings({"data_dir": str(short_folder / "a" / "b")}) == {}
    assert list(short_folder.iterdir()) == []


def test_a_file_is_no_data_directory(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.touch()
    assert faults({"data_dir": str(file)}) == {"data_dir": f"{file} is a file, not a folder"}
    below = {"data_dir": str(file / "below")}
    assert faults(below) == {"data_dir": f"{file} is a file, not a folder"}


def test_a_name_too_long_for_the_file_system_is_refused() -> None:
    assert "File name too long" in faults({"data_dir": f"/tmp/{'x' * 300}"})["data_dir"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_directory_can_be_written(short_folder: Path) -> None:
    short_folder.chmod(0o500)
    there, below = short_folder, short_folder / "data"
    assert faults({"data_dir": str(there)}) == {"data_dir": f"{there} cannot be written"}
    assert faults({"data_dir": str(below)}) == {
        "data_dir": f"{below} cannot be made: {there} cannot be written"
    }


def test_the_control_socket_s_path_fits_into_the_kernel_s(short_folder: Path) -> None:
    room = PATH_LIMIT_BYTES - len(os.fsencode(short_folder)) - 1
    fits = {"data_dir": str(short_folder), "control": {"socket": "s" * room}}
    assert warnings(fits) == {}
    longer = {"data_dir": str(short_folder), "control": {"socket": "s" * (room + 1)}}
    reason = faults(longer)["control.socket"]
    assert "has 108 bytes and a Unix socket takes 107; choose a shorter data_dir" in reason


def test_the_ssh_socket_s_path_counts_too(short_folder: Path) -> None:
    deep = short_folder / ("d" * 100)
    document = {"data_dir": str(deep), "control": {"socket": "/tmp/engset.sock"}}
    assert "ssh.sock has" in faults(document)["data_dir"]


def test_a_file_is_exposed_when_it_and_the_way_to_it_are_open(open_folder: Path) -> None:
    file = open_folder / "secret"
    file.touch(mode=0o600)
    assert not is_exposed(file)
    file.chmod(0o640)
    assert not is_exposed(file)
    file.chmod(0o644)
    assert is_exposed(file)
    open_folder.chmod(0o700)
    assert not is_exposed(file)
    assert not is_exposed(open_folder / "nothing")


def test_an_exposed_password_file_is_warned_of(open_folder: Path) -> None:
    file = open_folder / "secret"
    file.write_text("correct-horse\n")
    file.chmod(0o644)
    document = registry(password=None, password_file=str(file))
    reason = f"{file} can be read by every account of this machine; chmod 600 closes it"
    assert warnings(document) == {"registry.verisign.password_file": reason}
    file.chmod(0o640)
    assert warnings(document) == {}


def test_an_exposed_key_is_warned_of(open_folder: Path) -> None:
    key = new_key()
    files = {"tls_certificate": certificate(key), "tls_key": key_text(key)}
    for name, content in files.items():
        (open_folder / name).write_bytes(content)
    document = registry(**{name: str(open_folder / name) for name in files})
    (open_folder / "tls_key").chmod(0o644)
    assert "chmod 600 closes it" in warnings(document)["registry.verisign.tls_key"]
    (open_folder / "tls_key").chmod(0o600)
    assert warnings(document) == {}


def test_a_password_in_an_exposed_configuration_is_warned_of(open_folder: Path) -> None:
    file = open_folder / "engset.toml"
    file.write_text(
        '[registry.verisign]\nhost = "epp.example"\nzones = ["com"]\n'
        'client_id = "registrar-1"\npassword = "correct-horse"\n'
    )
    file.chmod(0o644)
    [warning] = load(file).warnings
    assert warning.key == "registry.verisign.password"
    assert "use password_file" in warning.reason
    file.chmod(0o600)
    assert load(file).warnings == ()
