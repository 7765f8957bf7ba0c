"""The commands about the session itself and its message queue (RFC 5730 section 2.9)."""

from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from protocols.epp.base_command import BaseCommand, CommandClass


@dataclass(frozen=True, slots=True)
class Hello(BaseCommand):
    """Asks for a greeting; keeps an idle session alive. Carries no clTRID (RFC 5730 2.3)."""

    label: ClassVar[str] = "hello"
    usual_class: ClassVar[CommandClass] = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(BaseCommand):
    """Opens the session: who we are and which services we will use (RFC 5730 2.9.1.1)."""

    client_id: str
    """3 to 16 characters."""
    password: str = field(repr=False)
    """6 to 16 characters."""
    new_password: str | None = field(default=None, repr=False)
    """Replaces the password in the same step, if the server accepts the login."""
    objects: tuple[str, ...]
    """Namespace URIs, at least one; see `login_services`."""
    extensions: tuple[str, ...] = ()
    version: str = "1.0"
    language: str = "en"

    label: ClassVar[str] = "login"
    usual_class: ClassVar[CommandClass] = "session"


@dataclass(frozen=True, slots=True)
class Logout(BaseCommand):
    """Ends the session; the server answers 1500 and closes (RFC 5730 2.9.1.2)."""

    label: ClassVar[str] = "logout"
    usual_class: ClassVar[CommandClass] = "session"


@dataclass(frozen=True, slots=True)
class PollRequest(BaseCommand):
    """Asks for the oldest message of the queue (RFC 5730 2.9.2.3)."""

    label: ClassVar[str] = "poll:req"
    usual_class: ClassVar[CommandClass] = "session"


@dataclass(frozen=True, slots=True)
class PollAcknowledge(BaseCommand):
    """Takes a message off the queue, once it is safely stored (RFC 5730 2.9.2.3).

    It changes the queue and yet is no transform: a repeat is answered 2303 and costs nothing.
    """

    message_id: str

    label: ClassVar[str] = "poll:ack"
    usual_class: ClassVar[CommandClass] = "session"

    @property
    def object_name(self) -> str | None:
        """The message."""
        return self.message_id


SessionCommand: TypeAlias = Hello | Login | Logout | PollRequest | PollAcknowledge
