"""A running daemon for all acceptance tests, and a browser that is signed in to its pages.

The browser's tests and fixtures share one event loop, since a browser belongs to the loop that
started it: mark them `asyncio(loop_scope="session")`.
"""

import os
import socket
from collections.abc import AsyncGenerator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from tests.acceptance.chromium import EXECUTABLE, Complaints, chromium, sign_in, until_live
from tests.support.daemon import RunningDaemon, running_daemon

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site() -> Iterator[RunningDaemon]:
    """The daemon that these tests share, always at the same address.

    Whoever ends it starts it again.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running_daemon(settings=(f"web.listen=127.0.0.1:{port}",)) as daemon:
        daemon.until_up("verisign", "pir")
        yield daemon


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def the_browser() -> AsyncGenerator[Browser]:
    if not os.access(EXECUTABLE, os.X_OK):
        pytest.skip(f"there is no {EXECUTABLE}")
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(the_browser: Browser) -> AsyncGenerator[Browser]:
    """A browser without windows; those that a test opens are closed after it."""
    yield the_browser
    for context in the_browser.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def complaints() -> AsyncGenerator[Complaints]:
    """What the browser complains about; a complaint that nobody expected fails the test."""
    complaints = Complaints()
    yield complaints
    assert complaints.heard == []


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, site: RunningDaemon, complaints: Complaints) -> BrowserContext:
    """A browser window in which an administrator has just signed in."""
    context = await browser.new_context()
    await complaints.listen_to(context)
    page = await sign_in(context, site.json("login")["url"])
    await until_live(page)
    await page.close()
    return context
