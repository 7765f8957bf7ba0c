"""The relaxed canonical forms: RFC 6376 section 3.4, its examples and its corners."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocols.dkim import relaxed_body, relaxed_field

WHITE = st.lists(
    st.sampled_from([b" ", b"\t", b"\r\n", b"a", b".", b"\r\n ", b"  ", b"\xc3\xa9"]), max_size=40
).map(b"".join)


def by_the_letter(body: bytes) -> bytes:
    """RFC 6376 section 3.4.4 a and b, one sentence after the other."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def test_the_example_of_the_rfc_comes_out_as_printed() -> None:
    # RFC 6376 section 3.4.5
    assert relaxed_field(b"A: X\r\n") == b"a:X\r\n"
    assert relaxed_field(b"B : Y\t\r\n\tZ  \r\n") == b"b:Y Z\r\n"
    assert relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"


@pytest.mark.parametrize(
    ("field", "canonical"),
    [
        (b"SubJect: A  b\r\n", b"subject:A b\r\n"),
        (b"Subject:a", b"subject:a\r\n"),
        (b"Subject:\r\n", b"subject:\r\n"),
        (b"Subject: \t \r\n", b"subject:\r\n"),
        (b"Subject \t :a\r\n", b"subject:a\r\n"),
        (b"Subject:\r\n a\r\n\t b \r\n", b"subject:a b\r\n"),
        (b"Subject: a:b : c\r\n", b"subject:a:b : c\r\n"),
        (b"Subject: a\r\n \r\n b\r\n", b"subject:a b\r\n"),
        (b"To: J\xc3\xb6rg  <a@b>\r\n", b"to:J\xc3\xb6rg <a@b>\r\n"),
    ],
)
def test_a_field_is_unfolded_and_its_white_space_is_made_single(
    field: bytes, canonical: bytes
) -> None:
    assert relaxed_field(field) == canonical


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (b"", b""),
        (b"\r\n", b""),
        (b"\r\n\r\n\r\n", b""),
        (b" \r\n\t\r\n", b""),
        (b"   ", b""),
        (b"a", b"a\r\n"),
        (b"a ", b"a\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"a\r\n ", b"a\r\n"),
        (b"a\r\n \r\n\t\r\n", b"a\r\n"),
        (b"\r\n\r\na\r\n", b"\r\n\r\na\r\n"),
        (b"a\r\n\r\nb\r\n\r\n", b"a\r\n\r\nb\r\n"),
        (b"  a\t\tb  \r\n", b" a b\r\n"),
        (b".\r\n..\r\n", b".\r\n..\r\n"),
        (b"a\rb\nc\r\n", b"a\rb\nc\r\n"),
    ],
)
def test_a_body_keeps_its_lines_but_not_its_white_space(body: bytes, canonical: bytes) -> None:
    assert relaxed_body(body) == canonical


@given(WHITE)
@example(b" ")
@example(b"  a")
def test_any_body_comes_out_as_the_rfc_says_it_sentence_by_sentence(body: bytes) -> None:
    assert relaxed_body(body) == by_the_letter(body)


@given(WHITE)
def test_the_canonical_form_of_a_canonical_form_is_itself(body: bytes) -> None:
    assert relaxed_body(relaxed_body(body)) == relaxed_body(body)
