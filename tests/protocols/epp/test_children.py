"""Children by name, their texts and their dates."""

from datetime import UTC, datetime

import pytest

from protocols.epp import InvalidElement
from protocols.epp.children import Children
from protocols.epp.document import parse_document

_ROOT = parse_document(b"<a><b> one </b><b>two</b><c/><d>2026-11-03T12:00:00Z</d></a>")


def test_the_last_of_repeated_children_counts() -> None:
    assert Children(_ROOT).text("b") == "two"


def test_an_absent_text_is_none_or_refused_by_name() -> None:
    children = Children(_ROOT)
    assert children.optional_text("x") is None
    with pytest.raises(InvalidElement, match="<a> has no x"):
        children.text("x")


def test_a_moment_is_read_or_refused() -> None:
    children = Children(_ROOT)
    assert children.moment("d") == datetime(2026, 11, 3, 12, tzinfo=UTC)
    for tag in ("b", "c", "x"):
        with pytest.raises(InvalidElement):
            children.moment(tag)


def test_an_optional_moment_may_be_absent_or_empty_but_not_wrong() -> None:
    children = Children(_ROOT)
    assert children.optional_moment("x") is None
    assert children.optional_moment("c") is None
    assert children.optional_moment("d") is not None
    with pytest.raises(InvalidElement):
        children.optional_moment("b")


def test_children_are_found_by_qualified_name() -> None:
    children = Children(parse_document(b'<a xmlns="urn:x"><b>1</b><c/><b> 2 </b></a>'))
    assert children.texts("{urn:x}b") == ("1", "2")
    assert [child.tag for child in children.every("{urn:x}c")] == ["{urn:x}c"]
    assert children.every("b") == []
    assert children.get("b") is None
    assert children.require("{urn:x}c").tag == "{urn:x}c"
    with pytest.raises(InvalidElement, match="<a> has no"):
        children.require("{urn:y}c")
