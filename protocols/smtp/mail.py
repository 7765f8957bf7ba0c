"""A mail and its envelope, and how both are written.

A lone CR or LF in a mail is refused, not mended: mending would break its DKIM signature, and
passing it on lets two servers see different ends of the mail (SMTP smuggling, CVE-2023-51764).
Source: RFC 5321 sections 2.3.8, 4.1.1 and 4.5.2.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from protocols.smtp.capabilities import Capabilities
from protocols.smtp.errors import ExtensionMissing, InvalidArgument, MailTooLarge

MAX_ADDRESS_BYTES: Final = 254
"""RFC 5321 section 4.5.3.1.3: a path has 256 octets, its brackets among them."""

_ADDRESS: Final = re.compile(r"[^\x00-\x20\x7f-\x9f<>]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, to all its recipients. An empty `sender` is that of a bounce."""

    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    data: bytes = field(repr=False)
    """Headers and body, each line ended by CR LF; the last may go without."""


def mail_command(mail: Mail, capabilities: Capabilities) -> bytes:
    """MAIL FROM with what the mail needs of the server's extensions.

    Raises InvalidArgument, MailTooLarge or ExtensionMissing: 8BITMIME for a mail that is not
    ASCII, SMTPUTF8 for such an address.
    """
    _require_lines(mail.data)
    limit = capabilities.size_limit_bytes
    if limit is not None and len(mail.data) > limit:
        raise MailTooLarge(size_bytes=len(mail.data), limit_bytes=limit)
    command = f"MAIL FROM:<{_address('sender', mail.sender) if mail.sender else ''}>"
    if capabilities.takes_size:
        command += f" SIZE={len(mail.data)}"
    if not mail.data.isascii():
        if not capabilities.eight_bit:
            raise ExtensionMissing(extension="8BITMIME")
        command += " BODY=8BITMIME"
    if not mail.sender.isascii() or not all(map(str.isascii, mail.recipients)):
        if not capabilities.smtp_utf8:
            raise ExtensionMissing(extension="SMTPUTF8")
        command += " SMTPUTF8"
    return f"{command}\r\n".encode()


def recipient_commands(mail: Mail) -> list[bytes]:
    """RCPT TO, once for each recipient. Raises InvalidArgument, also when there is none."""
    if not mail.recipients:
        raise InvalidArgument(field="recipients", reason="are missing")
    return [
        f"RCPT TO:<{_address('recipient', address)}>\r\n".encode() for address in mail.recipients
    ]


def encode_data(data: bytes) -> bytes:
    """The mail as it goes after DATA: a dot before each line that begins with one, and the end."""
    first = b"." if data.startswith(b".") else b""
    end = b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"
    return b"".join((first, data.replace(b"\r\n.", b"\r\n.."), end))


def _require_lines(data: bytes) -> None:
    if not data:
        raise InvalidArgument(field="data", reason="is empty")
    pairs = data.decode("latin-1").count("\r\n")  # twice as fast as in octets (CPython 3.11)
    if not pairs == data.count(b"\n") == data.count(b"\r"):
        raise InvalidArgument(field="data", reason="holds a CR or LF that is not part of CR LF")


def _address(field: str, address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        reason = "is empty, or holds a control character, a space or an angle bracket"
        raise InvalidArgument(field=field, reason=reason)
    try:
        size_bytes = len(address.encode())
    except UnicodeEncodeError as error:
        raise InvalidArgument(field=field, reason="holds half a surrogate pair") from error
    if size_bytes > MAX_ADDRESS_BYTES:
        raise InvalidArgument(field=field, reason=f"is longer than {MAX_ADDRESS_BYTES} octets")
    return address
