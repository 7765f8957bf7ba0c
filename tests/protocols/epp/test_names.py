"""Domain names: refused before they reach a registry, with the label that is wrong."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocols.epp import InvalidDomainName, parse_domain_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.com", "example.com"),
        ("EXAMPLE.Com", "example.com"),
        ("a-b.0.example", "a-b.0.example"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("B\u00dcCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("fa\u00df.example", "xn--fa-hia.example"),
        ("\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah"),
        ("\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45.com", "example.com"),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
    ],
)
def test_a_name_comes_out_in_lower_case_a_labels(text: str, name: str) -> None:
    assert parse_domain_name(text) == name


@pytest.mark.parametrize(
    ("text", "label", "reason"),
    [
        ("", "", "empty"),
        (".com", "", "empty"),
        ("example.com.", "", "empty"),
        ("a..com", "", "empty"),
        ("com", "com", "only one label"),
        ("-a.com", "-a", "hyphen"),
        ("a-.com", "a-", "hyphen"),
        ("a b.com", "a b", "' '"),
        ("a_b.com", "a_b", "'_'"),
        ("good.a<b.com", "a<b", "'<'"),
        ("a\n.com", "a\n", "character"),
        ("ab--cd.com", "ab--cd", "third and fourth"),
        ("a" * 64 + ".com", "a" * 64, "more than 63"),
        ("\u00fc" * 70 + ".com", "\u00fc" * 70, "long"),
        ("xn--.com", "xn--", "hyphen"),
        ("xn--a.com", "xn--a", ""),
        ("xn--example-.com", "xn--example-", "hyphen"),
        ("xn--99999999.com", "xn--99999999", ""),
        ("xn---bbk.com", "xn---bbk", "canonical"),
        ("a\u2603b.com", "a\u2603b", ""),
        ("-\u00fc.com", "-\u00fc", "hyphen"),
        ("\u0627a.com", "\u0627a", ""),
    ],
)
def test_a_wrong_name_is_refused_by_the_label_that_is_wrong(
    text: str, label: str, reason: str
) -> None:
    with pytest.raises(InvalidDomainName) as caught:
        parse_domain_name(text)
    assert (caught.value.name, caught.value.label) == (text, label)
    assert reason in caught.value.reason
    assert caught.value.reason


def test_a_name_of_more_than_253_characters_is_refused() -> None:
    assert len(parse_domain_name(".".join(["a" * 49] * 5 + ["com"]))) == 253
    with pytest.raises(InvalidDomainName, match="253"):
        parse_domain_name(".".join(["a" * 49] * 5 + ["info"]))


@given(st.text(max_size=80))
@example("xn--\u00fc.com")
@example("\u00ad.com")
@example("\u2488com.de")
def test_any_text_gives_a_registrable_name_or_the_named_error(text: str) -> None:
    try:
        name = parse_domain_name(text)
    except InvalidDomainName:
        return
    assert name.isascii()
    assert name == name.lower()
    assert parse_domain_name(name) == name
    assert all(1 <= len(label) <= 63 for label in name.split("."))
