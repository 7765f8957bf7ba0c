"""Names of domains and hosts: how they are written and which of them are ours.

The rules are those of RFC 1123 section 2.1 (letters, digits, hyphens) and RFC 5890 section 2.3.1
(a label with hyphens in third and fourth place is an A-label or nothing).
"""

import re
from typing import Final

from protocols.epp_server import Culprit, ResultCode, refusal

_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST: Final = 253
_RESERVED_PREFIX: Final = "reserved"


def normal_name(text: str, namespace: str) -> str:
    """The name in lower case; raises CommandError 2005 and names the label that is wrong."""
    name = text.lower()
    labels = name.split(".")
    reason = next((reason for label in labels if (reason := _fault(label))), None)
    if reason is None and len(labels) < 2:
        reason = "a name has at least two labels"
    if reason is None and len(name) > _LONGEST:
        reason = f"a name has at most {_LONGEST} characters"
    if reason is not None:
        raise refusal(ResultCode.VALUE_SYNTAX, reason, culprit=Culprit(namespace, "name", text))
    return name


def is_reserved(name: str) -> bool:
    """Whether the registry keeps this name for itself."""
    return name.startswith(_RESERVED_PREFIX)


class Zones:
    """The zones that the registry answers for."""

    def __init__(self, zones: tuple[str, ...]) -> None:
        self._suffixes = tuple(f".{zone}" for zone in sorted(zones, key=len, reverse=True))

    def registrable(self, name: str) -> str | None:
        """The part of `name` that can be registered here, None for a name outside our zones."""
        for suffix in self._suffixes:
            if name.endswith(suffix):
                label = name.removesuffix(suffix).rpartition(".")[2]
                return label + suffix
        return None

    def holds(self, name: str) -> bool:
        """Whether the name is exactly one label below one of our zones."""
        return self.registrable(name) == name


def _fault(label: str) -> str | None:
    if not _LABEL.fullmatch(label):
        return f"label {label[:64]!r} is not of letters, digits and inner hyphens"
    if label[2:4] == "--" and not label.startswith("xn--"):
        return f"label {label!r} has hyphens in third and fourth place"
    return None
