"""The commands about contacts, and the parts a contact is made of (RFC 5733)."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from protocols.epp.base_command import BaseCommand, CommandClass

PostalKind: TypeAlias = Literal["int", "loc"]
"""`int` is in ASCII for everyone, `loc` in the contact's own script (RFC 5733 section 2.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalInfo:
    """A name and an address in one of two kinds of writing (RFC 5733 sections 2.3 and 2.4)."""

    kind: PostalKind
    name: str
    organisation: str | None = None
    street: tuple[str, ...] = ()
    """At most three lines."""
    city: str
    province: str | None = None
    postal_code: str | None = None
    country: str
    """Two letters, ISO 3166-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Which data the registry may (`allowed`) or may not show to others (RFC 5733 2.9)."""

    allowed: bool
    names: tuple[PostalKind, ...] = ()
    organisations: tuple[PostalKind, ...] = ()
    addresses: tuple[PostalKind, ...] = ()
    voice: bool = False
    fax: bool = False
    email: bool = False


@dataclass(frozen=True, slots=True)
class CheckContacts(BaseCommand):
    """Asks which of some identifiers are free (RFC 5733 3.1.1)."""

    ids: tuple[str, ...]

    label: ClassVar[str] = "contact:check"
    usual_class: ClassVar[CommandClass] = "query"

    @property
    def object_name(self) -> str | None:
        """The first identifier asked for."""
        return next(iter(self.ids), None)


@dataclass(frozen=True, slots=True)
class _OneContact(BaseCommand):
    id: str

    @property
    def object_name(self) -> str | None:
        """The contact's identifier."""
        return self.id


@dataclass(frozen=True, slots=True)
class InfoContact(_OneContact):
    """Asks for all that the registry tells us of a contact (RFC 5733 3.1.2)."""

    auth_info: str | None = field(default=None, repr=False)

    label: ClassVar[str] = "contact:info"
    usual_class: ClassVar[CommandClass] = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateContact(_OneContact):
    """Makes a contact (RFC 5733 3.2.1)."""

    postal_infos: tuple[PostalInfo, ...]
    """One, or one of each kind."""
    voice: str | None = None
    """`+1.7035555555`, with an extension `+1.7035555555x1234`."""
    fax: str | None = None
    """Written like `voice`."""
    email: str
    auth_info: str = field(repr=False)
    disclosure: Disclosure | None = None
    """None leaves it to the registry's policy."""

    label: ClassVar[str] = "contact:create"
    usual_class: ClassVar[CommandClass] = "transform"


@dataclass(frozen=True, slots=True)
class DeleteContact(_OneContact):
    """Removes a contact that nothing uses (RFC 5733 3.2.2)."""

    label: ClassVar[str] = "contact:delete"
    usual_class: ClassVar[CommandClass] = "transform"


ContactCommand: TypeAlias = CheckContacts | InfoContact | CreateContact | DeleteContact
