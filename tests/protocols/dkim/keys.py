"""Keys for tests, made once, and another program's opinion of a signature."""

from datetime import UTC, datetime
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from protocols.dkim import (
    Ed25519Key,
    Identity,
    RsaKey,
    ed25519_key,
    parse_private_key,
    record_name,
)

DOMAIN = "news.example.com"
SIGNED_AT = datetime(2020, 3, 1, 12, 0, 0, tzinfo=UTC)


@cache
def rsa_pem(size_bits: int) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=size_bits)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@cache
def rsa_key(size_bits: int = 2048) -> RsaKey:
    key = parse_private_key(rsa_pem(size_bits))
    assert isinstance(key, RsaKey)
    return key


@cache
def curve_key() -> Ed25519Key:
    return ed25519_key(bytes(range(32)))


def identities() -> tuple[Identity, Identity]:
    """RSA first, Ed25519 second."""
    return (
        Identity(domain=DOMAIN, selector="r2026", key=rsa_key()),
        Identity(domain=DOMAIN, selector="e2026", key=curve_key()),
    )


def records(*wanted: Identity) -> dict[str, str]:
    """The TXT records that the identities publish, by name."""
    return {
        record_name(selector=each.selector, domain=each.domain): each.key.dns_record()
        for each in wanted
    }


def verdict(mail: bytes, published: dict[str, str], *, index: int = 0) -> bool:
    """Whether dkimpy takes the signature of this index for good."""

    def look_up(name: bytes, timeout: float = 0) -> bytes:
        return published[name.decode().rstrip(".")].encode()

    try:
        return dkim.DKIM(mail).verify(index, dnsfunc=look_up)
    except dkim.ValidationError:  # as for a body whose hash is another
        return False
