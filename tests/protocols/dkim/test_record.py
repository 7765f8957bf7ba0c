"""The record in DNS: its name, and its text in strings of a zone file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.dkim import record_name, record_strings
from tests.protocols.dkim.keys import rsa_key


def test_the_record_stands_below_the_selector() -> None:
    assert record_name(selector="a.b", domain="example.com") == "a.b._domainkey.example.com"


def test_a_key_of_2048_bits_needs_two_strings() -> None:
    assert [len(each) for each in record_strings(rsa_key().dns_record())] == [255, 155]


@pytest.mark.parametrize("length", [0, 1, 255])
def test_a_short_text_is_one_string_at_most(length: int) -> None:
    assert record_strings("x" * length) == ("x" * length,) * (length > 0)


@given(st.text(alphabet="abc;= ", max_size=900))
def test_the_strings_are_the_text_in_pieces_that_a_zone_can_hold(text: str) -> None:
    assert "".join(record_strings(text)) == text
    assert all(len(each) <= 255 for each in record_strings(text))
