"""How the pages look and feel in a real Chromium: schemes, phone, keyboard, content policy."""

from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from actors.jobs import NewJob, Rehearsal, RehearsalArgs
from tests.acceptance.chromium import Complaints, until_live
from tests.acceptance.records import jobs_of
from tests.support.daemon import RunningDaemon

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

Scheme = Literal["light", "dark"]

POOL = "epp/verisign/pool"
PAGES = (
    "/",
    "/epp",
    "/jobs",
    "/jobs?job=1",
    "/jobs?state=available&tag=none",
    "/tree",
    f"/tree?path={POOL}",
)
PHONE_WIDTH = 390
LOW_CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def troubled(site: RunningDaemon) -> RunningDaemon:
    """The daemon with something to warn of: a killed connection, a lost answer, jobs gone wrong."""
    async with jobs_of(site) as jobs:
        crash, refuse = RehearsalArgs(outcome="crash"), RehearsalArgs(outcome="retry")
        await jobs.insert(Rehearsal.new(crash, max_attempts=1, tags=("sad",)))
        await jobs.insert(Rehearsal.new(refuse))
        await jobs.insert(Rehearsal.new(RehearsalArgs(steps=20, step_s=1.0)))
        await jobs.insert(NewJob(worker="MyApp.Mailer"))
    site.json("stop", "epp/verisign/connections/2", "--kill", "--yes")
    site.json("fault", "verisign", "cut-after-effect times=1 command=domain:create")
    site.ask("domain", "create", "trouble.com", "--yes")
    return site


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, troubled: RunningDaemon) -> Page:
    """An empty tab."""
    return await context.new_page()


async def ground(page: Page) -> str:
    return str(await page.evaluate("getComputedStyle(document.body).backgroundColor"))


async def test_the_viewer_s_colour_scheme_is_followed(page: Page, site: RunningDaemon) -> None:
    await page.goto(f"{site.url}/epp")
    await until_live(page)
    await page.emulate_media(color_scheme="light")
    light = await ground(page)
    await page.emulate_media(color_scheme="dark")
    assert await ground(page) != light


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(
    page: Page, site: RunningDaemon, scheme: Scheme
) -> None:
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no cell mid-fade
    for path in PAGES:
        await page.goto(site.url + path)
        await until_live(page)
        assert await page.evaluate(LOW_CONTRAST) == [], path


async def test_nothing_is_wider_than_a_phone(page: Page, site: RunningDaemon) -> None:
    await page.set_viewport_size({"width": PHONE_WIDTH, "height": 844})
    for path in PAGES:
        await page.goto(site.url + path)
        await until_live(page)
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH, path
    table = page.locator(".tree.box")
    assert await table.evaluate("box => box.scrollWidth > box.clientWidth")  # it scrolls inside
    await expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport()


async def test_no_update_shifts_the_page(page: Page, site: RunningDaemon) -> None:
    await page.goto(f"{site.url}/epp?refresh=1")
    await until_live(page)
    rows = page.locator('[id="epp/pir/connections"]')
    before = await rows.bounding_box()
    site.json("domain", "check", "shift.com", "shift.org")
    await expect(page.locator('[id="epp/pir/codes/1000"]')).to_be_visible()
    await expect(page.locator('[id="epp/pir/times/query"]')).not_to_contain_text("\N{EN DASH}")
    after = await rows.bounding_box()
    assert before is not None
    assert after is not None
    assert (before["x"], before["width"]) == (after["x"], after["width"])


async def test_the_first_stop_of_the_keyboard_skips_the_menu(
    page: Page, site: RunningDaemon
) -> None:
    await page.goto(f"{site.url}/epp")
    await until_live(page)
    skip = page.get_by_role("link", name="Skip to content")
    await expect(skip).not_to_be_in_viewport()
    await page.keyboard.press("Tab")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def test_every_stop_of_the_keyboard_is_seen(page: Page, site: RunningDaemon) -> None:
    await page.goto(f"{site.url}/epp?refresh=30")
    await until_live(page)
    stops: list[str] = []
    while True:
        await page.keyboard.press("Tab")
        stop = await page.evaluate(
            """() => {
              const at = document.activeElement, style = getComputedStyle(at);
              if (at === document.body) return null;
              const seen = style.outlineStyle === "solid" && style.outlineWidth === "2px";
              return `${seen ? "seen" : "unseen"} ${at.localName} ${at.textContent.trim()}`;
            }"""
        )
        if stop is None:
            break
        stops.append(stop)
    assert [stop for stop in stops if stop.startswith("unseen")] == []
    assert "seen button Sign out" in stops
    assert "seen button Restart epp/pir/connections/5" in stops


async def test_every_answer_carries_the_strict_policy(page: Page, site: RunningDaemon) -> None:
    answers = [
        await page.request.get(site.url + path)
        for path in (*PAGES, "/login", "/nothing", "/healthz", "/static/live.js")
    ]
    await page.goto(f"{site.url}/tree?path={POOL}")
    token = await page.locator("#act input[name=token]").input_value()
    answers += [
        await page.request.post(
            f"{site.url}/actions/restart",
            form={"actor": POOL, "token": given},
            headers={"origin": site.url},
        )
        for given in (token, "none")
    ]
    assert [answer.status for answer in answers] == [200] * (len(PAGES) + 1) + [
        404,
        200,
        200,
        200,
        403,
    ]
    for answer in answers:
        policy = dict(
            rule.strip().split(" ", 1)
            for rule in answer.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert "unsafe" not in str(policy)
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_policy_stops_an_inline_script_and_the_tests_would_hear_it(
    page: Page, site: RunningDaemon, complaints: Complaints
) -> None:
    await page.goto(f"{site.url}/epp")
    await until_live(page)
    await page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'broken in'";
          document.body.append(script);
        }"""
    )
    await expect(page).not_to_have_title("broken in")
    heard, complaints.heard = complaints.heard, []
    assert "policy violated: script-src-elem by inline" in heard
