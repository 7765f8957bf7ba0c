"""The signer: a mail's header fields and body in, DKIM-Signature fields out.

Both canonical forms are relaxed, the whole body is signed (no `l=`), and the fields that an
attacker would add a second time are signed once more than they occur ("oversigned"), so that an
added one breaks the signature. With several keys a mail gets a signature for each, over the same
two hashes of which the expensive parts are computed once. Sources: RFC 6376 sections 3.5, 3.7, 5
and 8.15; RFC 8463.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from protocols.dkim.canonicalization import relaxed_body, relaxed_field
from protocols.dkim.errors import FieldMissing, InvalidTag, MalformedField
from protocols.dkim.key import PrivateKey

OVERSIGNED: Final = (
    "from",
    "subject",
    "to",
    "date",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
"""Signed once more than they occur, and so even where they are absent."""
SIGNED: Final = (
    *OVERSIGNED,
    "reply-to",
    "cc",
    "sender",
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "feedback-id",
)
"""Signed where they occur (RFC 6376 section 5.4.1 and RFC 8058 section 4)."""

_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n")
_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_LONGEST_LABEL = 63
_LONGEST_NAME = 253
_LONGEST_LINE = 76
_FOLD: Final = "\r\n "


@dataclass(frozen=True, slots=True)
class Identity:
    """A key, the domain that answers for the mail (`d=`) and the key's selector (`s=`)."""

    domain: str
    selector: str
    key: PrivateKey

    def __post_init__(self) -> None:
        """Raises InvalidTag: both go into the header and into a name of DNS, in A-labels."""
        for tag, value in (("d", self.domain), ("s", self.selector)):
            if not all(_is_label(label) for label in value.split(".")):
                raise InvalidTag(tag=tag, value=value, reason="is no name in A-labels")
        if len(f"{self.selector}._domainkey.{self.domain}") > _LONGEST_NAME:
            reason = f"makes a name of more than {_LONGEST_NAME} characters"
            raise InvalidTag(tag="s", value=self.selector, reason=reason)


class Signer:
    """Signs the mails of one sender, with one identity or with several."""

    def __init__(
        self, identities: Sequence[Identity], *, constant_fields: Sequence[bytes] = ()
    ) -> None:
        """`constant_fields` are canonicalised here and never again, wherever a mail repeats them.

        Each is a whole field with its CRLF. Raises MalformedField.
        """
        if not identities:
            raise ValueError("a signer needs an identity")
        self._identities = tuple(identities)
        self._constant = {
            field: _read_field(position, field) for position, field in enumerate(constant_fields)
        }

    def with_constant_fields(self, fields: Sequence[bytes]) -> "Signer":
        """A signer for a campaign, whose mails all carry these fields. Raises MalformedField."""
        return Signer(self._identities, constant_fields=fields)

    def sign(self, fields: Sequence[bytes], body: bytes, *, signed_at: datetime) -> bytes:
        """The DKIM-Signature fields of a mail, to be written before its own fields.

        `fields` are whole fields in their order, each with its CRLF; `body` is what follows the
        empty line, in CRLF lines, before dot-stuffing. The instant `signed_at` becomes `t=`.
        Raises MalformedField, FieldMissing without a From field, ValueError for a naive instant.
        """
        if signed_at.tzinfo is None:
            raise ValueError("signed_at has no time zone")
        known = self._constant
        read = [known.get(field) or _read_field(at, field) for at, field in enumerate(fields)]
        chosen, listed = _selection(tuple([name for name, _ in read]))
        hashed = hashlib.sha256(b"".join([read[place][1] for place in chosen]))
        body_hash = _base64(hashlib.sha256(relaxed_body(body)).digest())
        end = f"t={int(signed_at.timestamp())};\r\n {listed};\r\n bh={body_hash};\r\n b="
        return b"".join([_signature(each, hashed.copy(), end) for each in self._identities])


def _signature(identity: Identity, hashed: "hashlib._Hash", end: str) -> bytes:
    # A fold is CRLF and one space where there is no other space: to take the CRLFs out again is
    # all that the relaxed form asks for.
    start = f"v=1; a={identity.key.algorithm}; c=relaxed/relaxed;\r\n d={identity.domain};"
    value = f"{start}\r\n s={identity.selector};\r\n {end}"
    hashed.update(b"dkim-signature:" + value.replace("\r\n", "").encode("ascii"))
    signature = _base64(identity.key.sign(hashed.digest()))
    pieces = [signature[at : at + 72] for at in range(0, len(signature), 72)]
    return f"DKIM-Signature: {value}{_FOLD.join(pieces)}\r\n".encode("ascii")


def _read_field(position: int, field: bytes) -> tuple[str, bytes]:
    """The name of a field, in lower case, and its canonical form."""
    matched = _FIELD.fullmatch(field)
    if matched is None:
        raise MalformedField(position=position, reason="is not a name, a colon and a value")
    return matched[1].decode("ascii").lower(), relaxed_field(field)


@lru_cache(maxsize=256)
def _selection(names: tuple[str, ...]) -> tuple[tuple[int, ...], str]:
    """Which fields are hashed, in which order, and the text of `h=` that says so.

    Of fields with the same name the last is taken first (RFC 6376 section 5.4.2).
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    if "from" not in places:
        raise FieldMissing(name="From")
    chosen: list[int] = []
    listed: list[str] = []
    for name in SIGNED:
        found = places.get(name, [])
        chosen += reversed(found)
        listed += [name] * (len(found) + (name in OVERSIGNED))
    return tuple(chosen), _folded_list(listed)


def _folded_list(names: Sequence[str]) -> str:
    """`h=` and the names, folded behind colons."""
    lines = ["h="]
    for name, colon in zip(names, [":"] * (len(names) - 1) + [""], strict=True):
        if len(lines[-1]) + len(name) + len(colon) > _LONGEST_LINE:
            lines.append("")
        lines[-1] += name + colon
    return _FOLD.join(lines)


def _is_label(label: str) -> bool:
    return len(label) <= _LONGEST_LABEL and _LABEL.fullmatch(label) is not None


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
