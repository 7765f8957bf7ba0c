"""What a campaign and a recipient put into a mail: plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from protocols.mime.address import Address


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address and the name that mail programs show for it; white space in it is made single."""

    address: Address
    name: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header field with free text, such as `X-Campaign`. Names have at most 50 characters."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """How a recipient leaves by one click (RFC 8058): an https URI, and a mailto URI beside it."""

    https: str
    mailto: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for every recipient. `content_type` is as `application/pdf`, without parameters."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class InlineImage:
    """An image that the HTML body shows by `src="cid:CONTENT_ID"`."""

    content_id: str
    content_type: str
    data: bytes
    filename: str = ""


class Bodies(Enum):
    """Which bodies the mails of a campaign have."""

    TEXT = "text"
    HTML = "html"
    TEXT_AND_HTML = "text and html"


@dataclass(frozen=True, slots=True)
class Personal:
    """What differs from one recipient to the next.

    `message_id` is `left@right` without angle brackets. `sent_at` is aware. `headers` hold the
    attempt's tags. Line breaks in bodies may be of any kind. A body that is alone in the mail ends
    with a line break, whether or not its text does; beside others it ends as its text does.
    """

    recipient: Mailbox
    subject: str
    message_id: str
    sent_at: datetime
    text: str | None = None
    html: str | None = None
    unsubscribe: Unsubscribe | None = None
    headers: Sequence[Header] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in octets: header fields, each with its CRLF, and the body in CRLF lines.

    Dots at the start of lines are as they are; SMTP stuffs them.
    """

    fields: tuple[bytes, ...]
    body: bytes

    def encoded(self, *, before: bytes = b"") -> bytes:
        """The whole mail; `before` are whole fields to go first, such as signatures."""
        return b"".join((before, *self.fields, b"\r\n", self.body))
