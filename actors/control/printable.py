"""Text that is safe on a terminal: what an actor or a registry says must not move the cursor."""

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""C0 and C1 controls, line separators, bidirectional overrides, lone surrogates."""

_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""The same, as far as a JSON encoder leaves them as they are."""


def _escaped(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def _escaped_in_json(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def printable(text: str) -> str:
    r"""`text` on one line with every control character written out: a newline becomes `\x0a`."""
    return _UNSAFE.sub(_escaped, text)


def printable_json(document: str) -> str:
    """A JSON document without raw control characters; it decodes to the same values."""
    return _UNSAFE_IN_JSON.sub(_escaped_in_json, document)
