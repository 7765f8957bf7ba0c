"""What a server says to EHLO."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.smtp import Capabilities, parse_capabilities


def test_all_extensions_are_read_in_any_case() -> None:
    lines = [
        "mx.example greets you",
        "pipelining",
        "SIZE 35882577",
        "8BitMIME",
        "STARTTLS",
        "AUTH plain LOGIN",
        "ENHANCEDSTATUSCODES",
        "SMTPUTF8",
        "X-OTHER a b",
        "",
    ]
    assert parse_capabilities(lines) == Capabilities(
        pipelining=True,
        size_limit_bytes=35_882_577,
        takes_size=True,
        eight_bit=True,
        start_tls=True,
        enhanced_codes=True,
        smtp_utf8=True,
        auth_mechanisms=("PLAIN", "LOGIN"),
    )


def test_the_first_line_is_a_name_not_an_extension() -> None:
    assert parse_capabilities(["PIPELINING"]) == Capabilities()


@pytest.mark.parametrize(
    "line", ["SIZE", "SIZE 0", "SIZE many", "SIZE -1", "SIZE ²", "SIZE " + "9" * 30]
)
def test_a_size_that_limits_nothing_is_no_limit(line: str) -> None:
    capabilities = parse_capabilities(["a", line])
    assert (capabilities.takes_size, capabilities.size_limit_bytes) == (True, None)


def test_the_old_way_to_offer_auth_is_joined_with_the_new() -> None:
    capabilities = parse_capabilities(["a", "AUTH PLAIN", "AUTH=LOGIN CRAM-MD5"])
    assert capabilities.auth_mechanisms == ("PLAIN", "LOGIN", "CRAM-MD5")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_any_lines_are_capabilities(lines: list[str]) -> None:
    assert isinstance(parse_capabilities(lines), Capabilities)
