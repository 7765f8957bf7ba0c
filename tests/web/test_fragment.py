"""Fragments: what changed is found at its smallest, and applying it gives the new page."""

from hypothesis import given
from hypothesis import strategies as st

from web.fragment import Fragment, changes, fragment


def page(**cells: int) -> Fragment:
    rows = (fragment("td", key, number) for key, number in cells.items())
    return fragment("table", "page", "head", fragment("tr", "row", *rows), "foot")


def ids(old: Fragment, new: Fragment) -> list[str]:
    return [one.id for one in changes(old, new)]


def test_a_fragment_is_written_whole() -> None:
    assert page(a=1, b=2).__html__() == (
        '<table id="page">head<tr id="row"><td id="a">1</td><td id="b">2</td></tr>foot</table>'
    )


def test_nothing_changed_sends_nothing() -> None:
    assert ids(page(a=1), page(a=1)) == []


def test_only_the_innermost_change_is_sent() -> None:
    assert ids(page(a=1, b=2, c=3), page(a=1, b=9, c=8)) == ["b", "c"]


def test_a_row_that_came_or_went_resends_what_holds_it() -> None:
    assert ids(page(a=1), page(a=1, b=2)) == ["row"]
    assert ids(page(a=1, b=2), page(b=2)) == ["row"]
    assert ids(page(a=1, b=2), page(b=2, a=1)) == ["row"]


def test_a_change_of_its_own_markup_resends_a_fragment() -> None:
    old = fragment("p", "p", "before ", fragment("b", "b", 1))
    new = fragment("p", "p", "after ", fragment("b", "b", 2))
    assert ids(old, new) == ["p"]


def test_markup_between_fragments_counts_in_its_place() -> None:
    inner = fragment("b", "b", 1)
    assert ids(fragment("p", "p", "x", inner), fragment("p", "p", inner, "x")) == ["p"]


cells = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@given(cells, cells)
def test_the_changes_lead_from_the_old_page_to_the_new(
    old: dict[str, int], new: dict[str, int]
) -> None:
    sent = {one.id: one for one in changes(page(**old), page(**new))}

    def applied(whole: Fragment) -> str:
        if whole.id in sent:
            return sent[whole.id].__html__()
        return "".join(
            applied(part) if isinstance(part, Fragment) else part for part in whole.parts
        )

    assert applied(page(**old)) == page(**new).__html__()
