"""Addresses: what can be mailed, in which form, and who is the same recipient."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocols.mime import (
    AddressProblem,
    InvalidAddress,
    Mailbox,
    normalise_address,
    normalise_domain,
)
from tests.protocols.mime.mails import personal, read, skeleton


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  ada@example.com ", "ada@example.com"),
        ("Ada.Lovelace+news@Example.COM", "Ada.Lovelace+news@example.com"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@B\u00dcCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("ada@\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", "ada@xn--r8jz45g.xn--zckzah"),
        ("ada@fa\u00df.example", "ada@xn--fa-hia.example"),
        ('"ada"@example.com', "ada@example.com"),
        ('"a\\da"@example.com', "ada@example.com"),
        ('"a b"@example.com', '"a b"@example.com'),
        ('"a@b"@example.com', '"a@b"@example.com'),
        ('"a\\"b"@example.com', '"a\\"b"@example.com'),
        ('"a..b"@example.com', '"a..b"@example.com'),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_address_comes_out_in_one_form(text: str, normal: str) -> None:
    address = normalise_address(text)
    assert str(address) == normal
    assert not address.needs_smtputf8
    assert normalise_address(normal) == address


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", AddressProblem.NO_AT_SIGN),
        ("ada", AddressProblem.NO_AT_SIGN),
        ("@example.com", AddressProblem.LOCAL_PART_EMPTY),
        ('""@example.com', AddressProblem.LOCAL_PART_EMPTY),
        ("=?utf-8?q?a=40b?=@example.com", AddressProblem.LOCAL_PART_ENCODED),
        ('"=\\?utf-8?q?a?="@example.com', AddressProblem.LOCAL_PART_ENCODED),
        ("a" * 65 + "@example.com", AddressProblem.LOCAL_PART_TOO_LONG),
        (".ada@example.com", AddressProblem.LOCAL_PART_INVALID),
        ("ada.@example.com", AddressProblem.LOCAL_PART_INVALID),
        ("a..b@example.com", AddressProblem.LOCAL_PART_INVALID),
        ("a b@example.com", AddressProblem.LOCAL_PART_INVALID),
        ("a@b@example.com", AddressProblem.LOCAL_PART_INVALID),
        ("Ada <ada@example.com", AddressProblem.LOCAL_PART_INVALID),
        ("ada\r\nBcc: bob@example.com", AddressProblem.LOCAL_PART_INVALID),
        ('"a\nb"@example.com', AddressProblem.LOCAL_PART_INVALID),
        ("ada\n@example.com", AddressProblem.LOCAL_PART_INVALID),
        ("\u00e4da@example.com", AddressProblem.LOCAL_PART_NOT_ASCII),
        ("a\u00a0b@example.com", AddressProblem.FORBIDDEN_CHARACTER),
        ("a\u200bb@example.com", AddressProblem.FORBIDDEN_CHARACTER),
        ("a\ud800b@example.com", AddressProblem.FORBIDDEN_CHARACTER),
        ("ada@", AddressProblem.DOMAIN_EMPTY),
        ("ada@[192.0.2.1]", AddressProblem.DOMAIN_LITERAL),
        ("ada@192.0.2.1", AddressProblem.DOMAIN_LITERAL),
        ("ada@localhost", AddressProblem.DOMAIN_SINGLE_LABEL),
        ("ada@example..com", AddressProblem.DOMAIN_INVALID),
        ("ada@example.com.", AddressProblem.DOMAIN_INVALID),
        ("ada@-example.com", AddressProblem.DOMAIN_INVALID),
        ("ada@exa_mple.com", AddressProblem.DOMAIN_INVALID),
        ("ada@example.com>", AddressProblem.DOMAIN_INVALID),
        ("ada@example.com\r\nBcc: bob", AddressProblem.DOMAIN_INVALID),
        ("ada@example.com\n", AddressProblem.DOMAIN_INVALID),
        ("ada@a\u2603b.com", AddressProblem.DOMAIN_INVALID),
        ("ada@\ud800.com", AddressProblem.DOMAIN_INVALID),
        ("ada@xn--99999999.com", AddressProblem.DOMAIN_INVALID),
        ("ada@" + "a" * 64 + ".com", AddressProblem.DOMAIN_INVALID),
        ("ada@" + ".".join(["a" * 60] * 5), AddressProblem.DOMAIN_TOO_LONG),
        ("a" * 64 + "@" + ".".join(["a" * 60] * 4), AddressProblem.TOO_LONG),
    ],
)
def test_what_cannot_be_mailed_is_refused_by_its_problem(
    text: str, problem: AddressProblem
) -> None:
    with pytest.raises(InvalidAddress) as caught:
        normalise_address(text)
    assert caught.value.problem is problem


def test_the_error_does_not_tell_the_address() -> None:
    with pytest.raises(InvalidAddress) as caught:
        normalise_address("secret person@example.com")
    assert "secret" not in str(caught.value)
    assert str(caught.value).endswith(AddressProblem.LOCAL_PART_INVALID.value)


def test_letters_beyond_ascii_before_the_at_sign_need_to_be_allowed() -> None:
    address = normalise_address("Zo\u00eb@example.com", smtputf8=True)
    assert str(address) == "Zo\u00eb@example.com"
    assert address.needs_smtputf8
    assert normalise_address("Zoe\u0308@example.com", smtputf8=True) == address
    with pytest.raises(InvalidAddress) as caught:
        normalise_address("\u00e9" * 33 + "@example.com", smtputf8=True)
    assert caught.value.problem is AddressProblem.LOCAL_PART_TOO_LONG
    with pytest.raises(InvalidAddress) as caught:
        normalise_address("\u00e9..a@example.com", smtputf8=True)
    assert caught.value.problem is AddressProblem.LOCAL_PART_INVALID


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ada@example.com", "ADA@EXAMPLE.COM", True),
        ("ada@b\u00fccher.example", "Ada@xn--bcher-kva.example", True),
        ('"ada"@example.com', "ada@example.com", True),
        ("a.da@gmail.com", "ada@gmail.com", False),
        ("ada+x@gmail.com", "ada@gmail.com", False),
        ("ada@example.com", "ada@example.org", False),
    ],
)
def test_the_key_tells_who_is_the_same_recipient(one: str, other: str, *, same: bool) -> None:
    assert (normalise_address(one).key == normalise_address(other).key) is same


def test_a_domain_is_normalised_alone_too() -> None:
    assert normalise_domain("B\u00fccher.Example") == "xn--bcher-kva.example"
    with pytest.raises(InvalidAddress):
        normalise_domain("a b.example")


@given(
    st.text("ab.+=?_-\"\\ {}|'@,<>()", min_size=1, max_size=20)
    | st.text('ab"\\ ?=', min_size=1).map('"{}"'.format)
)
@example('" "')
@example('"a@b"')
def test_any_address_that_is_taken_is_read_back_from_a_mail(local_part: str) -> None:
    try:
        address = normalise_address(f"{local_part}@example.com")
    except InvalidAddress:
        return
    mail = read(skeleton().fill(personal(recipient=Mailbox(address, "Ada"))).encoded())
    assert [each.addr_spec for each in mail["To"].addresses] == [str(address)]


@given(st.text(max_size=40) | st.builds("{}@{}.example".format, st.text(), st.text()))
@example("\u212aelvin@\u212aelvin.example")
@example("a@\u00ad.com")
@example("a@\u2488com.de")
def test_any_text_gives_an_address_or_the_named_error(text: str) -> None:
    try:
        address = normalise_address(text, smtputf8=True)
    except InvalidAddress:
        return
    assert address.domain.isascii()
    assert address.domain == address.domain.lower()
    assert not set("\r\n\0<>, ") & set(address.domain)
    assert not set("\r\n\0") & set(address.local_part)
    assert normalise_address(str(address), smtputf8=True) == address
