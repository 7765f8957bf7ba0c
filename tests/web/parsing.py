"""Markup read back: by lxml, as a browser would, with the checks that hold for every page."""

from collections import Counter
from itertools import pairwise
from typing import Protocol

from lxml import html
from lxml.html import HtmlElement


class HasHtml(Protocol):
    """Markup, or a fragment."""

    def __html__(self) -> str: ...


def parse(markup: HasHtml) -> HtmlElement:
    """The one element that the markup holds."""
    return html.fromstring(markup.__html__())  # pyright: ignore[reportUnknownMemberType]


def parse_document(text: str) -> HtmlElement:
    """A whole document."""
    return html.document_fromstring(text)  # pyright: ignore[reportUnknownMemberType]


def text_of(root: HtmlElement) -> str:
    """What is read aloud, spaces squeezed."""
    return " ".join(" ".join(root.itertext()).split())


def assert_sound(root: HtmlElement) -> None:
    """No inline style or script, unique ids, labelled controls, headers with a scope.

    A live region alone refers to one form outside it, the one that its buttons act by.
    """
    assert not root.xpath("//@style"), "inline style"
    assert not root.xpath("//style | //script[not(@src)]"), "inline style sheet or script"
    assert not root.xpath("//@*[starts-with(name(), 'on')]"), "inline handler"
    ids: Counter[str] = Counter(root.xpath("//@id"))
    assert not [id_ for id_, number in ids.items() if number > 1], "an id twice"
    assert not root.xpath("//th[not(@scope)]"), "a header without a scope"
    assert not root.xpath("//table[not(caption)]"), "a table without a caption"
    assert not root.xpath("//svg[@role='img'][not(title)]"), "a picture without a title"
    assert not root.xpath("//a[not(@href)] | //img[not(@alt)]"), "a dead link or a mute image"
    assert not [b for b in root.xpath("//button") if not text_of(b)], "a mute button"
    levels = [int(heading.tag[1]) for heading in root.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels.count(1) <= 1, "more than one title"
    for above, below in pairwise(levels):
        assert below <= above + 1, "a heading level is skipped"
    outside = "" if root.tag == "html" else "[. != 'act']"
    for reference in root.xpath(f"//@aria-labelledby | //@form{outside}"):
        assert reference in ids, f"{reference} is not there"
