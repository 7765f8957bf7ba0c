"""Addresses: checked, brought into one form, and the key by which two are the same recipient.

Sources: RFC 5321 section 4.1.2 (local part) and 4.5.3.1 (lengths), RFC 5322 section 3.4.1,
RFC 5890 and UTS 46 (domains), RFC 6531 and RFC 6532 section 3.1 (letters beyond ASCII).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import idna

from protocols.mime.errors import AddressProblem, InvalidAddress

_ATEXT: Final = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-"
_DOT_ATOM: Final = re.compile(rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*")
_DOT_ATOM_UTF8: Final = re.compile(rf"[{_ATEXT}\x80-\U0010ffff]+(?:\.[{_ATEXT}\x80-\U0010ffff]+)*")
_QUOTED: Final = re.compile(r'"((?:[ !#-\[\]-~]|\\[ -~])+)"')
_QUOTED_PAIR: Final = re.compile(r"\\(.)")
_ENCODED: Final = re.compile(r"=\?.*\?=")
_LDH: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LONGEST_LABEL = 63
_LONGEST_DOMAIN = 253
_LONGEST_LOCAL_PART = 64
_LONGEST_ADDRESS = 254
"""A path of 256 octets without its angle brackets (RFC 5321 section 4.5.3.1.3)."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its normal form; only `normalise_address` makes one.

    `domain` is in lower case and in A-labels, `local_part` is as its owner writes it.
    """

    local_part: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"

    @property
    def key(self) -> str:
        """What two spellings of one mailbox have in common: the local part without its case.

        By RFC 5321 the case may matter; nobody runs such a host, and a second mail to the same
        person is worse. Dots and what follows a plus stay: what they mean is each host's own.
        """
        return f"{self.local_part.casefold()}@{self.domain}"

    @property
    def needs_smtputf8(self) -> bool:
        """Whether every relay on the way has to speak SMTPUTF8 (RFC 6531)."""
        return not self.local_part.isascii()


def normalise_address(text: str, *, smtputf8: bool = False) -> Address:
    """Read an address without a display name; spaces around it are ignored.

    Letters beyond ASCII in the local part are refused unless `smtputf8`. Raises InvalidAddress.
    """
    local_part, at, domain = text.strip(" ").rpartition("@")
    if not at:
        raise InvalidAddress(AddressProblem.NO_AT_SIGN)
    address = Address(_local_part(local_part, smtputf8=smtputf8), normalise_domain(domain))
    if len(str(address).encode()) > _LONGEST_ADDRESS:
        raise InvalidAddress(AddressProblem.TOO_LONG)
    return address


@lru_cache(maxsize=4096)  # half a million recipients share few domains
def normalise_domain(text: str) -> str:
    """The domain of an address in lower case and in A-labels. Raises InvalidAddress."""
    if not text:
        raise InvalidAddress(AddressProblem.DOMAIN_EMPTY)
    if text.startswith("["):
        raise InvalidAddress(AddressProblem.DOMAIN_LITERAL)
    try:
        name = text.lower() if text.isascii() else idna.uts46_remap(text, transitional=False)
        labels = [_label(label) for label in name.split(".")]
    except ValueError:  # idna's errors quote what they refuse, and errors carry no addresses
        raise InvalidAddress(AddressProblem.DOMAIN_INVALID) from None
    if len(labels) == 1:
        raise InvalidAddress(AddressProblem.DOMAIN_SINGLE_LABEL)
    if labels[-1].isdigit():
        raise InvalidAddress(AddressProblem.DOMAIN_LITERAL)
    domain = ".".join(labels)
    if len(domain) > _LONGEST_DOMAIN:
        raise InvalidAddress(AddressProblem.DOMAIN_TOO_LONG)
    return domain


def _label(label: str) -> str:
    """The A-label or the plain label; raises ValueError."""
    if not label.isascii():
        return idna.alabel(label).decode("ascii")
    if len(label) > _LONGEST_LABEL or _LDH.fullmatch(label) is None:
        raise ValueError(label)
    if label.startswith("xn--"):
        idna.ulabel(label)  # raises unless it stands for a label that maps back to it
    return label


def _local_part(text: str, *, smtputf8: bool) -> str:
    if text in ("", '""'):
        raise InvalidAddress(AddressProblem.LOCAL_PART_EMPTY)
    text = _unquoted(text)
    if _ENCODED.search(text) is not None:
        # Valid, but who decodes it against RFC 2047 section 5 sees another address.
        raise InvalidAddress(AddressProblem.LOCAL_PART_ENCODED)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        _require_visible(text)
        if not smtputf8:
            raise InvalidAddress(AddressProblem.LOCAL_PART_NOT_ASCII)
    if len(text.encode()) > _LONGEST_LOCAL_PART:
        raise InvalidAddress(AddressProblem.LOCAL_PART_TOO_LONG)
    atoms = _DOT_ATOM if text.isascii() else _DOT_ATOM_UTF8
    if atoms.fullmatch(text) is None and _QUOTED.fullmatch(text) is None:
        raise InvalidAddress(AddressProblem.LOCAL_PART_INVALID)
    return text


def _unquoted(text: str) -> str:
    """`text` without quotes that it does not need, so that both spellings are one address."""
    quoted = _QUOTED.fullmatch(text)
    if quoted is None:
        return text
    content = _QUOTED_PAIR.sub(r"\1", quoted[1])
    if _DOT_ATOM.fullmatch(content) is not None:
        return content
    return '"' + content.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _require_visible(text: str) -> None:
    if any(unicodedata.category(character)[0] in "CZ" for character in text):
        raise InvalidAddress(AddressProblem.FORBIDDEN_CHARACTER)
