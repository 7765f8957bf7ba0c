"""The XML parser: what it takes, and what it refuses quickly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp import ForbiddenDoctype, InvalidElement, MalformedXml
from protocols.epp.document import (
    boolean,
    local_name,
    parse_document,
    prose,
    serialise,
    token,
)

_BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "%s">%s]><a b="&y9;">&y9;</a>""" % (
    b"x" * 1000,
    b"".join(
        b'<!ENTITY y%d "%s">' % (i, b"&y%d;" % (i - 1) * 10 if i else b"&x;" * 10)
        for i in range(10)
    ),
)


@pytest.mark.parametrize(
    "xml",
    [
        b"<!DOCTYPE epp><epp/>",
        b'<!DOCTYPE epp SYSTEM "http://192.0.2.1/epp.dtd"><epp/>',
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
        "<!DOCTYPE epp><epp/>".encode("utf-16"),
    ],
)
def test_a_doctype_is_refused_even_if_harmless(xml: bytes) -> None:
    with pytest.raises(ForbiddenDoctype):
        parse_document(xml)


def test_an_entity_bomb_is_refused() -> None:
    with pytest.raises((ForbiddenDoctype, MalformedXml)):
        parse_document(_BOMB)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"not XML",
        b"<a>",
        b"<a></b>",
        b"<a>&undeclared;</a>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<a/><b/>",
        b"<x:a/>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)
def test_what_is_not_well_formed_is_refused(xml: bytes) -> None:
    with pytest.raises(MalformedXml):
        parse_document(xml)


def test_a_tree_too_deep_for_the_parser_is_refused() -> None:
    with pytest.raises(MalformedXml):
        parse_document(b"<a>" * 100_000 + b"</a>" * 100_000)


def test_an_error_tells_where_and_never_what() -> None:
    with pytest.raises(MalformedXml) as caught:
        parse_document(b"<pw>\nsecret</pww>")
    assert caught.value.line == 2
    assert "secret" not in str(caught.value)


def test_comments_and_instructions_vanish_without_splitting_text() -> None:
    root = parse_document(b"<a><!-- c --><?pi x?><b>on<!-- c -->e</b></a>")
    assert [child.tag for child in root] == ["b"]
    assert token(root[0]) == "one"


def test_utf_16_is_read_too() -> None:
    assert token(parse_document("<a>\u00fc</a>".encode("utf-16"))) == "\u00fc"


@given(st.binary(max_size=300) | st.text(alphabet="<>/a!&;[]' \"", max_size=60).map(str.encode))
def test_any_octets_give_a_tree_or_a_named_error(data: bytes) -> None:
    try:
        parse_document(data)
    except (MalformedXml, ForbiddenDoctype):
        return


def test_a_token_loses_the_space_around_it_and_prose_within_it_too() -> None:
    root = parse_document(b"<a>  one\n  two <b>three</b> </a>")
    assert token(root) == "one\n  two"
    assert prose(root) == "one two three"
    assert prose(parse_document(b"<a> one\n two </a>")) == "one two"
    assert (token(parse_document(b"<a/>")), prose(parse_document(b"<a/>"))) == ("", "")


def test_a_name_is_told_without_its_namespace() -> None:
    assert local_name(parse_document(b'<x:a xmlns:x="urn:x"/>')) == "a"
    assert local_name(parse_document(b"<a/>")) == "a"


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("true", True), ("0", False), ("false", False)]
)
def test_a_boolean_is_written_in_four_ways(text: str, value: object) -> None:
    assert boolean(parse_document(f'<a b="{text}"/>'.encode()), "b") is value


@pytest.mark.parametrize("xml", [b"<a/>", b'<a b="yes"/>', b'<a b=""/>'])
def test_another_boolean_is_refused(xml: bytes) -> None:
    with pytest.raises(InvalidElement):
        boolean(parse_document(xml), "b")


def test_a_part_is_serialised_with_its_namespaces_and_without_its_tail() -> None:
    root = parse_document(b'<a xmlns:x="urn:x"><x:b>\xc3\xbc</x:b> tail</a>')
    assert token(parse_document(serialise(root[0]))) == "\u00fc"
    assert b"tail" not in serialise(root[0])
    assert b'xmlns:x="urn:x"' in serialise(root[0])
