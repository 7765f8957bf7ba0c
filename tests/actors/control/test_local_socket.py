"""The JSON-lines socket, spoken to as a script would."""

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from actors.control import Desk
from actors.control.listening import CannotListen, bind_unix
from actors.control.local_session import LINE_LIMIT_BYTES
from actors.control.local_socket import CLIENT_LIMIT, LocalSocket
from runtime import ChildSpec, Crashed, Ref, StartChild, StartFailed, System
from runtime.testing import settle
from tests.actors.control.scripted import ScriptedPorts


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, **request: object) -> None:
        self.writer.write(json.dumps(request).encode() + b"\n")

    async def line(self) -> Any:
        async with asyncio.timeout(5):
            line = await self.reader.readline()
        return json.loads(line) if line else None

    async def answer(self, **request: object) -> list[Any]:
        self.send(**request)
        lines = [await self.line()]
        while lines[-1] is not None and "exit" not in lines[-1]:
            lines.append(await self.line())
        return lines


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engset.sock"


@pytest.fixture
async def server(system: System, desk: Desk, path: Path) -> Ref:
    return await system.start(partial(LocalSocket, desk, path), name="control/socket")


@pytest.fixture
async def connect(server: Ref, path: Path) -> AsyncIterator[Callable[[], Any]]:
    writers: list[asyncio.StreamWriter] = []

    async def open_client() -> Client:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writers.append(writer)
        return Client(reader, writer)

    yield open_client
    for writer in writers:
        writer.close()


@pytest.fixture
async def client(connect: Callable[[], Any]) -> Client:
    opened: Client = await connect()
    return opened


def fact(server: Ref, key: str) -> str:
    return dict(server.snapshot().facts)[key]


async def test_a_request_is_answered_with_text_and_an_exit_code(client: Client) -> None:
    text, end = await client.answer(command="tree")
    assert text["to"] == "out"
    assert text["text"].startswith("engset (one_for_one)")
    assert end == {"exit": 0}


async def test_a_json_request_is_answered_with_one_event(client: Client) -> None:
    event, end = await client.answer(command="domain check", args=["example.com"], json=True)
    assert event["event"]["answers"][0]["available"] is True
    assert end == {"exit": 0}
    event, end = await client.answer(command="info", args=["nobody", "--json"])
    assert event["event"]["error"]["code"] == "not_found"
    assert end == {"exit": 2}


async def test_problems_go_to_the_error_output(client: Client) -> None:
    text, end = await client.answer(command="tre")
    assert text["to"] == "err"
    assert end == {"exit": 64}


async def test_several_requests_are_answered_in_order(client: Client) -> None:
    for name in ("counter", "team", "deaf"):
        client.send(command="info", args=[name], json=True)
    lines = [await client.line() for _ in range(6)]
    assert [line["event"]["path"] for line in lines[::2]] == ["counter", "team", "deaf"]


async def test_clients_are_served_side_by_side(
    connect: Callable[[], Any], ports: ScriptedPorts
) -> None:
    follower, other = await connect(), await connect()
    follower.send(command="log", args=["-f"], json=True)
    assert (await other.answer(command="tree"))[-1] == {"exit": 0}
    await settle(ports.system)
    ports.logbook(None, "info", {"event": "link.opened"})
    assert (await follower.line())["event"]["event"] == "link.opened"


async def test_a_client_that_leaves_ends_its_stream(
    client: Client, ports: ScriptedPorts, server: Ref
) -> None:
    client.send(command="log", args=["-f", "-n", "1"], json=True)
    ports.logbook(None, "info", {"event": "seen"})
    await client.line()
    assert ports.logbook.subscribers == 1
    client.writer.close()
    async with asyncio.timeout(5):
        while ports.logbook.subscribers:
            await settle(ports.system)
    assert fact(server, "commands running") == "0"


async def test_a_request_sent_before_the_end_of_input_is_still_answered(client: Client) -> None:
    client.send(command="tree", json=True)
    client.writer.write_eof()
    assert (await client.line())["event"]["path"] == "engset"
    assert await client.line() == {"exit": 0}
    assert await client.line() is None


async def test_a_line_that_is_no_request_is_refused(client: Client, server: Ref) -> None:
    client.writer.write(b"hello\n")
    assert (await client.line())["event"]["error"]["code"] == "refused"
    assert await client.line() == {"exit": 64}
    assert await client.line() is None
    assert fact(server, "clients refused") == "1"


async def test_an_oversized_line_is_refused(client: Client) -> None:
    client.writer.write(b"x" * (LINE_LIMIT_BYTES + 1))
    assert "longer than" in (await client.line())["event"]["error"]["message"]
    assert await client.line() == {"exit": 64}


async def test_another_user_is_not_permitted(system: System, desk: Desk, path: Path) -> None:
    server = await system.start(partial(LocalSocket, desk, path, users=frozenset({4_000_000})))
    reader, writer = await asyncio.open_unix_connection(str(path))
    client = Client(reader, writer)
    assert "may not command" in (await client.line())["event"]["error"]["message"]
    assert await client.line() == {"exit": 77}
    assert fact(server, "clients refused") == "1"
    writer.close()


async def test_a_client_too_many_is_sent_away(connect: Callable[[], Any], server: Ref) -> None:
    clients: list[Client] = [await connect() for _ in range(CLIENT_LIMIT)]
    await clients[-1].answer(command="who")
    extra: Client = await connect()
    assert (await extra.line())["event"]["error"]["message"] == "too many clients"
    assert await extra.line() == {"exit": 69}
    assert fact(server, "sessions") == str(CLIENT_LIMIT)


async def test_the_visitor_is_the_user_at_the_other_end(client: Client) -> None:
    event, _ = await client.answer(command="who", json=True)
    (visitor,) = event["event"]["visitors"]
    assert (visitor["via"], visitor["role"], visitor["doing"]) == ("local", "admin", "who")
    assert visitor["who"]


def mode(path: Path) -> int | None:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None


async def test_the_file_is_its_owners_alone_and_goes_with_the_server(
    server: Ref, path: Path
) -> None:
    assert mode(path) == 0o600
    await server.stop()
    assert mode(path) is None


async def test_the_file_of_a_dead_daemon_is_replaced(
    system: System, desk: Desk, path: Path
) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    server = await system.start(partial(LocalSocket, desk, path))
    assert server.alive


async def test_a_living_daemon_is_not_pushed_aside(
    system: System, desk: Desk, server: Ref, path: Path
) -> None:
    with pytest.raises(StartFailed) as caught:
        await system.start(partial(LocalSocket, desk, path))
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.reason.error, CannotListen)
    assert "another daemon listens there" in str(caught.value)
    assert server.alive


async def test_a_killed_server_can_be_started_again(
    system: System, desk: Desk, server: Ref, path: Path
) -> None:
    server.kill()
    await server.join()
    await settle(system)
    again = await system.start(partial(LocalSocket, desk, path))
    assert again.alive


def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match="a Unix socket takes 107"):
        bind_unix(tmp_path / ("x" * 120))


def test_a_file_that_is_no_socket_is_left_alone(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(CannotListen, match="no socket"):
        bind_unix(path)
    assert path.read_text() == "precious"


def test_a_directory_that_cannot_be_made_is_named(path: Path) -> None:
    path.write_text("a file")
    with pytest.raises(CannotListen, match=r"File exists|Not a directory"):
        bind_unix(path / "engset.sock")


async def test_a_visitor_may_restart_the_door_but_not_close_it_behind_himself(
    system: System, desk: Desk, ports: ScriptedPorts, path: Path
) -> None:
    await ports.root.call(StartChild(ChildSpec(id="door", start=partial(LocalSocket, desk, path))))
    reader, writer = await asyncio.open_unix_connection(str(path))
    client = Client(reader, writer)
    event, end = await client.answer(command="stop", args=["door"], json=True)
    assert event["event"]["error"]["code"] == "is_your_door"
    event, end = await client.answer(command="restart", args=["door"], json=True)
    assert "ends with it" in event["event"]["message"]
    assert end == {"exit": 0}
    assert await client.line() is None
    writer.close()
    await settle(system)
    assert system.lookup("door").snapshot().restarts == 1
