"""Elements: escaped contents, attributes by name."""

import doctest

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import web.element
from tests.web.parsing import parse
from web.element import element, join


def test_markup_is_taken_as_it_is_and_text_is_escaped() -> None:
    assert (
        element("p", element("b", 1), " < ", None, Markup("&amp;")) == "<p><b>1</b> &lt; &amp;</p>"
    )


def test_attributes_lose_their_underscores() -> None:
    written = element("td", class_="number", aria_label='"x"', open=True, hidden=False, title=None)
    assert written == '<td class="number" aria-label="&quot;x&quot;" open></td>'


def test_void_elements_are_not_closed() -> None:
    assert element("col", class_="w6") == '<col class="w6">'


def test_nothing_joins_to_nothing() -> None:
    assert join(None, "") == Markup()


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_no_text_escapes_its_element(text: str) -> None:
    read = parse(element("p", text, title=text))
    assert (read.text or "", read.get("title"), len(read)) == (text, text, 0)


def test_the_example_in_the_docstring_runs() -> None:
    assert doctest.testmod(web.element).failed == 0
