"""The sockets, as Phoenix's own client from npm finds them: over WebSocket and by long-polling."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.acceptance.phoenix_client import PhoenixClient, Told, install, phoenix_client
from tests.support.daemon import RunningDaemon

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

EPP = "live:epp?refresh=1"
Transport = Literal["websocket", "longpoll"]
BOTH: tuple[Transport, ...] = ("websocket", "longpoll")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where npm has put the client."""
    folder = tmp_path_factory.mktemp("npm")
    install(folder)
    return folder


@pytest.fixture(scope="session")
def cookie(site: RunningDaemon) -> str:
    """The cookie of an administrator's session."""
    return sign_in(site)


def sign_in(site: RunningDaemon) -> str:
    link = urlsplit(str(site.json("login")["url"]))
    answer = httpx.post(
        f"{site.url}/login",
        data={"token": parse_qs(link.query)["token"][0]},
        headers={"origin": site.url},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["set-cookie"].partition(";")[0]


@pytest.fixture(params=BOTH)
async def client(
    request: pytest.FixtureRequest, folder: Path, site: RunningDaemon, cookie: str
) -> AsyncGenerator[PhoenixClient]:
    """A connected client, by either transport."""
    transport: Transport = request.param
    async with phoenix_client(folder, site.url, cookie=cookie, transport=transport) as client:
        client.do("connect")
        await client.until("opened")
        yield client


@pytest.fixture
async def websocket(
    folder: Path, site: RunningDaemon, cookie: str
) -> AsyncGenerator[PhoenixClient]:
    """A connected client whose heart beats fast."""
    async with phoenix_client(folder, site.url, cookie=cookie, heartbeat_ms=200) as client:
        client.do("connect")
        await client.until("opened")
        yield client


async def test_a_join_brings_the_page_and_then_its_changes(
    client: PhoenixClient, site: RunningDaemon
) -> None:
    client.join(EPP)
    joined = await client.until("joined", topic=EPP)
    (html,) = joined.payload["html"]
    assert html.startswith('<main id="main"')
    assert 'id="epp/verisign/connections/1"' in html
    site.json("domain", "check", "npm.com")
    while not has_row(await client.until("diff"), "epp/verisign/times/query"):
        pass


def has_row(told: Told, id_: str) -> bool:
    return any(f'<tr id="{id_}"' in html for html in told.payload["html"])


async def test_a_second_join_of_a_topic_ends_the_first(client: PhoenixClient) -> None:
    client.join(EPP, name="first")
    await client.until("joined", name="first")
    client.join(EPP, name="second")
    await client.until("channel_closed", name="first")
    await client.until("joined", name="second")
    await client.until("diff", name="second")


async def test_two_topics_on_one_socket_do_not_mix(client: PhoenixClient) -> None:
    client.join(EPP, name="epp")
    assert "EPP health" in (await client.until("joined", name="epp")).payload["html"][0]
    client.join("live:tree?refresh=1", name="tree")
    assert "Supervision tree" in (await client.until("joined", name="tree")).payload["html"][0]
    for name in ("tree", "epp"):
        html = "".join((await client.until("diff", name=name)).payload["html"])
        assert ('class="node"' in html) == (name == "tree")


async def test_an_unknown_topic_is_refused(client: PhoenixClient) -> None:
    client.join("room:lobby")
    assert (await client.until("refused")).payload == {"reason": "unmatched topic"}
    client.join("live:nothing")
    assert (await client.until("refused")).payload == {"reason": "unmatched topic"}
    client.join(EPP)
    await client.until("joined", topic=EPP)


async def test_a_button_is_a_push(client: PhoenixClient) -> None:
    client.join(EPP)
    await client.until("joined")
    path = "epp/pir/connections/5"
    client.push("event", {"name": "restart", "value": {"actor": path}})
    assert path in (await client.until("answered")).payload["flash"]
    client.push("event", {"name": "restart", "value": {"actor": "epp/nobody"}})
    assert "epp/nobody" in (await client.until("rejected")).payload["reason"]
    client.push("event", {"name": "explode", "value": {"actor": path}})
    await client.until("rejected")
    client.push("nonsense", {})
    assert (await client.until("rejected")).payload == {"reason": "unknown event nonsense"}


async def test_leaving_ends_the_updates(client: PhoenixClient) -> None:
    client.join(EPP)
    await client.until("diff")
    client.do("leave", **{"as": "one"})
    await client.until("channel_closed", name="one")
    client.join(EPP, name="again")
    assert (await client.until("joined", name="again")).payload["html"]


async def test_the_heart_beats(websocket: PhoenixClient) -> None:
    for _ in range(3):
        assert (await websocket.until("heartbeat")).payload == {"status": "ok"}


async def test_a_kicked_client_comes_back_and_joins_again(
    websocket: PhoenixClient, site: RunningDaemon
) -> None:
    websocket.join(EPP)
    await websocket.until("joined")
    for path in sockets(site):
        site.ask("stop", path, "--yes")
    assert (await websocket.until("closed")).code == 1001
    await websocket.until("joined", topic=EPP)
    await websocket.until("diff")


def sockets(site: RunningDaemon) -> list[str]:
    """The paths of all clients."""
    paths = [str(row["path"]) for row in site.json("ps")["actors"]]
    return [path for path in paths if re.fullmatch("web/sockets/[^/]+", path)]


async def test_a_crashed_page_is_joined_again_on_the_same_socket(
    websocket: PhoenixClient, site: RunningDaemon
) -> None:
    websocket.join(EPP)
    await websocket.until("joined")
    site.ask("stop", f"web/topics/{EPP}", "--kill", "--yes")
    await websocket.until("channel_failed")
    await websocket.until("joined", topic=EPP)
    await websocket.until("diff")


async def test_a_restart_of_the_server_is_survived(
    client: PhoenixClient, site: RunningDaemon
) -> None:
    client.join(EPP)
    await client.until("joined")
    site.json("restart", "web/server", "--yes")
    await client.until("closed")
    await client.until("joined", topic=EPP)
    await client.until("diff")


@pytest.mark.parametrize("transport", BOTH)
async def test_a_foreign_origin_is_refused(
    folder: Path, site: RunningDaemon, cookie: str, transport: Transport
) -> None:
    async with phoenix_client(
        folder, site.url, cookie=cookie, origin="http://elsewhere.test", transport=transport
    ) as client:
        client.do("connect")
        assert "403" in str((await client.until("failed")).reason)


@pytest.mark.parametrize("transport", BOTH)
async def test_nobody_is_let_in_without_a_session(
    folder: Path, site: RunningDaemon, transport: Transport
) -> None:
    async with phoenix_client(folder, site.url, transport=transport) as client:
        client.do("connect")
        assert "403" in str((await client.until("failed")).reason)
