"""The tree of a mail's parts, flattened once into constant octets and slots for bodies.

What surrounds the bodies is the same for all recipients of a campaign, attachments included, so it
is encoded here, before the first mail. Sources: RFC 2045, RFC 2046 section 5.1, RFC 2183,
RFC 2387 (related), RFC 2392 (cid).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, assert_never

from protocols.mime.errors import InvalidValue
from protocols.mime.field import require_clean
from protocols.mime.parameter import parameter
from protocols.mime.transfer_encoding import encoded_data
from protocols.mime.values import Attachment, Bodies, InlineImage

_CONTENT_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}")
_CONTENT_ID: Final = re.compile(r"[A-Za-z0-9!#$&*+/=_.-]{1,120}@[A-Za-z0-9.-]{1,120}")


class Slot(Enum):
    """Where a recipient's body goes; the value is its content type."""

    TEXT = "text/plain"
    HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Entity:
    """A part: its own header fields, and its content in octets and slots.

    A slot that is a part by itself has no fields here: its encoding is chosen for each recipient.
    All content ends with the CRLF that belongs to the delimiter behind it.
    """

    fields: tuple[bytes, ...]
    content: tuple[bytes | Slot, ...]


def entity_of(
    bodies: Bodies,
    images: Sequence[InlineImage],
    attachments: Sequence[Attachment],
    *,
    seed: str,
) -> Entity:
    """The whole mail as one part. Raises ForbiddenCharacter or InvalidValue.

    Attachments are beside everything, the HTML body is together with its images, and both of that
    are an alternative to the text.
    """
    if images and bodies is Bodies.TEXT:
        raise InvalidValue(field="inline image", reason="needs an HTML body that shows it")
    text = Entity(fields=(), content=(Slot.TEXT,))
    html = Entity(fields=(), content=(Slot.HTML,))
    if images:
        related = [html, *map(_image, images)]
        html = _multipart("related", related, seed=seed, more=parameter("type", "text/html"))
    body = _body(bodies, text, html, seed=seed)
    if attachments:
        return _multipart("mixed", [body, *map(_attachment, attachments)], seed=seed)
    return body


def _body(bodies: Bodies, text: Entity, html: Entity, *, seed: str) -> Entity:
    match bodies:
        case Bodies.TEXT:
            return text
        case Bodies.HTML:
            return html
        case Bodies.TEXT_AND_HTML:
            return _multipart("alternative", [text, html], seed=seed)
        case _ as never:
            assert_never(never)


def _multipart(subtype: str, parts: Sequence[Entity], *, seed: str, more: str = "") -> Entity:
    # "=_" occurs neither in quoted-printable nor in base64, so no body can hold a boundary; the
    # digest keeps it apart from those of a mail that is forwarded inside of another.
    digest = hashlib.sha256(f"{subtype} {seed}".encode()).hexdigest()[:24]
    boundary = f"=_{subtype}_{digest}"
    delimiter = f"--{boundary}\r\n".encode()
    content: list[bytes | Slot] = []
    for part in parts:
        content.append(delimiter)
        if part.fields:
            content.append(b"".join(part.fields) + b"\r\n")
        content += part.content
    content.append(f"--{boundary}--\r\n".encode())
    field = f"Content-Type: multipart/{subtype}{more}{parameter('boundary', boundary)}\r\n"
    return Entity(fields=(field.encode(),), content=_merged(content))


def _merged(content: Sequence[bytes | Slot]) -> tuple[bytes | Slot, ...]:
    """`content` with neighbouring octets in one piece."""
    merged: list[bytes | Slot] = []
    for piece in content:
        last = merged[-1] if merged else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            merged[-1] = last + piece
        else:
            merged.append(piece)
    return tuple(merged)


def _image(image: InlineImage) -> Entity:
    require_clean("inline image", image.content_id)
    if _CONTENT_ID.fullmatch(image.content_id) is None:
        raise InvalidValue(
            field="inline image", reason="has a content id not of the form left@right"
        )
    if not image.content_type.lower().startswith("image/"):
        raise InvalidValue(field="inline image", reason="is no image by its content type")
    field = f"Content-ID: <{image.content_id}>\r\n".encode()
    return _file("inline", image.content_type, image.filename, image.data, more=(field,))


def _attachment(attachment: Attachment) -> Entity:
    if not attachment.filename:
        raise InvalidValue(field="attachment", reason="has no file name")
    return _file("attachment", attachment.content_type, attachment.filename, attachment.data)


def _file(
    disposition: str, content_type: str, filename: str, data: bytes, *, more: tuple[bytes, ...] = ()
) -> Entity:
    require_clean("content type", content_type)
    require_clean("file name", filename)
    if _CONTENT_TYPE.fullmatch(content_type) is None:
        raise InvalidValue(field="content type", reason="is not of the form type/subtype")
    if content_type.lower().startswith(("multipart/", "message/")):
        reason = "multipart and message may not be in base64 (RFC 2045 section 6.4)"
        raise InvalidValue(field="content type", reason=reason)
    named = parameter("filename", filename) if filename else ""
    fields = (
        f"Content-Type: {content_type}\r\n".encode(),
        b"Content-Transfer-Encoding: base64\r\n",
        f"Content-Disposition: {disposition}{named}\r\n".encode(),
        *more,
    )
    return Entity(fields=fields, content=(encoded_data(data),))
