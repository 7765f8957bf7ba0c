"""Domain names: from what a person typed to what a registry takes.

The result is in lower case and in A-labels, since servers answer U-labels with 2005 or worse.
Sources: RFC 1035 section 2.3.4 (lengths), RFC 5890 section 2.3.1 (LDH labels, A-labels),
RFC 5891 sections 4 and 5.3 and UTS 46 (mapping), RFC 5731 section 2.1.
"""

import re
from typing import Final

import idna

from protocols.epp.errors import InvalidDomainName

_SEPARATORS: Final = re.compile("[.\u3002\uff0e\uff61]")
"""The full stop, and its like in East Asian writing (UTS 46)."""
_LDH: Final = re.compile("[a-z0-9-]+")
_A_LABEL_PREFIX: Final = "xn--"
_LONGEST_LABEL = 63
_LONGEST_NAME = 253


def parse_domain_name(text: str) -> str:
    """The normalised name.

    Raises InvalidDomainName, which names the first label that is wrong. A name has at least two
    labels here: registries hold no top-level domains, and the root's final dot is not written.
    """
    labels = [_parse_label(text, label) for label in _SEPARATORS.split(text)]
    if len(labels) == 1:
        raise InvalidDomainName(name=text, label=labels[0], reason="it has only one label")
    name = ".".join(labels)
    if len(name) > _LONGEST_NAME:
        longest = max(labels, key=len)
        raise InvalidDomainName(
            name=text, label=longest, reason=f"it has more than {_LONGEST_NAME} characters"
        )
    return name


def _parse_label(name: str, label: str) -> str:
    if not label:
        raise InvalidDomainName(name=name, label=label, reason="a label is empty")
    try:
        parsed = label.lower() if label.isascii() else _to_ascii(label)
        _require_ldh(parsed)
        if parsed.startswith(_A_LABEL_PREFIX):
            idna.ulabel(parsed)  # raises unless it stands for a label that maps back to it
    except ValueError as error:
        raise InvalidDomainName(name=name, label=label, reason=str(error)) from None
    return parsed


def _to_ascii(label: str) -> str:
    """The A-label of `label`, mapped first; raises IDNAError, which is a ValueError."""
    mapped = idna.uts46_remap(label, std3_rules=True, transitional=False)
    return idna.alabel(mapped).decode("ascii")


def _require_ldh(label: str) -> None:
    if len(label) > _LONGEST_LABEL:
        raise ValueError(f"the label has more than {_LONGEST_LABEL} characters")
    wrong = _LDH.sub("", label)
    if wrong:
        raise ValueError(f"the character {wrong[0]!r} is not allowed")
    if label.startswith("-") or label.endswith("-"):
        raise ValueError("a label neither begins nor ends with a hyphen")
    if label[2:4] == "--" and not label.startswith(_A_LABEL_PREFIX):
        raise ValueError("hyphens in the third and fourth place are for A-labels")
