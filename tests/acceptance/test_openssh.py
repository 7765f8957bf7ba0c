"""The SSH door, with the ssh client of Debian."""

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from actors.control import Desk
from actors.control.key_files import ADMIN_KEY
from actors.control.ssh_server import DescribeDoors, Doors, SshServer
from actors.control.ssh_settings import SshSettings
from runtime import Ref, System
from tests.actors.control.scripted import ScriptedPorts, start

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh client"),
]

OPTIONS = (
    "-F/dev/null",
    "-oBatchMode=yes",
    "-oIdentitiesOnly=yes",
    "-oIdentityAgent=none",
    "-oStrictHostKeyChecking=no",
    "-oUserKnownHostsFile=/dev/null",
    "-oLogLevel=ERROR",
)


@dataclass(frozen=True, slots=True)
class Ended:
    code: int | None
    out: str
    err: str


Ssh = Callable[..., Awaitable[Ended]]


async def execute(*words: str | Path, text: str = "") -> Ended:
    process = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(20):
        out, err = await process.communicate(text.encode())
    return Ended(process.returncode, out.decode(), err.decode())


@pytest.fixture
async def ports() -> AsyncIterator[ScriptedPorts]:
    async with System() as system:
        yield await start(system)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "control"


@pytest.fixture
async def server(ports: ScriptedPorts, directory: Path) -> Ref:
    settings = SshSettings(
        directory=directory,
        authorized_keys=directory / "authorized_keys",
        listen=("127.0.0.1", 0),
        socket=directory / "ssh.sock",
    )
    return await ports.system.start(partial(SshServer, Desk(ports), settings), name="control/ssh")


@pytest.fixture
async def doors(server: Ref) -> Doors:
    return await server.call(DescribeDoors())


@pytest.fixture
def ssh(doors: Doors, directory: Path) -> Ssh:
    async def run(*words: str | Path, key: Path = directory / ADMIN_KEY, text: str = "") -> Ended:
        port = str(doors.port)
        return await execute("ssh", *OPTIONS, "-i", key, "-p", port, *words, text=text)

    return run


async def new_key(path: Path) -> Path:
    ended = await execute(
        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", path
    )
    assert ended.code == 0, ended.err
    return path


def fact(server: Ref, key: str) -> str:
    return dict(server.snapshot().facts)[key]


async def test_tree_works_with_the_key_of_the_first_start(ssh: Ssh) -> None:
    ended = await ssh("admin@127.0.0.1", "tree")
    assert ended.code == 0, ended.err
    assert "└── team (one_for_one)" in ended.out


async def test_one_json_document_and_the_exit_codes(ssh: Ssh) -> None:
    ended = await ssh("admin@127.0.0.1", "domain check example.com --json")
    assert json.loads(ended.out)["answers"][0]["available"] is True
    assert (await ssh("admin@127.0.0.1", "info nobody")).code == 2
    assert (await ssh("admin@127.0.0.1", "tre")).code == 64


async def test_a_wrong_key_is_refused_and_counted(ssh: Ssh, server: Ref, tmp_path: Path) -> None:
    ended = await ssh("admin@127.0.0.1", "tree", key=await new_key(tmp_path / "stranger"))
    assert ended.code == 255
    assert "Permission denied (publickey)" in ended.err
    assert fact(server, "wrong keys") == "1"


async def test_six_wrong_keys_cut_the_connection(
    ssh: Ssh, server: Ref, tmp_path: Path, directory: Path
) -> None:
    wrong = [await new_key(tmp_path / f"wrong{number}") for number in range(6)]
    tried = [word for key in wrong[1:] for word in ("-i", key)]
    right = ("-i", directory / ADMIN_KEY)
    ended = await ssh(*tried, *right, "admin@127.0.0.1", "tree", key=wrong[0])
    assert ended.code == 255
    assert "Too many authentication failures" in ended.err
    assert fact(server, "cut after wrong keys") == "1"


async def test_restrict_keeps_its_promise(
    ssh: Ssh, server: Ref, tmp_path: Path, directory: Path
) -> None:
    key = await new_key(tmp_path / "robot")
    public = key.with_suffix(".pub").read_text()
    with (directory / "authorized_keys").open("a") as file:
        file.write(f'restrict,environment="ROLE=viewer" {public}')
    assert (await ssh("admin@127.0.0.1", "tree", key=key)).code == 0
    assert (await ssh("admin@127.0.0.1", "restart counter", key=key)).code == 77
    assert "PTY allocation request failed" in (await ssh("-tt", "admin@127.0.0.1", key=key)).err
    ended = await ssh("-W", "127.0.0.1:22", "admin@127.0.0.1", key=key)
    assert ended.code == 255
    assert "forwarding failed" in ended.err


async def test_no_port_but_the_pages_is_forwarded(ssh: Ssh, server: Ref) -> None:
    ended = await ssh("-W", "127.0.0.1:22", "admin@127.0.0.1")
    assert ended.code == 255
    assert fact(server, "forwardings refused") == "1"


async def test_the_shell_takes_a_script(ssh: Ssh) -> None:
    ended = await ssh("-T", "admin@127.0.0.1", text="tree team\nexit\n")
    assert ended.code == 0
    assert "brief" in ended.out


async def test_a_terminal_gets_a_prompt_and_colours(ssh: Ssh) -> None:
    ended = await ssh("-tt", "admin@127.0.0.1", text="tree team\nexit\n")
    assert ended.code == 0
    assert "engset> " in ended.out


@pytest.mark.skipif(shutil.which("nc") is None, reason="there is no nc")
async def test_the_unix_socket_is_a_door_too(ssh: Ssh, directory: Path) -> None:
    proxy = f"-oProxyCommand=nc -U {directory / 'ssh.sock'}"
    ended = await ssh(proxy, "-oHostKeyAlias=engset", "admin@engset", "who --json")
    assert json.loads(ended.out)["visitors"][0]["who"] == "admin"


async def test_the_hint_can_be_typed_as_it_stands(doors: Doors) -> None:
    words = doors.hint.split()
    ended = await execute(words[0], *OPTIONS, *words[1:])
    assert ended.code == 0, ended.err
    assert "engset" in ended.out
