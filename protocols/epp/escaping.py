"""Writing values into XML without letting them become markup."""

import re

from protocols.epp.errors import UnencodableCharacter

_NEEDS_CARE = re.compile('[\x00-\x1f&<>"\ud800-\udfff\ufffe\uffff]')
_REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}


def escape(text: str) -> str:
    """`text` for use as element content or inside double quotes.

    Raises UnencodableCharacter for what XML 1.0 section 2.2 excludes (control characters,
    surrogates, U+FFFE, U+FFFF): no reference can express these either.
    """
    if _NEEDS_CARE.search(text) is None:
        return text
    return _NEEDS_CARE.sub(_reference, text)


def _reference(found: re.Match[str]) -> str:
    character = found.group()
    try:
        return _REFERENCES[character]
    except KeyError:
        raise UnencodableCharacter(code_point=ord(character), position=found.start()) from None
