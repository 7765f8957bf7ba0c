"""The application under two supervisors, as the daemon has it, and a browser before it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx
import pytest
from starlette.types import ASGIApp

from runtime import System
from runtime.testing import VirtualClock
from supervisors.dynamic import DynamicSupervisor
from tests.web import builders
from tests.web.scripted import MemoryAccounts, ScriptedBackend
from web.app import create_app
from web.channels.endpoint import SOCKETS_PATH
from web.channels.stats import SocketStats
from web.live import TOPICS_PATH
from web.session import Session

OURS = {"sec-fetch-site": "same-origin"}


@dataclass
class Web:
    """The application, and a browser before it."""

    browser: httpx.AsyncClient
    backend: ScriptedBackend
    accounts: MemoryAccounts
    system: System
    stats: SocketStats

    async def sign_in(self) -> Session:
        """Use the one link there is."""
        answer = await self.browser.post("/login", data={"token": "once"}, headers=OURS)
        assert answer.status_code == 303
        (one,) = self.accounts.sessions.values()
        return one


def browser(app: ASGIApp, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A browser on the machine of that address."""
    transport = httpx.ASGITransport(app, client=(address, 50_000), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://engset.test")


@pytest.fixture
async def web() -> AsyncGenerator[Web]:
    async with System(clock=VirtualClock(builders.NOW)) as system:
        for path in (TOPICS_PATH, SOCKETS_PATH):
            await system.start(DynamicSupervisor, name=path)
        backend, accounts, stats = ScriptedBackend(), MemoryAccounts(), SocketStats()
        app = create_app(system=system, backend=backend, accounts=accounts, stats=stats)
        async with browser(app) as client:
            yield Web(client, backend, accounts, system, stats)
