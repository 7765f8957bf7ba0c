"""What cannot become a mail, as errors with fields; all of it is ours, and nothing was written.

No error carries an address, a name or a text of a mail, so each may be logged as it is.
"""

from dataclasses import dataclass
from enum import StrEnum


class LocalProtocolError(Exception):
    """We asked for a mail that cannot be written."""


@dataclass(eq=False)
class ForbiddenCharacter(LocalProtocolError):
    """A value holds a character that must not get into a mail.

    In header fields these are line breaks, NUL and the other control characters: whoever could
    write a line break could write header fields. In a body only NUL and half a surrogate pair.
    """

    field: str
    code_point: int
    position: int

    def __str__(self) -> str:
        return f"{self.field}: U+{self.code_point:04X} at position {self.position} is forbidden"


@dataclass(eq=False)
class InvalidValue(LocalProtocolError):
    """The value of `field` has the wrong form or is too long."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


@dataclass(eq=False)
class BodyMissing(LocalProtocolError):
    """The campaign's mails have this body, this recipient's has none, or the other way about."""

    body: str
    expected: bool

    def __str__(self) -> str:
        return f"the {self.body} body is {'missing' if self.expected else 'not part of this mail'}"


class AddressProblem(StrEnum):
    """Why a text is no address that can be mailed, for counters and for people."""

    FORBIDDEN_CHARACTER = "it holds a control character or white space"
    NO_AT_SIGN = "it has no @"
    LOCAL_PART_EMPTY = "nothing stands before the @"
    LOCAL_PART_TOO_LONG = "the local part has more than 64 octets"
    LOCAL_PART_INVALID = "the local part holds a character or a dot where it must not"
    LOCAL_PART_ENCODED = "the local part looks like an encoded word of RFC 2047"
    LOCAL_PART_NOT_ASCII = "the local part needs SMTPUTF8, which not every relay speaks"
    DOMAIN_EMPTY = "nothing stands behind the @"
    DOMAIN_LITERAL = "the domain is an IP address"
    DOMAIN_SINGLE_LABEL = "the domain has only one label"
    DOMAIN_INVALID = "the domain is no host name"
    DOMAIN_TOO_LONG = "the domain has more than 253 characters"
    TOO_LONG = "it has more than 254 octets"


@dataclass(eq=False)
class InvalidAddress(LocalProtocolError):
    """A text is no address. Sources: RFC 5321 sections 4.1.2 and 4.5.3.1, RFC 5890."""

    problem: AddressProblem

    def __str__(self) -> str:
        return f"the address cannot be mailed: {self.problem.value}"
