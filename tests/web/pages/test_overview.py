"""The front page: registries in brief, the tree folded, the latest restarts."""

from tests.web import builders
from tests.web.parsing import assert_sound, parse, text_of
from web.pages import OverviewPage, Query, Screen
from web.pages.overview.page import OverviewState


def screen() -> Screen:
    health = builders.health(builders.registry(), builders.degraded())
    restarts = tuple(builders.restart(f"epp/pir/connections/{slot}") for slot in range(20))
    return OverviewPage().render(OverviewState(health, builders.tree(), restarts), Query())


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
