"""DKIM as a signer: header fields and a body in, DKIM-Signature fields out (RFC 6376, RFC 8463).

A `Signer` holds one `Identity` or several (RSA and Ed25519 together give a mail two signatures).
Nothing here knows a clock or DNS: the instant is given, and `dns_record()` of a key is the text
that a zone has to publish at `record_name(...)`.
"""

from protocols.dkim.canonicalization import relaxed_body, relaxed_field
from protocols.dkim.errors import (
    FieldMissing,
    InvalidTag,
    KeyTooShort,
    LocalProtocolError,
    MalformedField,
    UnusableKey,
)
from protocols.dkim.key import (
    MINIMUM_RSA_BITS,
    RECOMMENDED_RSA_BITS,
    Ed25519Key,
    PrivateKey,
    RsaKey,
    WeakKey,
    ed25519_key,
    parse_private_key,
)
from protocols.dkim.record import record_name, record_strings
from protocols.dkim.signer import OVERSIGNED, SIGNED, Identity, Signer

__all__ = [
    "MINIMUM_RSA_BITS",
    "OVERSIGNED",
    "RECOMMENDED_RSA_BITS",
    "SIGNED",
    "Ed25519Key",
    "FieldMissing",
    "Identity",
    "InvalidTag",
    "KeyTooShort",
    "LocalProtocolError",
    "MalformedField",
    "PrivateKey",
    "RsaKey",
    "Signer",
    "UnusableKey",
    "WeakKey",
    "ed25519_key",
    "parse_private_key",
    "record_name",
    "record_strings",
    "relaxed_body",
    "relaxed_field",
]
