"""Encoded words: text beyond ASCII in header fields.

Each is whole by itself: no character is cut in two, none is longer than 75 characters, and a line
that has one stays within 76. Source: RFC 2047 sections 2, 4 and 5.
"""

import base64
import string
from collections.abc import Callable
from typing import Final

_LONGEST_LINE = 76
_LONGEST_WORD = 75
_AROUND: Final = len("=?utf-8?q??=")
_FOLD: Final = "\r\n "
_SAFE: Final = frozenset((string.ascii_letters + string.digits + "!*+-/").encode())
"""What may stand for itself even in a display name (RFC 2047 section 5, rule 3)."""
_Q: Final = tuple(
    "_" if octet == 0x20 else chr(octet) if octet in _SAFE else f"={octet:02X}"
    for octet in range(256)
)


def encoded_words(text: str, *, column: int) -> str:
    """`text` as encoded words with a fold between each two, the first at `column`.

    Q or B, whichever is shorter. `column` may be at most 52: the first word has to hold the longest
    character there is.
    """
    octets = text.encode()
    if len(_quoted(octets)) <= (len(octets) + 2) // 3 * 4:
        chunks = _chunks(text, column, _quoted_size, lambda payload: payload)
        return _FOLD.join([f"=?utf-8?q?{_quoted(chunk)}?=" for chunk in chunks])
    chunks = _chunks(text, column, len, lambda payload: payload // 4 * 3)
    return _FOLD.join([f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in chunks])


def _chunks(
    text: str, column: int, size_of: Callable[[bytes], int], room_in: Callable[[int], int]
) -> list[bytes]:
    """The octets of each word: as many characters as it has room for."""
    room = room_in(min(_LONGEST_LINE - column, _LONGEST_WORD) - _AROUND)
    whole = text.encode()
    if size_of(whole) <= room:
        return [whole]
    chunks: list[bytes] = []
    chunk, used = bytearray(), 0
    for character in text:
        octets = character.encode()
        size = size_of(octets)
        if used + size > room:
            chunks.append(bytes(chunk))
            chunk, used = bytearray(), 0
            room = room_in(_LONGEST_WORD - _AROUND)
        chunk += octets
        used += size
    return [*chunks, bytes(chunk)]


def _quoted(octets: bytes) -> str:
    return "".join([_Q[octet] for octet in octets])


def _quoted_size(octets: bytes) -> int:
    return len(_quoted(octets))
