"""Parameters of Content-Type and Content-Disposition, file names above all.

ASCII stands between quotes; anything else, and what is long, in the extended form in pieces, each
on a line of its own. Sources: RFC 2045 section 5.1, RFC 2231 sections 3 and 4.
"""

import re
from typing import Final
from urllib.parse import quote

_PLAIN: Final = re.compile(r"[ !#-\[\]-~]{1,50}")
_ATTRIBUTE_CHARACTERS: Final = "!#$&+^`{|}"
_LONGEST_PIECE = 50


def parameter(name: str, value: str) -> str:
    """`; name=value`, folded before the name. `value` holds no control characters."""
    if _PLAIN.fullmatch(value) is not None and "=?" not in value:
        return f';\r\n {name}="{value}"'
    pieces = _pieces(value)
    if len(pieces) == 1:
        return f";\r\n {name}*=utf-8''{pieces[0]}"
    starts = ["utf-8''", *[""] * (len(pieces) - 1)]
    return "".join(
        f";\r\n {name}*{number}*={start}{piece}"
        for number, (start, piece) in enumerate(zip(starts, pieces, strict=True))
    )


def _pieces(value: str) -> list[str]:
    """`value` with escapes, in pieces that do not cut a character in two.

    RFC 2231 would allow the cut, but readers that decode piece by piece would not survive it.
    """
    pieces = [""]
    for character in value:
        unit = quote(character, safe=_ATTRIBUTE_CHARACTERS)
        if len(pieces[-1]) + len(unit) > _LONGEST_PIECE:
            pieces.append("")
        pieces[-1] += unit
    return pieces
