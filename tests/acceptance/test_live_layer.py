"""The pages in a real Chromium: they move, keep what the viewer did, and survive a restart."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial

import pytest
from playwright.async_api import Browser, Dialog, Page, async_playwright

from actors.epp.health import EppHealth
from runtime import SHUTDOWN, Ref, System
from supervisors.dynamic import DynamicSupervisor
from tests.web import builders
from tests.web.scripted import MemoryAccounts, ScriptedBackend
from web.accounts import Opened
from web.channels.endpoint import SOCKETS_PATH
from web.live import TOPICS_PATH
from web.server import Listen, WebServer, WhereIsIt

pytestmark = pytest.mark.acceptance

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Moving(ScriptedBackend):
    """Every look finds other numbers."""

    async def epp_health(self) -> EppHealth:
        self.looks += 1
        one = builders.registry()
        first = replace(one.connections[0], commands=12_040 + self.looks)
        moved = replace(one, connections=(first, *one.connections[1:]))
        return builders.health(moved, builders.degraded())


class Lasting(MemoryAccounts):
    """Sessions that last beyond the scripted present."""

    async def redeem(self, token: str) -> Opened | None:
        opened = await super().redeem(token)
        if opened is None:
            return None
        session = replace(opened.session, expires_at=opened.session.expires_at.replace(year=2099))
        self.sessions[opened.cookie] = session
        return Opened(session, opened.cookie)


class Site:
    """The web room of a daemon, which can be restarted on its port."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.accounts = Lasting()
        self.backend = Moving()
        self.url = ""
        self.parts: list[Ref] = []

    async def start(self, port: int = 0) -> None:
        for path in (TOPICS_PATH, SOCKETS_PATH):
            self.parts.append(await self.system.start(DynamicSupervisor, name=path))
        make = partial(WebServer, Listen(port=port), backend=self.backend, accounts=self.accounts)
        self.parts.append(await self.system.start(make, name="web/server"))
        self.url = await self.parts[-1].call(WhereIsIt())

    async def stop(self) -> None:
        while self.parts:
            await self.parts.pop().stop(SHUTDOWN)


@pytest.fixture
async def site() -> AsyncGenerator[Site]:
    async with System() as system:
        site = Site(system)
        await site.start()
        yield site
        await site.stop()


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, site: Site) -> AsyncGenerator[Page]:
    """A signed-in page on `/epp`; errors on its console fail the test, lost connections do not."""
    page = await browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    await page.goto(f"{site.url}/login?token=once")
    await page.click("button")
    await page.goto(f"{site.url}/epp?refresh=1")
    await page.wait_for_selector("#live[data-state=live]")
    yield page
    assert [error for error in errors if "WebSocket connection to" not in error] == []


ROW = "epp/verisign/connections/1"


async def commands(page: Page) -> str:
    text: str = await page.evaluate(f"document.getElementById('{ROW}').cells[5].textContent")
    return text


async def until_moved(page: Page) -> None:
    """Look again and again; Playwright's own waiting for a condition needs `unsafe-eval`."""
    before = await commands(page)
    async with asyncio.timeout(15):
        while await commands(page) == before:
            pass


async def test_a_page_moves_without_a_reload_and_keeps_what_the_viewer_did(page: Page) -> None:
    await page.evaluate(f"window.row = document.getElementById('{ROW}')")
    await page.click("[id='epp/pir/connections/peers']")
    await until_moved(page)
    await until_moved(page)
    assert await page.evaluate(f"window.row === document.getElementById('{ROW}')")
    assert not await page.evaluate("document.getElementById('epp/pir/connections/fold').open")


async def test_a_page_says_that_it_is_offline_and_comes_back(page: Page, site: Site) -> None:
    port = int(site.url.rpartition(":")[2])
    await page.evaluate("window.same = true")
    await site.stop()
    await page.wait_for_selector("body.offline")
    assert "reconnecting" in await page.inner_text("#live")
    await site.start(port)
    await page.wait_for_selector("body:not(.offline) #live[data-state=live]")
    await until_moved(page)
    assert await page.evaluate("window.same")


async def test_a_page_whose_session_is_over_leads_to_the_sign_in(page: Page, site: Site) -> None:
    port = int(site.url.rpartition(":")[2])
    await site.stop()
    site.accounts.sessions.clear()
    await site.start(port)
    await page.wait_for_url("**/login")


async def test_a_button_asks_acts_and_tells(page: Page, site: Site) -> None:
    asked: list[str] = []

    async def accept(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.accept()

    page.on("dialog", accept)
    await page.click(f"[id='{ROW}'] button")
    await page.wait_for_selector("#flash:not([hidden])")
    assert await page.inner_text("#flash") == f"{ROW}: restart done"
    assert asked == [f"Restart {ROW}?"]
    assert site.backend.acted == [("restart", ROW, "alice")]


async def test_without_a_script_a_page_is_whole_and_reloads_itself(
    browser: Browser, page: Page, site: Site
) -> None:
    state = await page.context.storage_state()
    context = await browser.new_context(java_script_enabled=False, storage_state=state)
    still = await context.new_page()
    await still.goto(f"{site.url}/epp?refresh=1")
    before = await still.inner_text(f"[id='{ROW}']")
    async with asyncio.timeout(10):
        while await still.inner_text(f"[id='{ROW}']") == before:
            await still.wait_for_load_state()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_wider_than_a_phone(
    browser: Browser, page: Page, site: Site, scheme: str
) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        storage_state=await page.context.storage_state(),
    )
    phone = await context.new_page()
    for path in ("/", "/epp", "/tree?path=epp/pir/pool", "/login"):
        await phone.goto(site.url + path)
        assert await phone.evaluate("document.documentElement.scrollWidth") <= 390, path
    await context.close()
