"""Masking: secrets never reach a log, whatever the frame looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp import (
    CreateContact,
    CreateDomain,
    Login,
    PostalInfo,
    UpdateDomain,
    encode_command,
    mask_frame,
)

_SECRET = "Zq7-secret"


@pytest.mark.parametrize(
    "xml",
    [
        f"<pw>{_SECRET}</pw>",
        f"<newPW>{_SECRET}</newPW>",
        f"<loginSec:pw>{_SECRET}</loginSec:pw>",
        f"<domain:authInfo><domain:pw roid='X-1'>{_SECRET}</domain:pw></domain:authInfo>",
        f"<domain:authInfo><domain:ext><x>{_SECRET}</x></domain:ext></domain:authInfo>",
        f'<pw roid="a>b">{_SECRET}</pw>',
        f"<pw\n>{_SECRET}</pw >",
        f"<pw>{_SECRET[:5]}\n{_SECRET[5:]}</pw>",
        f"<a/><pw>{_SECRET}",
        f"<authInfo><pw>{_SECRET}</pw>",
        f"<contact:email>{_SECRET}</contact:email>",
        f"<pw/><pw roid='x' /><pw>{_SECRET}</pw>",
    ],
)
def test_no_part_of_a_secret_is_left(xml: str) -> None:
    masked = mask_frame(xml.encode())
    assert _SECRET[:5].encode() not in masked
    assert _SECRET[5:].encode() not in masked
    assert b"***" in masked


def test_the_rest_of_a_frame_stays_readable() -> None:
    assert (
        mask_frame(b"<login><clID>us</clID><pw>one</pw><newPW>two</newPW><a/></login>")
        == b"<login><clID>us</clID><pw>***</pw><newPW>***</newPW><a/></login>"
    )
    for plain in (b"<pwd>x</pwd>", b"<pw/>x", b'<pw roid="a"/>x', b"", b"\xff<epp/>"):
        assert mask_frame(plain) == plain


def test_a_document_in_utf_16_is_hidden_as_a_whole() -> None:
    assert mask_frame("<pw>x</pw>".encode("utf-16")) == b"(22 octets that are not UTF-8)"


@given(st.text("abcXYZ0189<>&'\" ", min_size=4, max_size=16).map("Q".__add__))
def test_what_we_send_is_masked_whatever_the_password(secret: str) -> None:
    postal = PostalInfo(kind="int", name="n", city="c", country="CH")
    for command in (
        Login(client_id="client", password=secret, new_password=secret, objects=("urn:x",)),
        CreateDomain(name="a.example", auth_info=secret),
        UpdateDomain(name="a.example", new_auth_info=secret),
        CreateContact(id="id1", postal_infos=(postal,), email=secret, auth_info=secret),
    ):
        clear = encode_command(command, "id-1")
        masked = mask_frame(clear)
        assert b"***" in masked
        assert b">Q" in clear
        assert b">Q" not in masked
        assert secret not in repr(command) or secret == getattr(command, "email", None)
