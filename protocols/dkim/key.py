"""Private keys: parsed once, asked for a signature per mail, and what DNS has to say of them.

Sources: RFC 6376 sections 3.3 and 3.6.1, RFC 8301 section 3.2 (sizes), RFC 8463 (Ed25519).
"""

import base64
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from protocols.dkim.errors import KeyTooShort, UnusableKey

MINIMUM_RSA_BITS = 1024
"""Below this, verifiers must not accept a signature (RFC 8301 section 3.2)."""
RECOMMENDED_RSA_BITS = 2048
"""What signers should use at least (RFC 8301 section 3.2)."""

_PREHASHED = utils.Prehashed(hashes.SHA256())
_PKCS1 = padding.PKCS1v15()


@dataclass(frozen=True, slots=True)
class WeakKey:
    """A key that is accepted today and should be replaced."""

    size_bits: int
    recommended_bits: int

    def __str__(self) -> str:
        return (
            f"an RSA key of {self.size_bits} bits is weak; "
            f"use {self.recommended_bits} bits or Ed25519 beside it"
        )


class PrivateKey(Protocol):
    """What a signer asks of a key."""

    @property
    def algorithm(self) -> str:
        """The value of the tag `a=`."""
        ...

    @property
    def weakness(self) -> WeakKey | None:
        """What the operator should be told about the key, if anything."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """The signature over a SHA-256 digest of 32 octets."""
        ...

    def dns_record(self) -> str:
        """The text of the TXT record that verifiers read, in one piece."""
        ...


class RsaKey:
    """rsa-sha256, which every verifier knows."""

    algorithm = "rsa-sha256"

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        if key.key_size < MINIMUM_RSA_BITS:
            raise KeyTooShort(size_bits=key.key_size, limit_bits=MINIMUM_RSA_BITS)
        self._key = key

    @property
    def weakness(self) -> WeakKey | None:
        """Present below RECOMMENDED_RSA_BITS."""
        if self._key.key_size >= RECOMMENDED_RSA_BITS:
            return None
        return WeakKey(size_bits=self._key.key_size, recommended_bits=RECOMMENDED_RSA_BITS)

    def sign(self, digest: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 over the digest (RFC 6376 section 3.3.2)."""
        return self._key.sign(digest, _PKCS1, _PREHASHED)

    def dns_record(self) -> str:
        """The key as a SubjectPublicKeyInfo (RFC 6376 section 3.6.1, tag p=)."""
        public = self._key.public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


class Ed25519Key:
    """ed25519-sha256: short, ten times quicker, not yet known to every verifier."""

    algorithm = "ed25519-sha256"
    weakness: WeakKey | None = None

    def __init__(self, key: ed25519.Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, digest: bytes) -> bytes:
        """PureEdDSA, whose message is the digest (RFC 8463 section 3)."""
        return self._key.sign(digest)

    def dns_record(self) -> str:
        """The key as its 32 octets, without any ASN.1 around them (RFC 8463 section 4)."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"


def parse_private_key(pem: bytes, *, password: bytes | None = None) -> RsaKey | Ed25519Key:
    """Read a private key in PEM (PKCS #1 or PKCS #8).

    Raises UnusableKey for what is no such key, KeyTooShort for RSA below MINIMUM_RSA_BITS.
    """
    try:
        key = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's own words may tell of the content, so they are not handed on.
        raise UnusableKey(reason="it is no PEM, is damaged, or its password is wrong") from None
    match key:
        case rsa.RSAPrivateKey():
            return RsaKey(key)
        case ed25519.Ed25519PrivateKey():
            return Ed25519Key(key)
        case _:
            raise UnusableKey(reason="it is neither RSA nor Ed25519")


def ed25519_key(seed: bytes) -> Ed25519Key:
    """The key of a seed of 32 octets, as RFC 8463 appendix A writes it. Raises UnusableKey."""
    try:
        return Ed25519Key(ed25519.Ed25519PrivateKey.from_private_bytes(seed))
    except ValueError:
        raise UnusableKey(reason="an Ed25519 seed has 32 octets") from None
