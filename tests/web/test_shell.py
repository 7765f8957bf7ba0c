"""Whole documents: complete without a script, nothing inline, the same frame for all."""

import pytest

from tests.web import builders
from tests.web.parsing import assert_sound, parse_document, text_of
from web import shell
from web.actions import DELETE_JOB, RESTART
from web.pages import EppPage, Query
from web.pages.epp.page import EppState


def page(query: Query | None = None, *, may_act: bool = True) -> str:
    query = query or Query()
    shown = EppPage().render(EppState(builders.health(), ()), query)
    return shell.document(EppPage(), shown, query, token="t<oken", may_act=may_act, at=builders.NOW)


def test_a_page_is_a_sound_document() -> None:
    read = parse_document(page())
    assert_sound(read)
    assert read.get("lang") == "en"
    assert read.xpath("//head/title/text()") == ["all up · EPP · Engset"]
    assert read.xpath("//main[@id='main']//h1/text()") == ["EPP health"]
    assert read.xpath("//a[@class='skip']/@href") == ["#main"]


def test_every_script_and_sheet_is_our_own() -> None:
    read = parse_document(page())
    assert read.xpath("//script/@src") == [
        "/static/vendor/phoenix.min.js",
        "/static/vendor/idiomorph.min.js",
        "/static/live.js",
    ]
    assert all(address.startswith("/static/") for address in read.xpath("//link/@href"))


def test_the_page_tells_the_script_its_topic_and_reloads_without_one() -> None:
    read = parse_document(page(Query(refresh_s=2)))
    body = read.xpath("//body")[0]
    assert body.get("data-topic") == "live:epp?refresh=2"
    assert body.get("data-refresh") == "2"
    assert read.xpath("//noscript/meta/@content") == ["2"]


def test_the_menu_and_the_chooser_mark_where_one_is() -> None:
    read = parse_document(page(Query(refresh_s=15)))
    assert read.xpath("//a[@aria-current='page']/@href") == ["/epp?refresh=15"]
    assert read.xpath("//a[@aria-current='true']/@href") == ["?refresh=15"]
    assert text_of(read.xpath("//nav[@class='refresh']")[0]).startswith("1 seconds 2 seconds")


def test_the_live_region_holds_nothing_of_the_session() -> None:
    read = parse_document(page())
    assert not read.xpath("//main//input | //main//form")
    assert read.xpath("//form[@id='act']/input[@name='token']/@value") == ["t<oken"]
    assert read.xpath("//form[@id='act']/input[@name='back']/@value") == ["/epp?refresh=5"]


def test_who_may_not_act_gets_no_form_to_act_with_and_sees_no_buttons() -> None:
    read = parse_document(page(may_act=False))
    assert read.xpath("//body/@class") == ["onlooker"]  # the style sheet hides its buttons
    assert not read.xpath("//form[@id='act']")
    assert not parse_document(page()).xpath("//body/@class")


def test_the_sign_in_page_tells_how_to_get_a_link() -> None:
    read = parse_document(shell.sign_in())
    assert_sound(read)
    assert "engset login" in text_of(read)
    assert not read.xpath("//form")


def test_a_link_leads_to_one_button() -> None:
    read = parse_document(shell.sign_in(token="abc"))
    assert_sound(read)
    assert read.xpath("//form[@method='post'][@action='/login']/input/@value") == ["abc"]


def test_an_action_is_confirmed_where_no_script_could_ask() -> None:
    text = shell.confirmation(RESTART, "epp/<x>", token="t", back="/epp?refresh=5")
    read = parse_document(text)
    assert_sound(read)
    assert text_of(read.xpath("//main")[0]) == "Engset Restart? epp/<x> Restart Back"
    assert read.xpath("//form/@action") == ["/actions/restart"]
    assert read.xpath("//input[@name='actor']/@value") == ["epp/<x>"]


def test_a_confirmation_says_what_comes_of_it() -> None:
    read = parse_document(shell.confirmation(DELETE_JOB, "7", token="t", back="/jobs?job=7"))
    assert text_of(read.xpath("//main")[0]) == (
        "Engset Delete? job 7 It is forgotten, and its errors with it. Delete Back"
    )
    assert read.xpath("//input[@name='job']/@value") == ["7"]


@pytest.mark.parametrize("status", [403, 404, 500, 405])
def test_an_error_page_says_what_is_wrong_in_the_same_look(status: int) -> None:
    read = parse_document(shell.error(status))
    assert_sound(read)
    assert str(status) in text_of(read)
    assert read.xpath("//a/@href") == ["/"]


def test_an_error_page_may_have_a_sentence_of_its_own() -> None:
    assert "The link was used." in text_of(
        parse_document(shell.error(403, text="The link was used."))
    )
