"""Escaping: nothing a value holds becomes markup, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from protocols.epp import UnencodableCharacter
from protocols.epp.escaping import escape

_ALLOWED = st.text(
    st.characters(
        codec="utf-8",
        exclude_characters=[chr(c) for c in range(32) if c not in {9, 10, 13}]
        + ["\ufffe", "\uffff"],
    )
)


def test_plain_text_is_returned_as_it_is() -> None:
    text = "example.com"
    assert escape(text) is text


@given(_ALLOWED)
def test_any_text_survives_as_content_and_as_attribute(text: str) -> None:
    element = etree.fromstring(f'<a b="{escape(text)}">{escape(text)}</a>'.encode())
    assert (element.text or "") == text
    assert element.get("b") == text
    assert len(element) == 0


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ud800", "\uffff"])
def test_a_character_outside_xml_is_refused_by_number_and_not_quoted(character: str) -> None:
    with pytest.raises(UnencodableCharacter) as caught:
        escape(f"secret{character}secret")
    assert caught.value.code_point == ord(character)
    assert caught.value.position == 6
    assert "secret" not in str(caught.value)
