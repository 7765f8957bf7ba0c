"""Phoenix's own client, in a Node process of its own, driven by a test."""

import asyncio
import json
import os
import re
import subprocess
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

PACKAGES = ("phoenix@1.8.16", "ws@8")
_SCRIPT = Path(__file__).with_suffix(".cjs")
_INSTALL_S = 120.0
_PATIENCE_S = 30.0
_OFFLINE = re.compile("EAI_AGAIN|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|ECONNRESET")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to the client."""

    event: str
    name: str = msgspec.field(name="as", default="")
    """Of the channel, as the test calls it."""
    topic: str = ""
    payload: dict[str, Any] = {}
    code: int = 0
    """With which a WebSocket was closed."""
    reason: Any = None


class PhoenixClient:
    """One socket and its channels."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def do(self, action: str, **arguments: object) -> None:
        """Have it connect, join, push, leave or disconnect."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": action, **arguments}).encode() + b"\n")

    def join(self, topic: str, *, name: str = "one") -> None:
        self.do("join", topic=topic, **{"as": name})

    def push(self, event: str, payload: Mapping[str, object], *, name: str = "one") -> None:
        self.do("push", name=event, payload=payload, **{"as": name})

    async def until(self, event: str, **wanted: object) -> Told:
        """The next thing told of that kind; what is told before it is passed over."""
        assert self._process.stdout is not None
        passed: list[str] = []
        try:
            async with asyncio.timeout(_PATIENCE_S):
                async for line in self._process.stdout:
                    told = msgspec.json.decode(line, type=Told)
                    if told.event == event and all(
                        getattr(told, key) == value for key, value in wanted.items()
                    ):
                        return told
                    passed.append(told.event)
        except TimeoutError:
            raise AssertionError(f"no {event} {wanted or ''}, only {passed}") from None
        raise AssertionError(f"the client ended without {event}, after {passed}")


def install(folder: Path) -> None:
    """Take the packages from npm into `folder`; skips the test where there is no npm to ask."""
    try:
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=1", *PACKAGES],
            cwd=folder,
            capture_output=True,
            timeout=_INSTALL_S,
            check=False,
            text=True,
        )
    except FileNotFoundError:
        pytest.skip("there is no npm")
    except subprocess.TimeoutExpired:
        pytest.skip("npm gets no answer from its registry")
    if done.returncode and _OFFLINE.search(done.stderr):
        pytest.skip("npm cannot reach its registry")
    assert done.returncode == 0, done.stderr


@asynccontextmanager
async def phoenix_client(
    folder: Path,
    url: str,
    *,
    cookie: str = "",
    origin: str | None = None,
    transport: Literal["websocket", "longpoll"] = "websocket",
    heartbeat_ms: int = 30_000,
    params: Mapping[str, str] | None = None,
) -> AsyncGenerator[PhoenixClient]:
    """A client that has not connected yet; `folder` holds its node_modules."""
    longpoll = transport == "longpoll"
    settings = {
        "url": url if longpoll else url.replace("http", "ws", 1),
        "headers": {"cookie": cookie, "origin": origin or url},
        "longpoll": longpoll,
        "heartbeat_ms": heartbeat_ms,
        "params": params or {},
    }
    process = await asyncio.create_subprocess_exec(
        *("node", str(_SCRIPT), str(folder), json.dumps(settings)),
        stdin=PIPE,
        stdout=PIPE,
        limit=1 << 22,
        env=os.environ | {"NODE_NO_WARNINGS": "1"},
    )
    try:
        yield PhoenixClient(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), _PATIENCE_S)
