"""Debian's Chromium, the one-time sign-in, and an ear for everything a browser complains about."""

import re
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    async_playwright,
    expect,
)

EXECUTABLE = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI}`));
"""


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """A browser of one's own, for the length of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=list(_FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


async def sign_in(context: BrowserContext, link: str) -> Page:
    """Open a one-time link as its owner does; returns the page it leads to."""
    page = await context.new_page()
    await page.goto(link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(re.compile(r"//[^/]+/$"))
    return page


async def until_live(page: Page) -> None:
    """A page that is left earlier complains that its socket was closed before it was open."""
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")


class Complaints:
    """Console errors, uncaught exceptions and policy violations of all tabs of a context."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        """Those nobody expected."""
        self._expected: list[re.Pattern[str]] = []

    async def listen_to(self, context: BrowserContext) -> None:
        """Begin; tabs that are opened later are heard too."""
        await context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    @contextmanager
    def expecting(self, *patterns: str) -> Generator[None]:
        """Within the block, console errors that one of `patterns` matches whole are no surprise."""
        before = list(self._expected)
        self._expected += map(re.compile, patterns)
        try:
            yield
        finally:
            self._expected = before

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._hear(message.text)

    def _on_error(self, error: WebError) -> None:
        self._hear(str(error.error))

    def _hear(self, text: str) -> None:
        if not any(pattern.fullmatch(text) for pattern in self._expected):
            self.heard.append(text)
