"""The server as an actor: real ports, a real WebSocket client, an orderly end."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from protocols.channels import Broadcast, Join, Reply, decode_server, encode_client
from runtime import SHUTDOWN, Crashed, Ref, StartFailed, System
from supervisors.dynamic import DynamicSupervisor
from tests.web.scripted import MemoryAccounts, ScriptedBackend, session
from web.channels.endpoint import SOCKETS_PATH
from web.live import TOPICS_PATH
from web.server import AddressTaken, Listen, WebServer, WhereIsIt
from web.session import Session

_LONG = timedelta(days=3_650)


class AnyCookie(MemoryAccounts):
    """Everybody with a cookie is signed in, for long enough."""

    async def find(self, cookie: str) -> Session | None:
        return session(lasts=_LONG)


@pytest.fixture
async def system() -> AsyncGenerator[System]:
    async with System() as system:
        for path in (TOPICS_PATH, SOCKETS_PATH):
            await system.start(DynamicSupervisor, name=path)
        yield system


def starting(host: str = "127.0.0.1", port: int = 0) -> partial[WebServer]:
    listen = Listen(host, port)
    return partial(WebServer, listen, backend=ScriptedBackend(), accounts=AnyCookie())


@pytest.fixture
async def server(system: System) -> AsyncGenerator[Ref]:
    server = await system.start(starting(), name="web/server")
    yield server
    await server.stop(SHUTDOWN)


async def test_port_zero_takes_a_free_port_and_tells_it(server: Ref) -> None:
    url = await server.call(WhereIsIt())
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/healthz")).text == "ok\n"
    assert dict(server.snapshot().facts)["url"] == url


async def test_the_sixth_protocol_version_has_brackets(system: System) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        server = await system.start(starting("::1"))
    except StartFailed:
        pytest.skip("this machine has no IPv6 loopback")
    assert (await server.call(WhereIsIt())).startswith("http://[::1]:")
    await server.stop(SHUTDOWN)


async def test_a_taken_port_is_named(system: System, server: Ref) -> None:
    port = int((await server.call(WhereIsIt())).rpartition(":")[2])
    with pytest.raises(StartFailed) as caught:
        await system.start(starting(port=port))
    assert isinstance(caught.value.reason, Crashed)
    error = caught.value.reason.error
    assert isinstance(error, AddressTaken)
    assert str(error) == f"cannot listen on 127.0.0.1:{port}: Address already in use"


async def test_a_program_watches_a_page_over_a_websocket(server: Ref) -> None:
    url = (await server.call(WhereIsIt())).replace("http", "ws")
    address = f"{url}/socket/websocket?vsn=2.0.0"
    async with connect(address, additional_headers={"cookie": "engset=x"}) as client:
        await client.send(encode_client(Join("1", "live:epp?refresh=1")), text=True)
        answer = decode_server(await client.recv())
        assert isinstance(answer, Reply)
        assert answer.status == "ok"
        assert isinstance(decode_server(await client.recv()), Broadcast)


async def test_the_subprotocol_phoenix_is_agreed_to(server: Ref) -> None:
    url = (await server.call(WhereIsIt())).replace("http", "ws")
    address = f"{url}/socket/websocket?vsn=2.0.0"
    cookie = {"cookie": "engset=x"}
    async with connect(
        address,
        additional_headers=cookie,
        subprotocols=["phoenix", "base64url.bearer.phx.x"],  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    ) as client:
        assert client.subprotocol == "phoenix"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("vsn=2.0.0", {}),
        ("vsn=1.0.0", {"cookie": "engset=x"}),
        ("", {"cookie": "engset=x"}),
        ("vsn=2.0.0", {"cookie": "engset=x", "origin": "https://evil.example"}),
    ],
)
async def test_a_client_that_may_not_in_hears_403_before_the_upgrade(
    server: Ref, query: str, headers: dict[str, str]
) -> None:
    url = (await server.call(WhereIsIt())).replace("http", "ws")
    with pytest.raises(InvalidStatus) as caught:
        async with connect(f"{url}/socket/websocket?{query}", additional_headers=headers):
            pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize(
    ("frame", "code"), [("not a frame", 1002), ('["1","1","t","e",' + "1" * 70_000, 1009)]
)
async def test_a_broken_or_oversized_frame_closes_that_connection(
    server: Ref, frame: str, code: int
) -> None:
    url = (await server.call(WhereIsIt())).replace("http", "ws")
    address = f"{url}/socket/websocket?vsn=2.0.0"
    async with connect(address, additional_headers={"cookie": "engset=x"}) as client:
        await client.send(frame)
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == code


async def test_a_stop_tells_clients_to_come_back(system: System) -> None:
    server = await system.start(starting(), name="web/server")
    url = (await server.call(WhereIsIt())).replace("http", "ws")
    address = f"{url}/socket/websocket?vsn=2.0.0"
    async with connect(address, additional_headers={"cookie": "engset=x"}) as client:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.stop(SHUTDOWN))
            with pytest.raises(ConnectionClosed):
                await client.recv()
        assert client.close_code == 1012
    with pytest.raises(OSError, match=r"refused|failed"):
        await connect(address)
