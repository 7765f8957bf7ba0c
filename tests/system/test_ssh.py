"""A command typed over SSH reaches the registries and comes back as one document."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from actors.control.key_files import make_admin_key
from tests.support.daemon import RunningDaemon


@asynccontextmanager
async def connected(
    daemon: RunningDaemon, key: asyncssh.SSHKey
) -> AsyncGenerator[asyncssh.SSHClientConnection]:
    async with asyncssh.connect(
        "127.0.0.1",
        daemon.ssh_port,
        username="admin",
        client_keys=[key],
        known_hosts=None,
        config=None,
        agent_path=None,
    ) as connection:
        yield connection


def wrong_keys(daemon: RunningDaemon) -> int:
    return int(daemon.json("state", "control/ssh")["facts"]["wrong keys"])


async def test_a_check_over_ssh_prints_one_json_document(daemon: RunningDaemon) -> None:
    key = asyncssh.read_private_key(daemon.data_dir / "control" / "admin_ed25519")
    async with connected(daemon, key) as connection:
        done = await connection.run("domain check example.com --json")
    assert done.exit_status == 0
    (answer,) = json.loads(str(done.stdout))["answers"]
    assert (answer["registry"], answer["name"], answer["code"]) == ("verisign", "example.com", 1000)


async def test_a_stranger_s_key_is_refused_and_counted(
    daemon: RunningDaemon, tmp_path: Path
) -> None:
    before = wrong_keys(daemon)
    stranger = asyncssh.read_private_key(make_admin_key(tmp_path, tmp_path / "authorized_keys"))
    with pytest.raises(asyncssh.PermissionDenied):
        async with connected(daemon, stranger):
            pass
    assert wrong_keys(daemon) == before + 1
