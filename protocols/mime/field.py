"""Header fields: names and values checked, encoded and folded, as whole lines with CRLF.

Plain text stays readable and is folded at spaces behind at most 78 characters; anything else is in
encoded words. A line break never gets in: every value passes `require_clean`.
Sources: RFC 5322 sections 2.1.1, 2.2.3 and 3.6, RFC 2047.
"""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from protocols.mime.encoded_word import encoded_words
from protocols.mime.errors import ForbiddenCharacter, InvalidValue
from protocols.mime.values import Mailbox, Unsubscribe

LONGEST_NAME = 50
"""Of a field's name, so that an encoded word fits behind it."""
_LONGEST_LINE = 78
_LONGEST_WORD = 60
"""A plain word beyond this might not fit into a line with the name, and is encoded."""
_HARD_LIMIT = 998
_FOLD: Final = "\r\n "

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_NAME: Final = re.compile("[A-Za-z0-9][A-Za-z0-9-]*")
_PLAIN: Final = re.compile("[!-~]+(?: [!-~]+)*")
_PHRASE: Final = re.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MESSAGE_ID: Final = re.compile(
    "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    "@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*"
)
_URI: Final = re.compile("[!#-;=?-~]+")


def require_clean(field: str, value: str) -> None:
    """Raises ForbiddenCharacter for control characters other than the tab, and half surrogates."""
    found = _FORBIDDEN.search(value)
    if found is not None:
        raise ForbiddenCharacter(field=field, code_point=ord(found.group()), position=found.start())


@lru_cache(maxsize=256)
def require_name(name: str) -> None:
    """Raises ForbiddenCharacter or InvalidValue unless `name` can be the name of a field."""
    require_clean("header name", name)
    if _NAME.fullmatch(name) is None:
        raise InvalidValue(field="header name", reason="has letters, digits and hyphens only")
    if len(name) > LONGEST_NAME:
        raise InvalidValue(field="header name", reason=f"has at most {LONGEST_NAME} characters")


def text_field(name: str, value: str) -> bytes:
    """A field of free text (RFC 5322 section 3.2.5). `name` has passed `require_name`.

    Raises ForbiddenCharacter.
    """
    require_clean(name, value)
    start = f"{name}: "
    if not value:
        return f"{name}:\r\n".encode("ascii")
    if not _is_plain(value):
        return f"{start}{encoded_words(value, column=len(start))}\r\n".encode("ascii")
    return f"{_folded(start + value)}\r\n".encode("ascii")


def mailbox_field(name: str, mailbox: Mailbox) -> bytes:
    """A field of one mailbox, such as To (RFC 5322 section 3.4). Raises ForbiddenCharacter."""
    require_clean(name, mailbox.name)
    shown = " ".join(mailbox.name.split())
    address = f"<{mailbox.address}>"
    start = f"{name}: "
    if not shown:
        line = start + str(mailbox.address)
    else:
        phrase = _phrase(shown, column=len(start))
        last_line = len(start) + len(phrase) - (phrase.rfind("\n") + 1)
        gap = " " if last_line + 1 + len(address) <= _LONGEST_LINE - 2 else _FOLD
        line = f"{start}{phrase}{gap}{address}"
    return f"{line}\r\n".encode()  # UTF-8 only where SMTPUTF8 was asked for


def date_field(sent_at: datetime) -> bytes:
    """The Date field of an aware instant, in UTC. Raises InvalidValue."""
    if sent_at.tzinfo is None:
        raise InvalidValue(field="Date", reason="the instant has no time zone")
    return _date_field(sent_at.astimezone(UTC).replace(microsecond=0))


@lru_cache(maxsize=16)  # many mails are sent in one second
def _date_field(second: datetime) -> bytes:
    return f"Date: {format_datetime(second)}\r\n".encode("ascii")


def message_id_field(message_id: str) -> bytes:
    """The Message-ID field, which is not folded. Raises ForbiddenCharacter or InvalidValue."""
    require_clean("Message-ID", message_id)
    if _MESSAGE_ID.fullmatch(message_id) is None:
        raise InvalidValue(field="Message-ID", reason="is not of the form left@right")
    if len(message_id) > 250:
        raise InvalidValue(field="Message-ID", reason="has more than 250 characters")
    return f"Message-ID: <{message_id}>\r\n".encode("ascii")


def unsubscribe_fields(unsubscribe: Unsubscribe) -> tuple[bytes, bytes]:
    """List-Unsubscribe, on one line, and List-Unsubscribe-Post (RFC 2369, RFC 8058 section 3.1).

    Raises ForbiddenCharacter or InvalidValue.
    """
    value = _uri(unsubscribe.https, "https://")
    if unsubscribe.mailto is not None:
        value = f"{value}, {_uri(unsubscribe.mailto, 'mailto:')}"
    line = f"List-Unsubscribe: {value}\r\n"
    if len(line) > _HARD_LIMIT:
        raise InvalidValue(field="List-Unsubscribe", reason=f"is longer than {_HARD_LIMIT}")
    return line.encode("ascii"), b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def _uri(uri: str, scheme: str) -> str:
    field = "List-Unsubscribe"
    require_clean(field, uri)
    if not uri.startswith(scheme) or _URI.fullmatch(uri) is None or "=?" in uri:
        # "=?" would be read as the start of an encoded word; both may be percent-encoded.
        raise InvalidValue(field=field, reason=f"is no {scheme} URI in ASCII, or holds '=?'")
    return f"<{uri}>"


def _is_plain(value: str) -> bool:
    """Whether a value survives as it is: ASCII, no run of spaces, no word too long to fold."""
    if _PLAIN.fullmatch(value) is None or "=?" in value:
        return False
    return len(value) <= _LONGEST_WORD or max(map(len, value.split(" "))) <= _LONGEST_WORD


def _phrase(shown: str, *, column: int) -> str:
    """A display name: as it is, between quotes, or in encoded words; the shortest that can be."""
    if column + len(shown) <= _LONGEST_WORD and "=?" not in shown:
        if _PHRASE.fullmatch(shown) is not None:
            return shown
        if _PLAIN.fullmatch(shown) is not None:
            return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return encoded_words(shown, column=column)


def _folded(line: str) -> str:
    """`line` folded at single spaces. A fold never stands behind the colon of the name."""
    if len(line) <= _LONGEST_LINE:
        return line
    name, _, value = line.partition(" ")
    first, *words = value.split(" ")
    lines = [f"{name} {first}"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _LONGEST_LINE - 1:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return _FOLD.join(lines)
