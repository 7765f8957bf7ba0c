"""The commands that are about the session itself and its message queue (RFC 5730 section 2.9)."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Hello:
    """Asks for the greeting; allowed at any time (RFC 5730 section 2.3)."""

    label: ClassVar[str] = "hello"
    subject: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Login:
    """Opens the session (RFC 5730 section 2.9.1.1)."""

    label: ClassVar[str] = "login"
    client_id: str
    password: str = field(repr=False)
    new_password: str | None = field(repr=False)
    version: str
    language: str
    object_uris: tuple[str, ...]
    extension_uris: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The account that logs in."""
        return self.client_id


@dataclass(frozen=True, slots=True)
class Logout:
    """Ends the session (RFC 5730 section 2.9.1.2)."""

    label: ClassVar[str] = "logout"
    subject: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class PollRequest:
    """Asks for the oldest message (RFC 5730 section 2.9.2.3)."""

    label: ClassVar[str] = "poll:req"
    subject: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class PollAck:
    """Takes a message off the queue (RFC 5730 section 2.9.2.3)."""

    label: ClassVar[str] = "poll:ack"
    message_id: str

    @property
    def subject(self) -> str:
        """The message's identifier."""
        return self.message_id
