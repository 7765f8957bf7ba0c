"""The pages of a running daemon in a real Chromium: they open, move, act and outlive a restart."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    WebSocket,
    expect,
)

from tests.acceptance.chromium import Complaints, sign_in, until_live
from tests.acceptance.records import latest_deed, link_for
from tests.support.daemon import RunningDaemon

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

_AWAY = r"ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|SOCKET_NOT_CONNECTED|EMPTY_RESPONSE)"
_SOCKET = r"WebSocket connection to '[^']*/socket/websocket\?vsn=2\.0\.0' failed: .*"
UNREACHABLE = (
    rf"Failed to load resource: net::{_AWAY}",
    r"Failed to load resource: net::ERR_CONTENT_LENGTH_MISMATCH",  # killed while it answered
    _SOCKET + rf"({_AWAY}|closed before receiving a handshake response)",
)
"""What Chromium says of a server that is not there."""
REFUSED = (_SOCKET + r"Unexpected response code: 403",)
"""What it says of a socket that is not let in."""
FORBIDDEN = (r"Failed to load resource: .* 403 \(Forbidden\)",)
QUERIES = "epp/verisign/times/query"


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, site: RunningDaemon) -> Page:
    """The health monitor, live, once a second, in a document that can be known again."""
    page = await watch(context, site, "/epp?refresh=1")
    await page.evaluate("window.marker = 'the same document'")
    return page


async def watch(context: BrowserContext, site: RunningDaemon, path: str) -> Page:
    """Open a page in a tab of its own and wait until it is live."""
    page = await context.new_page()
    await page.goto(site.url + path)
    await until_live(page)
    return page


def part(page: Page, id_: str) -> Locator:
    return page.locator(f'[id="{id_}"]')


async def cell(page: Page, row: str, heading: str) -> Locator:
    """The cell of a row below that heading."""
    heads = await part(page, row).locator("xpath=ancestor::table/thead//th").all_text_contents()
    index = next(number for number, text in enumerate(heads) if text.startswith(heading))
    return part(page, row).locator(":scope > *").nth(index)


async def number(page: Page, row: str, heading: str) -> int:
    text = await (await cell(page, row, heading)).inner_text()
    return int(text.replace(",", ""))


async def is_the_same_document(page: Page) -> bool:
    return bool(await page.evaluate("window.marker === 'the same document'"))


async def accept(dialog: Dialog) -> None:
    await dialog.accept()


# The way in and out.


async def test_the_one_time_link_signs_in_once(browser: Browser, site: RunningDaemon) -> None:
    link = site.json("login")["url"]
    first, second = await browser.new_context(), await browser.new_context()
    curious = await first.new_page()
    await curious.goto(link)  # looking at a link does not use it up
    page = await sign_in(first, link)
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    late = await second.new_page()
    await late.goto(link)
    await late.get_by_role("button", name="Sign in").click()
    await expect(late.get_by_text("This link was used already")).to_be_visible()
    await late.goto(f"{site.url}/epp")
    assert late.url == f"{site.url}/login"


async def test_the_link_of_the_start_works(browser: Browser, site: RunningDaemon) -> None:
    site.stop()
    site.start()
    page = await sign_in(await browser.new_context(), site.sign_in_link)
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()


async def test_signing_out_ends_the_session_in_every_tab(
    browser: Browser, context: BrowserContext, site: RunningDaemon, complaints: Complaints
) -> None:
    here, there = [await watch(context, site, path) for path in ("/epp", "/tree")]
    other = await browser.new_context()
    await sign_in(other, site.json("login")["url"])
    other_page = await watch(other, site, "/epp")
    stolen = await context.storage_state()
    with complaints.expecting(*REFUSED):
        await here.get_by_role("button", name="Sign out").click()
        await here.wait_for_url("**/login")
        await there.wait_for_url("**/login")
    thief = await (await browser.new_context(storage_state=stolen)).new_page()
    await thief.goto(f"{site.url}/epp")
    assert thief.url == f"{site.url}/login"
    await other_page.reload()
    assert other_page.url == f"{site.url}/epp"


async def test_another_site_can_neither_act_nor_listen(
    context: BrowserContext, site: RunningDaemon, complaints: Complaints
) -> None:
    """The worst neighbour: a service on another port of this machine, which gets our cookies."""
    body = f"""
        <form method="post" action="{site.url}/actions/restart">
          <input name="actor" value="epp/pir/pool"><input name="confirmed" value="yes">
        </form>
        <script>
          const url = "{site.url}/socket/websocket?vsn=2.0.0".replace("http", "ws");
          const socket = new WebSocket(url);
          socket.onopen = () => document.title = "let in";
          socket.onclose = () => document.title = "refused";
        </script>"""
    foreign = await context.new_page()
    async with neighbour(body) as address:
        with complaints.expecting(*REFUSED, *FORBIDDEN):
            await foreign.goto(address)
            await expect(foreign).to_have_title("refused")
            await foreign.evaluate("document.forms[0].submit()")
            await expect(foreign.get_by_role("heading", name="Not allowed")).to_be_visible()


@asynccontextmanager
async def neighbour(body: str) -> AsyncGenerator[str]:
    """The address of a server that answers everything with that page."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/"


# It moves.


async def test_numbers_move_without_a_reload(page: Page, site: RunningDaemon) -> None:
    before = await number(page, QUERIES, "Answers")
    site.json("domain", "check", "moving.com")
    await expect(await cell(page, QUERIES, "Answers")).to_have_text(str(before + 1))
    assert await is_the_same_document(page)


async def test_the_page_says_how_old_it_is(context: BrowserContext, site: RunningDaemon) -> None:
    page = await watch(context, site, "/epp")
    age = page.locator("#live")
    for _ in range(2):
        await expect(age).to_have_text(re.compile("updated [34] s ago"))
        await expect(age).to_have_text(re.compile("updated (just now|1 s ago)"))
    await expect(age).to_have_attribute("data-state", "live")


async def test_the_title_keeps_its_form(page: Page, site: RunningDaemon) -> None:
    before = await number(page, QUERIES, "Answers")
    site.json("domain", "check", "title.com")
    await expect(await cell(page, QUERIES, "Answers")).to_have_text(str(before + 1))
    await expect(page).to_have_title(re.compile(r".+ · EPP · Engset"))


async def test_the_refresh_choice_is_in_the_address_and_sets_the_pace(
    context: BrowserContext, site: RunningDaemon
) -> None:
    page = await watch(context, site, "/epp")
    await expect(page.locator(".refresh [aria-current]")).to_have_text(re.compile("^5 second"))
    for refresh_s in (2, 1):
        async with page.expect_websocket() as opening:
            await page.get_by_role("link", name=re.compile(f"^{refresh_s} second")).click()
        await page.wait_for_url(f"**/epp?refresh={refresh_s}")
        await expect(page.locator(".refresh [aria-current]")).to_contain_text(str(refresh_s))
        pace_s = await pace(await opening.value)
        assert 0.8 * refresh_s < pace_s < 1.7 * refresh_s


async def pace(socket: WebSocket) -> float:
    """Seconds from one update to the next."""

    def is_update(frame: str | bytes) -> bool:
        return '"diff"' in str(frame)

    await socket.wait_for_event("framereceived", is_update)
    begun_s = time.monotonic()
    for _ in range(3):
        await socket.wait_for_event("framereceived", is_update)
    return (time.monotonic() - begun_s) / 3


async def test_nine_tabs_are_live_at_once(context: BrowserContext, site: RunningDaemon) -> None:
    tabs = [await watch(context, site, "/epp?refresh=1") for _ in range(9)]
    before = await number(tabs[0], QUERIES, "Answers")
    site.json("domain", "check", "nine.com")
    for tab in tabs:
        await expect(await cell(tab, QUERIES, "Answers")).to_have_text(str(before + 1))
        await expect(tab.locator("#live")).to_have_attribute("data-state", "live")


async def test_what_the_viewer_did_survives_updates(page: Page, site: RunningDaemon) -> None:
    await part(page, "epp/pir/connections/peers").click()
    button = page.get_by_role("button", name="Restart epp/verisign/connections/4")
    await button.focus()
    before = await number(page, QUERIES, "Answers")
    site.json("domain", "check", "kept.com")
    await expect(await cell(page, QUERIES, "Answers")).to_have_text(str(before + 1))
    await expect(button).to_be_focused()
    await expect(part(page, "epp/pir/connections")).to_be_hidden()
    await expect(part(page, "epp/verisign/connections")).to_be_visible()


# It shows what went wrong.


async def test_a_killed_connection_is_shown_with_the_reason(
    page: Page, site: RunningDaemon
) -> None:
    path = "epp/verisign/connections/2"
    before = await number(page, path, "Restarts")
    site.json("stop", path, "--kill", "--yes")
    await expect(await cell(page, path, "Restarts")).to_have_text(str(before + 1))
    await expect(await cell(page, path, "Why")).to_contain_text("killed")
    newest = page.locator("#restarts tbody tr").first
    await expect(newest).to_contain_text(path)
    await expect(newest).to_contain_text("killed")
    assert await is_the_same_document(page)


async def test_a_lost_answer_is_shown_with_its_transaction(page: Page, site: RunningDaemon) -> None:
    site.json("fault", "verisign", "cut-after-effect times=1 command=domain:create")
    outcome = site.ask("domain", "create", f"lost-{time.monotonic_ns()}.com", "--yes")
    name = str(outcome.documents[0]["answers"][0]["name"])
    row = page.locator("#unknowns tbody tr", has_text=name)
    await expect(row).to_contain_text("domain:create")
    await expect(row).to_contain_text("link_lost")
    await expect(page).to_have_title(re.compile("unknown outcome"))
    assert await is_the_same_document(page)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("violently", [False, True], ids=["SIGTERM", "SIGKILL"])
async def test_the_page_survives_a_restart_of_the_daemon(
    page: Page,
    context: BrowserContext,
    site: RunningDaemon,
    complaints: Complaints,
    violently: bool,
) -> None:
    live = page.locator("#live")
    with complaints.expecting(*UNREACHABLE):
        if violently:
            site.kill()
        else:
            assert site.stop() == 0
        await expect(live).to_have_attribute("data-state", "offline")
        await expect(live).to_contain_text("reconnecting")
        await expect(page.locator("tbody tr").first).to_be_visible()
        site.start()
        await expect(live).to_have_attribute("data-state", "live")
        site.until_up("verisign")
    await expect(page.locator("body.offline")).to_have_count(0)
    before = await number(page, QUERIES, "Answers")
    site.json("domain", "check", "again.com")
    await expect(await cell(page, QUERIES, "Answers")).not_to_have_text(str(before))
    assert await is_the_same_document(page)
    assert (await watch(context, site, "/tree")).url == f"{site.url}/tree"


# It acts.


async def test_the_restart_button_restarts_and_the_audit_knows(
    page: Page, site: RunningDaemon
) -> None:
    path = "epp/verisign/connections/3"
    before = await number(page, path, "Restarts")
    page.on("dialog", accept)
    await page.get_by_role("button", name=f"Restart {path}").click()
    await expect(page.locator("#flash")).to_contain_text(path)
    await expect(await cell(page, path, "Restarts")).to_have_text(str(before + 1))
    await expect(await cell(page, path, "Why")).to_contain_text("restart_requested")
    deed = await latest_deed(site)
    assert (deed.via, deed.command, deed.outcome) == ("web", f"restart {path}", "ok")
    assert await is_the_same_document(page)


async def test_a_button_that_is_not_confirmed_does_nothing(page: Page) -> None:
    asked: list[str] = []

    async def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    path = "epp/verisign/connections/5"
    before = await number(page, path, "Restarts")
    page.on("dialog", dismiss)
    await page.get_by_role("button", name=f"Restart {path}").click()
    assert asked == [f"Restart {path}?"]
    assert await number(page, path, "Restarts") == before
    await expect(page.locator("#flash")).to_be_hidden()


async def test_without_a_script_the_page_is_whole_and_its_buttons_work(
    browser: Browser, site: RunningDaemon
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await sign_in(context, site.json("login")["url"])
    await page.goto(f"{site.url}/epp?refresh=30")
    for registry in ("verisign", "pir"):
        rows = part(page, f"epp/{registry}/connections").locator("tbody tr")
        await expect(rows).to_have_count(5)
        await expect(part(page, f"epp/{registry}/times").locator("tbody tr")).to_have_count(3)
    path = "epp/pir/connections/4"
    before = await number(page, path, "Restarts")
    await page.get_by_role("button", name=f"Restart {path}").click()
    await expect(page.get_by_role("heading", name="Restart?")).to_be_visible()
    await expect(page.get_by_text(path)).to_be_visible()
    await page.get_by_role("button", name="Restart").click()
    await page.wait_for_url("**/epp?refresh=30")
    await expect(await cell(page, path, "Restarts")).to_have_text(str(before + 1))
    deed = await latest_deed(site)
    assert (deed.via, deed.command, deed.outcome) == ("web", f"restart {path}", "ok")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login")


async def test_a_viewer_sees_everything_and_can_do_nothing(
    browser: Browser, site: RunningDaemon, complaints: Complaints
) -> None:
    context = await browser.new_context()
    await complaints.listen_to(context)
    await until_live(await sign_in(context, await link_for(site, name="guest", role="viewer")))
    page = await watch(context, site, "/epp?refresh=1")
    path = "epp/pir/connections/1"
    await expect(part(page, path)).to_be_visible()
    restarts = await number(page, path, "Restarts")
    button = page.get_by_role("button", name="Restart")
    await expect(button).to_have_count(0)
    before = await number(page, QUERIES, "Answers")
    site.json("domain", "check", "viewed.com")
    await expect(await cell(page, QUERIES, "Answers")).to_have_text(str(before + 1))
    await expect(button).to_have_count(0)  # nor does an update bring one
    token = await page.locator("header input[name=token]").input_value()
    answer = await page.request.post(
        f"{site.url}/actions/restart",
        form={"token": token, "actor": path, "confirmed": "yes"},
        headers={"origin": site.url},
    )
    assert answer.status == 403
    assert "Only operators" in await answer.text()
    assert await number(page, path, "Restarts") == restarts
    await page.goto(f"{site.url}/tree?path={path}")
    await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
