"""Values for tests, and a mail as the standard library reads it."""

import email
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

from hypothesis import strategies as st

from protocols.mime import Mailbox, Personal, Skeleton, normalise_address

SENT_AT = datetime(2026, 3, 1, 12, 30, 59, tzinfo=UTC)
ADA = normalise_address("ada@example.org")
NEWS = Mailbox(normalise_address("news@example.com"), "News")

FORBIDDEN = "".join(map(chr, [*range(9), *range(10, 32), 127]))
"""No header field may hold these."""

_TRICKY = st.sampled_from(
    [
        *' \t"\\<>@,;:().=_',
        *("=?", "?=", "=?utf-8?q?a?=", "  ", "a", "Hello", "x" * 90),
        *("\U0001f389", "\u00e9", "e\u0301", "\u65e5\u672c", "\u00a0", "\u2028", "\u0085"),
        *("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0627", "\ufeff"),
    ]
)
header_texts = st.lists(_TRICKY, max_size=30).map("".join) | st.text(
    st.characters(codec="utf-8", exclude_characters=FORBIDDEN)
)
"""Any text that a header field may hold."""
body_texts = st.lists(
    _TRICKY
    | st.sampled_from(["\r\n", "\n", "\r", "\n.", "\n..\n", "From ", "=", "y" * 1200, "-- "]),
    max_size=60,
).map("".join) | st.text(st.characters(codec="utf-8", exclude_characters="\0"))
"""Any text that a body may hold."""


def personal(**changes: Any) -> Personal:
    """A recipient of a text and an HTML body, unless changed."""
    values: dict[str, Any] = {
        "recipient": Mailbox(ADA, "Ada"),
        "subject": "Hello",
        "message_id": "1.2@example.com",
        "sent_at": SENT_AT,
        "text": "Hello Ada",
        "html": "<p>Hello Ada</p>",
    }
    return Personal(**(values | changes))


def skeleton(**changes: Any) -> Skeleton:
    values: dict[str, Any] = {"sender": NEWS, "seed": "campaign 1"}
    return Skeleton(**(values | changes))


def read(octets: bytes) -> EmailMessage:
    """The mail, after checking its lines and that the standard library finds no defect."""
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", octets) is None
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert octets.isascii()
    mail = email.message_from_bytes(octets, policy=default)
    assert isinstance(mail, EmailMessage)
    assert list(defects(mail)) == []
    return mail


def defects(mail: EmailMessage) -> Iterator[str]:
    for part in mail.walk():
        yield from (repr(defect) for defect in part.defects)
        for name, value in part.items():
            yield from (f"{name}: {defect!r}" for defect in value.defects)


def content(mail: EmailMessage, kind: str) -> str:
    """The body of this kind, with newlines as Python has them."""
    part = mail.get_body((kind,))
    assert part is not None
    return as_newlines(part.get_content())


def as_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
