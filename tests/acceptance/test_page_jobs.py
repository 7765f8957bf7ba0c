"""The jobs of a running daemon in a real Chromium: they move, end and fail before one's eyes."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from actors.jobs import JobFilter, NewJob, Rehearsal, RehearsalArgs
from tests.acceptance.chromium import until_live
from tests.acceptance.records import jobs_of
from tests.support.daemon import RunningDaemon

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]


async def watch(context: BrowserContext, site: RunningDaemon, path: str) -> Page:
    """Open a page in a tab of its own, in a document that can be known again."""
    page = await context.new_page()
    await page.goto(site.url + path)
    await until_live(page)
    await page.evaluate("window.marker = 'the same document'")
    return page


async def is_the_same_document(page: Page) -> bool:
    return bool(await page.evaluate("window.marker === 'the same document'"))


def part(page: Page, id_: str) -> Locator:
    return page.locator(f'[id="{id_}"]')


async def insert(site: RunningDaemon, job: NewJob) -> int:
    async with jobs_of(site) as jobs:
        return (await jobs.insert(job)).id


async def test_a_paused_queue_is_seen_without_a_reload(
    context: BrowserContext, site: RunningDaemon
) -> None:
    page = await watch(context, site, "/jobs?refresh=1")
    head = part(page, "jobs/queues/default/head")
    await expect(head.locator(".badge")).to_have_text("running")
    async with jobs_of(site) as jobs:
        await jobs.pause("default")
        await expect(head.locator(".badge")).to_have_text("paused")
        await expect(head.get_by_role("button", name="Resume queue default")).to_be_visible()
        await jobs.resume("default")
    await expect(head.locator(".badge")).to_have_text("running")
    assert await is_the_same_document(page)


async def test_the_progress_of_a_job_is_seen_to_its_end(
    context: BrowserContext, site: RunningDaemon
) -> None:
    page = await watch(context, site, "/jobs?refresh=1")
    job_id = await insert(site, Rehearsal.new(RehearsalArgs(steps=12, step_s=0.5), tags=("film",)))
    row = part(page, f"listed/{job_id}")
    await row.get_by_role("link", name=str(job_id), exact=True).click()
    await page.wait_for_url(f"**/jobs?job={job_id}")
    await page.goto(f"{site.url}/jobs?job={job_id}&refresh=1")
    await until_live(page)
    await page.evaluate("window.marker = 'the same document'")
    progress = part(page, "job/progress").locator("span")
    await expect(progress).to_have_text(re.compile(r"\d+ of 12"))
    seen = await progress.inner_text()
    await expect(progress).not_to_have_text(seen)
    await expect(part(page, "job/head").locator(".badge")).to_have_text("completed")
    await expect(progress).to_be_hidden()  # done is done
    await expect(page).to_have_title(re.compile("completed · job"))
    await expect(page.get_by_role("button", name=f"Delete job {job_id}")).to_be_visible()
    assert await is_the_same_document(page)


async def test_a_trace_stays_unfolded_while_the_page_moves(
    context: BrowserContext, site: RunningDaemon
) -> None:
    job_id = await insert(site, Rehearsal.new(RehearsalArgs(outcome="crash"), max_attempts=1))
    page = await watch(context, site, f"/jobs?job={job_id}&refresh=1")
    first, second = [part(page, f"job/timeline/error-{number}") for number in range(2)]
    await first.locator("summary").click()
    await expect(first.locator("pre")).to_contain_text("Traceback")
    async with jobs_of(site) as jobs:
        assert await jobs.retry(JobFilter(ids=(job_id,))) == 1
    await expect(second).to_contain_text("Attempt 2 failed")
    await expect(second.locator("pre")).to_be_hidden()
    await expect(first.locator("pre")).to_be_visible()
    assert await is_the_same_document(page)


async def test_a_job_that_nobody_can_perform_is_shown_and_stays_shown(
    context: BrowserContext, site: RunningDaemon
) -> None:
    page = await watch(context, site, "/jobs?refresh=1")
    job_id = await insert(site, NewJob(worker="MyApp.Mailer"))
    row = part(page, "unknown/jobs/default/MyApp.Mailer")
    await expect(row).to_be_visible()
    await row.get_by_role("link", name="MyApp.Mailer").click()
    await expect(part(page, f"listed/{job_id}")).to_contain_text("available")
    async with jobs_of(site) as jobs:
        assert (await jobs.life(job_id)) is not None
