"""Mails as octets: a skeleton per campaign, filled in per recipient (RFC 5322, RFC 2045 to 2047).

`Skeleton` encodes once what all recipients get, `fill` adds what is personal. Every value is
checked: a line break in a name or a subject is refused, never written. Nothing here knows a clock,
chance or a socket: the instant, the Message-ID and the seed of the boundaries are given.
"""

from protocols.mime.address import Address, normalise_address, normalise_domain
from protocols.mime.errors import (
    AddressProblem,
    BodyMissing,
    ForbiddenCharacter,
    InvalidAddress,
    InvalidValue,
    LocalProtocolError,
)
from protocols.mime.skeleton import Skeleton
from protocols.mime.values import (
    Attachment,
    Bodies,
    Header,
    InlineImage,
    Mail,
    Mailbox,
    Personal,
    Unsubscribe,
)

__all__ = [
    "Address",
    "AddressProblem",
    "Attachment",
    "Bodies",
    "BodyMissing",
    "ForbiddenCharacter",
    "Header",
    "InlineImage",
    "InvalidAddress",
    "InvalidValue",
    "LocalProtocolError",
    "Mail",
    "Mailbox",
    "Personal",
    "Skeleton",
    "Unsubscribe",
    "normalise_address",
    "normalise_domain",
]
