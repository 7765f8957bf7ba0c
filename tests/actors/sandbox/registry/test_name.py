from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.sandbox.registry.name import Zones, is_reserved, normal_name
from protocols.epp_server import CommandError
from protocols.epp_server.namespace import DOMAIN


@pytest.mark.parametrize("name", ["a.com", "xn--bcher-kva.com", "0-0.net", f"{'a' * 63}.org"])
def test_a_well_made_name_is_kept_in_lower_case(name: str) -> None:
    assert normal_name(name.upper(), DOMAIN) == name


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_a_refusal(text: str) -> None:
    with suppress(CommandError):
        name = normal_name(text, DOMAIN)
        assert name.isascii()
        assert len(name) <= 253


@pytest.mark.parametrize(
    ("name", "registrable"),
    [
        ("a.com", "a.com"),
        ("ns1.a.com", "a.com"),
        ("x.y.a.co.example", "a.co.example"),
        ("co.example", "co.example"),
        ("a.example", "a.example"),
        ("a.org", None),
        ("com", None),
        ("xcom", None),
    ],
)
def test_the_longest_zone_decides_what_is_registrable(name: str, registrable: str | None) -> None:
    assert Zones(("com", "example", "co.example")).registrable(name) == registrable


def test_reserved_names_begin_with_reserved() -> None:
    assert is_reserved("reserved-7.com")
    assert not is_reserved("unreserved.com")
