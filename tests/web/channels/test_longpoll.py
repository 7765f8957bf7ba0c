"""Channels over plain requests."""

import base64

import httpx
import pytest

from protocols.channels import (
    Broadcast,
    ClientMessage,
    Heartbeat,
    Join,
    Reply,
    ServerMessage,
    decode_server,
    encode_client,
)
from runtime.testing import VirtualClock, settle
from tests.web.application import Web

DOOR = "/socket/longpoll"


async def poll(web: Web, token: str) -> tuple[int, list[ServerMessage]]:
    answer = await web.browser.get(DOOR, params={"vsn": "2.0.0", "token": token})
    assert answer.status_code == 200
    body = answer.json()
    return body["status"], [decode_server(frame) for frame in body["messages"]]


async def send(web: Web, token: str, *messages: ClientMessage) -> int:
    lines: list[str] = []
    for message in messages:
        frame = encode_client(message)
        lines.append(frame if isinstance(frame, str) else base64.b64encode(frame).decode())
    answer = await post(web, token, "\n".join(lines).encode())
    return int(answer.json()["status"])


async def post(web: Web, token: str, body: bytes) -> httpx.Response:
    return await web.browser.post(DOOR, params={"vsn": "2.0.0", "token": token}, content=body)


async def opened(web: Web) -> str:
    await web.sign_in()
    body = (await web.browser.get(DOOR, params={"vsn": "2.0.0"})).json()
    assert (body["status"], body["messages"]) == (410, [])
    return str(body["token"])


async def test_a_page_moves_over_plain_requests(web: Web) -> None:
    token = await opened(web)
    assert await send(web, token, Heartbeat("1"), Join("2", "live:epp?refresh=1")) == 200
    await settle(web.system)
    status, messages = await poll(web, token)
    assert status == 200
    assert messages[0] == Reply(None, "1", "phoenix", "ok")
    assert isinstance(messages[1], Reply)
    assert messages[1].status == "ok"
    clock = web.system.clock
    assert isinstance(clock, VirtualClock)
    await clock.advance(1, system=web.system)
    _, messages = await poll(web, token)
    assert isinstance(messages[0], Broadcast)


async def test_polling_keeps_a_socket_alive(web: Web) -> None:
    token = await opened(web)
    clock = web.system.clock
    assert isinstance(clock, VirtualClock)
    for _ in range(3):
        await clock.advance(45, system=web.system)
        assert await send(web, token, Heartbeat("1")) == 200
        await settle(web.system)
        assert (await poll(web, token))[0] == 200
    await clock.advance(90, system=web.system)
    assert await send(web, token, Heartbeat("1")) == 410


async def test_strangers_and_other_versions_are_refused(web: Web) -> None:
    assert (await web.browser.get(DOOR, params={"vsn": "2.0.0"})).json() == {"status": 403}
    assert (await post(web, "x", b"")).json() == {"status": 403}
    await web.sign_in()
    assert (await web.browser.get(DOOR)).json() == {"status": 403}
    foreign = {"origin": "https://evil.example"}
    answer = await web.browser.get(DOOR, params={"vsn": "2.0.0"}, headers=foreign)
    assert answer.json() == {"status": 403}
    assert web.stats.refused == 4


async def test_a_token_is_of_one_session_only(web: Web) -> None:
    token = await opened(web)
    web.accounts.sessions.clear()
    web.browser.cookies.clear()
    assert (await post(web, token, b"")).json() == {"status": 403}


async def test_a_token_that_nobody_knows_opens_anew(web: Web) -> None:
    await web.sign_in()
    assert (await post(web, "guess", b"")).json() == {"status": 410}
    body = (await web.browser.get(DOOR, params={"vsn": "2.0.0", "token": "guess"})).json()
    assert body["status"] == 410
    assert body["token"] != "guess"


@pytest.mark.parametrize("body", [b"!!!", b"[\xff]", b"\n".join([b"[]"] * 101), b"x" * 300_000])
async def test_a_body_that_breaks_the_protocol_ends_its_socket(web: Web, body: bytes) -> None:
    token = await opened(web)
    assert (await post(web, token, body)).json() == {"status": 410}
    assert web.stats.protocol_errors == 1
    await settle(web.system)
    assert await send(web, token, Heartbeat("1")) == 410
