"""The front page: registries in brief, the tree folded, the latest restarts."""

from actors.epp import EppHealth
from tests.web import builders, job_builders
from tests.web.parsing import assert_sound, parse, text_of
from web.pages import OverviewPage, Query, Screen
from web.pages.jobs import JobsLook
from web.pages.jobs.line import Away
from web.pages.overview.page import OverviewState


def screen(*, epp: EppHealth | None = None, jobs: JobsLook | None = None) -> Screen:
    health = epp or builders.health(builders.registry(), builders.degraded())
    restarts = tuple(builders.restart(f"epp/pir/connections/{slot}") for slot in range(20))
    state = OverviewState(health, builders.tree(), restarts, jobs or job_builders.room())
    return OverviewPage().render(state, Query())


def test_the_page_is_sound() -> None:
    assert_sound(parse(screen().main))


def test_a_registry_is_one_line_that_leads_to_its_section() -> None:
    read = parse(screen().main)
    row = read.get_element_by_id("registries/pir")
    assert text_of(row).startswith(
        "pir degraded 3 / 4 42 utilisation 42 % 212 2,140 14 1 3 The reg"
    )
    assert row.xpath(".//a/@href") == ["/epp#epp/pir"]


def test_only_the_latest_restarts_are_shown() -> None:
    assert len(parse(screen().main).get_element_by_id("restarts/rows")) == 8


def test_the_title_tells_the_worst_first() -> None:
    assert screen().title == "1 of 2 registries not up · Overview"


def test_the_jobs_are_one_line_that_leads_to_their_page() -> None:
    read = parse(screen().main).get_element_by_id("rooms/jobs")
    assert text_of(read) == (
        "Jobs all queues run 1 queue running here 1 finished 41.2 /s waiting 0 dead 0"
    )
    assert read.xpath(".//h2/a/@href") == ["/jobs"]


def test_jobs_that_cannot_be_seen_are_said_to_be_away() -> None:
    read = parse(screen(jobs=Away("the database does not answer")).main)
    assert text_of(read.get_element_by_id("rooms/jobs")) == (
        "Jobs away the database does not answer"
    )


def test_the_title_tells_of_jobs_when_something_is_wrong_with_them() -> None:
    dead = job_builders.room(job_builders.queue(here=job_builders.local(), discarded=3))
    silent = job_builders.room(nodes=(job_builders.node(here=False, seen_s=9.0),))
    well = builders.health()
    assert screen(epp=well).title == "all up · Overview"
    assert screen(epp=well, jobs=dead).title == "3 dead jobs · Overview"
    assert screen(epp=well, jobs=silent).title == "jobs: 1 node silent · Overview"
    assert screen(jobs=dead).title == "1 of 2 registries not up, 3 dead jobs · Overview"
