"""The skeleton of a campaign's mails: encoded once, filled in for each recipient.

The standard library's `EmailMessage` takes two milliseconds for a mail, most of it for what never
changes. Here a recipient costs the encoding of the bodies and of a handful of header fields.
Sources: RFC 5322, RFC 2045 to 2047, RFC 8058.
"""

from collections.abc import Sequence
from typing import Final

from protocols.mime.entity import Slot, entity_of
from protocols.mime.errors import BodyMissing, InvalidValue
from protocols.mime.field import (
    date_field,
    mailbox_field,
    message_id_field,
    require_name,
    text_field,
    unsubscribe_fields,
)
from protocols.mime.transfer_encoding import encoded_text
from protocols.mime.values import (
    Attachment,
    Bodies,
    Header,
    InlineImage,
    Mail,
    Mailbox,
    Personal,
)

_OURS: Final = frozenset(
    {
        "bcc",
        "cc",
        "date",
        "dkim-signature",
        "from",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "mime-version",
        "received",
        "reply-to",
        "return-path",
        "sender",
        "subject",
        "to",
    }
)
_OUR_BEGINNINGS: Final = ("content-", "resent-")
_TYPES: Final = {slot: f"Content-Type: {slot.value}; charset=utf-8\r\n".encode() for slot in Slot}
_ENCODINGS: Final = {
    name: f"Content-Transfer-Encoding: {name}\r\n".encode()
    for name in ("quoted-printable", "base64")
}
_PART_HEADERS: Final = {
    (slot, name): _TYPES[slot] + field + b"\r\n"
    for slot in Slot
    for name, field in _ENCODINGS.items()
}


class Skeleton:
    """All of a campaign's mail that is the same for every recipient."""

    def __init__(
        self,
        *,
        sender: Mailbox,
        seed: str,
        bodies: Bodies = Bodies.TEXT_AND_HTML,
        reply_to: Mailbox | None = None,
        headers: Sequence[Header] = (),
        inline_images: Sequence[InlineImage] = (),
        attachments: Sequence[Attachment] = (),
    ) -> None:
        """`seed` is the campaign's id: boundaries are made from it, always the same.

        Raises ForbiddenCharacter or InvalidValue.
        """
        self._bodies = bodies
        self._from = mailbox_field("From", sender)
        entity = entity_of(bodies, inline_images, attachments, seed=seed)
        self._content = entity.content
        self._alone = None if entity.fields else _slot_alone(bodies)
        self._last = (
            *(() if reply_to is None else (mailbox_field("Reply-To", reply_to),)),
            *map(_header_field, headers),
            b"MIME-Version: 1.0\r\n",
            *(entity.fields if self._alone is None else (_TYPES[self._alone],)),
        )

    @property
    def constant_fields(self) -> tuple[bytes, ...]:
        """Whole header fields that all mails repeat: a signer may prepare them."""
        return (self._from, *self._last)

    def fill(self, personal: Personal) -> Mail:
        """The mail of one recipient.

        Raises ForbiddenCharacter, InvalidValue or BodyMissing; another recipient is not affected.
        """
        fields = [
            self._from,
            mailbox_field("To", personal.recipient),
            text_field("Subject", personal.subject),
            date_field(personal.sent_at),
            message_id_field(personal.message_id),
        ]
        if personal.unsubscribe is not None:
            fields += unsubscribe_fields(personal.unsubscribe)
        fields += map(_header_field, personal.headers)
        fields += self._last
        text = _present("text", personal.text, expected=self._bodies is not Bodies.HTML)
        html = _present("html", personal.html, expected=self._bodies is not Bodies.TEXT)
        if self._alone is None:
            return Mail(fields=tuple(fields), body=self._filled(text, html))
        name, body = encoded_text(self._alone.name.lower(), text or html, ends=True)
        return Mail(fields=(*fields, _ENCODINGS[name]), body=body)

    def _filled(self, text: str, html: str) -> bytes:
        filled: list[bytes] = []
        for piece in self._content:
            match piece:
                case Slot():
                    body = text if piece is Slot.TEXT else html
                    name, encoded = encoded_text(piece.name.lower(), body)
                    filled += (_PART_HEADERS[piece, name], encoded)
                case octets:
                    filled.append(octets)
        return b"".join(filled)


def _slot_alone(bodies: Bodies) -> Slot:
    return Slot.TEXT if bodies is Bodies.TEXT else Slot.HTML


def _present(body: str, text: str | None, *, expected: bool) -> str:
    if (text is not None) is not expected:
        raise BodyMissing(body=body, expected=expected)
    return text or ""


def _header_field(header: Header) -> bytes:
    require_name(header.name)
    name = header.name.lower()
    if name in _OURS or name.startswith(_OUR_BEGINNINGS):
        raise InvalidValue(field=header.name, reason="is written by the skeleton alone")
    return text_field(header.name, header.value)
