"""Signatures, as another program's library sees them."""

import re
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.dkim import (
    OVERSIGNED,
    FieldMissing,
    Identity,
    InvalidTag,
    MalformedField,
    Signer,
)
from tests.protocols.dkim.keys import (
    DOMAIN,
    SIGNED_AT,
    curve_key,
    identities,
    records,
    rsa_key,
    verdict,
)

FROM = b"From: News <news@example.com>\r\n"
FIELDS = (
    FROM,
    b"To: Ada <ada@example.org>\r\n",
    b"Subject: Hello\r\n",
    b"Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n",
    b"Message-ID: <1@example.com>\r\n",
    b"List-Unsubscribe: <https://example.com/u/1>\r\n",
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    b"X-Attempt: 17\r\n",
)
BODY = b"Hello Ada,\r\n\r\n  two  spaces \r\n.\r\n\r\n"
VALUES = st.lists(
    st.sampled_from(
        [b"a", b" ", b"\t", b":", b"=?utf-8?q?=C3=A9?=", b"\r\n x", b";", b"\xc3\xa9", b"\r\n\t y"]
    ),
    max_size=12,
).map(b"".join)
# A mail that was sent ends with a line break; dkimpy knows of no other.
BODIES = st.lists(
    st.sampled_from([b"a", b" ", b"\t", b"\r\n", b".", b"=20", b"\xc3\xa9"]), max_size=60
).map(lambda pieces: b"".join([*pieces, b"\r\n"]))


def mail(signatures: bytes, fields: tuple[bytes, ...] = FIELDS, body: bytes = BODY) -> bytes:
    return signatures + b"".join(fields) + b"\r\n" + body


def signed(signer: Signer, fields: tuple[bytes, ...] = FIELDS, body: bytes = BODY) -> bytes:
    return mail(signer.sign(fields, body, signed_at=SIGNED_AT), fields, body)


def test_both_signatures_of_a_mail_are_good() -> None:
    both = identities()
    sent = signed(Signer(both))
    assert sent.count(b"DKIM-Signature: ") == 2
    assert verdict(sent, records(*both), index=0)
    assert verdict(sent, records(*both), index=1)


@pytest.mark.parametrize("which", [0, 1])
def test_each_kind_of_key_signs_alone(which: int) -> None:
    identity = identities()[which]
    sent = signed(Signer([identity]))
    assert sent.count(b"DKIM-Signature: ") == 1
    assert verdict(sent, records(identity))


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES, BODIES)
def test_any_fields_and_any_body_verify(subject: bytes, other: bytes, body: bytes) -> None:
    curve = identities()[1]
    fields = (FROM, b"Subject:" + subject + b" x\r\n", b"Reply-To: \t" + other + b".\r\n")
    assert verdict(signed(Signer([curve]), fields, body), records(curve))


@given(VALUES, st.permutations(FIELDS))
def test_prepared_fields_give_the_same_signature(subject: bytes, order: list[bytes]) -> None:
    fields = (b"Subject: " + subject + b"!\r\n", *order)
    plain = Signer(identities()[1:])
    prepared = plain.with_constant_fields(FIELDS)
    assert signed(plain, fields) == signed(prepared, fields)


@pytest.mark.parametrize("name", OVERSIGNED)
def test_a_field_that_is_added_on_the_way_breaks_the_signature(name: str) -> None:
    curve = identities()[1]
    sent = signed(Signer([curve]))
    assert verdict(sent, records(curve))
    assert not verdict(f"{name}: evil@example.net\r\n".encode() + sent, records(curve))


def test_an_absent_field_is_oversigned_too() -> None:
    curve = identities()[1]
    sent = signed(Signer([curve]), (FROM,))
    assert verdict(sent, records(curve))
    assert not verdict(b"Subject: Buy this\r\n" + sent, records(curve))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hello Ada", b"Hello Bob"),
        (b"Subject: Hello", b"Subject: Hallo"),
        (b"/u/1>", b"/u/2>"),
        (b"Message-ID: <1@", b"Message-ID: <2@"),
        (b" t=", b" t=1"),
    ],
)
def test_what_is_changed_on_the_way_breaks_the_signature(old: bytes, new: bytes) -> None:
    curve = identities()[1]
    sent = signed(Signer([curve]))
    assert old in sent
    assert not verdict(sent.replace(old, new), records(curve))


def test_a_field_that_no_signature_needs_may_be_changed_on_the_way() -> None:
    curve = identities()[1]
    sent = signed(Signer([curve])).replace(b"X-Attempt: 17", b"X-Attempt: 18")
    assert verdict(sent, records(curve))


def test_white_space_may_be_changed_on_the_way() -> None:
    curve = identities()[1]
    sent = signed(Signer([curve]))
    relayed = sent.replace(b"Subject: Hello", b"SUBJECT:\r\n\tHello ").replace(b"  two  ", b" two ")
    assert verdict(relayed + b"\r\n\r\n", records(curve))


def test_of_fields_with_the_same_name_all_are_signed() -> None:
    curve = identities()[1]
    fields = (*FIELDS, b"Reply-To: a@example.com\r\n", b"Reply-To: b@example.com\r\n")
    sent = signed(Signer([curve]), fields)
    assert b"reply-to:reply-to:" in re.sub(rb"\s", b"", sent)
    assert verdict(sent, records(curve))
    assert not verdict(sent.replace(b"a@example.com", b"c@example.com"), records(curve))


def test_the_tags_say_what_was_done_and_when() -> None:
    signature = Signer(identities()[:1]).sign(FIELDS, BODY, signed_at=SIGNED_AT)
    name, _, value = signature.decode().partition(": ")
    tags = dict(tag.strip().split("=", 1) for tag in re.sub(r"\s", "", value).split(";"))
    assert name == "DKIM-Signature"
    assert list(tags) == ["v", "a", "c", "d", "s", "t", "h", "bh", "b"]
    assert tags["c"] == "relaxed/relaxed"
    assert (tags["d"], tags["s"]) == (DOMAIN, "r2026")
    assert tags["t"] == str(int(SIGNED_AT.timestamp()))
    assert tags["h"].split(":")[:2] == ["from", "from"]
    assert "x-attempt" not in tags["h"]


def test_no_line_of_a_signature_is_longer_than_78() -> None:
    signatures = Signer(identities()).sign(FIELDS, BODY, signed_at=SIGNED_AT)
    lines = signatures.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 78


def test_a_mail_without_a_sender_is_not_signed() -> None:
    with pytest.raises(FieldMissing, match="From"):
        Signer(identities()).sign(FIELDS[1:], BODY, signed_at=SIGNED_AT)


@pytest.mark.parametrize(
    "field",
    [
        b"",
        b"Subject",
        b"Subject: a",
        b": a\r\n",
        b"Sub ject: a\r\n",
        b"Subject: a\r\nBcc: b\r\n",
        b"Subject: a\r\n\r\n",
        b"Subject: a\nb\r\n",
        b"Subject: a\rb\r\n",
        b"Subj\xc3\xa9: a\r\n",
    ],
)
def test_what_is_no_field_is_refused_with_its_place(field: bytes) -> None:
    with pytest.raises(MalformedField) as caught:
        Signer(identities()).sign((FROM, field), BODY, signed_at=SIGNED_AT)
    assert caught.value.position == 1
    assert "field 1" in str(caught.value)
    with pytest.raises(MalformedField):
        Signer(identities(), constant_fields=[field])


@pytest.mark.parametrize(
    ("domain", "selector", "tag"),
    [
        ("", "s", "d"),
        ("example.com;", "s", "d"),
        ("exa mple.com", "s", "d"),
        ("example.com\r\nBcc: x", "s", "d"),
        ("b\u00fccher.example", "s", "d"),
        ("example..com", "s", "d"),
        ("a" * 64 + ".com", "s", "d"),
        ("example.com", "", "s"),
        ("example.com", "s;t=1", "s"),
        ("example.com", "-s", "s"),
        (".".join(["a" * 60] * 4), "s", "s"),
    ],
)
def test_a_domain_or_selector_that_is_no_name_is_refused(
    domain: str, selector: str, tag: str
) -> None:
    with pytest.raises(InvalidTag) as caught:
        Identity(domain=domain, selector=selector, key=curve_key())
    assert caught.value.tag == tag
    assert tag in str(caught.value)


def test_a_selector_may_have_several_labels() -> None:
    identity = Identity(domain="xn--bcher-kva.example", selector="2026.eu_1", key=rsa_key(1024))
    assert verdict(signed(Signer([identity])), records(identity))


def test_a_signer_without_identities_and_an_instant_without_a_zone_are_our_mistakes() -> None:
    with pytest.raises(ValueError, match="identity"):
        Signer([])
    with pytest.raises(ValueError, match="time zone"):
        Signer(identities()).sign(FIELDS, BODY, signed_at=datetime(2026, 3, 1))  # noqa: DTZ001
