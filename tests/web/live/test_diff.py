"""Differences: encoded once, merged in an order that leads to the same page."""

from protocols.channels import Broadcast, decode_server
from web.fragment import fragment
from web.live.diff import Diff
from web.pages import Screen


def screen(title: str, **cells: int) -> Screen:
    parts = (fragment("p", key, number) for key, number in cells.items())
    return Screen(title, fragment("main", "main", *parts))


def test_a_diff_holds_what_changed() -> None:
    diff = Diff.between("live:x", screen("one", a=1, b=2), screen("two", a=1, b=3))
    assert diff == Diff("live:x", {"b": '<p id="b">3</p>'}, "two")
    assert decode_server(diff.encoded()) == Broadcast(
        "live:x", "diff", {"html": ['<p id="b">3</p>'], "removed": [], "title": "two"}
    )


def test_a_title_that_stayed_is_not_sent() -> None:
    assert Diff.between("t", screen("one", a=1), screen("one", a=2)).title is None


def test_a_diff_is_encoded_once() -> None:
    diff = Diff("t", {})
    assert diff.encoded() is diff.encoded()


def test_later_elements_win_and_go_behind() -> None:
    first, second = Diff("t", {"a": "1", "b": "1"}, "old"), Diff("t", {"a": "2"}, None)
    merged = first.merged(second)
    assert list(merged.html.items()) == [("b", "1"), ("a", "2")]
    assert merged.title == "old"
    assert merged.merged(Diff("t", {}, "new")).title == "new"
