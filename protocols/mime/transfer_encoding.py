"""Bodies as octets that every relay carries: lines of at most 76 characters of ASCII.

Quoted-printable while most of the text is ASCII, base64 when the escapes would cost more. `8bit`
is never used: a relay that lacks it would have to recode the mail and break its signature.
Source: RFC 2045 sections 6.7 and 6.8.
"""

import binascii
from typing import Final

from protocols.mime.errors import ForbiddenCharacter

_NOT_ASCII: Final = bytes(range(0x80, 0x100))
_BASE64_LINE = 76


def encoded_text(body: str, text: str, *, ends: bool = False) -> tuple[str, bytes]:
    """The name of the encoding, and `text` in it with a CRLF at its end.

    The last CRLF does not belong to the text, unless `ends`: then the text ends with a line break
    and has one more only where it had none. `body` names the text in errors. Line breaks of any
    kind become CRLF. Raises ForbiddenCharacter.
    """
    octets = _octets(body, text)
    if ends and not octets.endswith(b"\r\n"):
        octets += b"\r\n"
    # Base64 is a third longer than the text, quoted-printable two octets for each escape.
    if not text.isascii() and _count_not_ascii(octets) * 6 > len(octets):
        return "base64", encoded_data(octets)
    if not ends:
        octets += b"\r\n"
    # A line break at the end also tells the function to break long lines by CRLF.
    return "quoted-printable", binascii.b2a_qp(octets)


def _octets(body: str, text: str) -> bytes:
    """`text` in UTF-8 with CRLF. What it searches, it searches in C: bodies are long."""
    if "\x00" in text:
        raise ForbiddenCharacter(field=body, code_point=0, position=text.index("\x00"))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return text.encode().replace(b"\n", b"\r\n")
    except UnicodeEncodeError as error:
        code_point = ord(text[error.start])
        raise ForbiddenCharacter(field=body, code_point=code_point, position=error.start) from None


def _count_not_ascii(octets: bytes) -> int:
    return len(octets) - len(octets.translate(None, _NOT_ASCII))


def encoded_data(octets: bytes) -> bytes:
    """`octets` in base64, in lines with CRLF."""
    text = binascii.b2a_base64(octets, newline=False)
    if not text:
        return b"\r\n"
    lines = [text[at : at + _BASE64_LINE] for at in range(0, len(text), _BASE64_LINE)]
    return b"\r\n".join([*lines, b""])
