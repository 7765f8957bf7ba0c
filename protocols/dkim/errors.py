"""What can be wrong with a key, a name or a mail before it is signed; all of it is ours."""

from dataclasses import dataclass


class LocalProtocolError(Exception):
    """We asked for a signature that DKIM forbids; nothing was signed."""


@dataclass(eq=False)
class UnusableKey(LocalProtocolError):
    """A text is no private key that DKIM can sign with. The text itself is not told."""

    reason: str

    def __str__(self) -> str:
        return f"the private key cannot be used: {self.reason}"


@dataclass(eq=False)
class KeyTooShort(LocalProtocolError):
    """An RSA key that no verifier has to accept (RFC 8301 section 3.2)."""

    size_bits: int
    limit_bits: int

    def __str__(self) -> str:
        return f"an RSA key of {self.size_bits} bits is below the limit of {self.limit_bits}"


@dataclass(eq=False)
class InvalidTag(LocalProtocolError):
    """A value cannot stand in the tag of a signature, such as a domain in `d=`."""

    tag: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.tag}={self.value!r} {self.reason}"


@dataclass(eq=False)
class MalformedField(LocalProtocolError):
    """A header field is not `Name: value` and CRLF, or holds a line break that folds nothing."""

    position: int
    reason: str

    def __str__(self) -> str:
        return f"header field {self.position} {self.reason}"


@dataclass(eq=False)
class FieldMissing(LocalProtocolError):
    """A mail lacks a header field that every signature has to cover (RFC 6376 section 5.4)."""

    name: str

    def __str__(self) -> str:
        return f"there is no {self.name} field to sign"
