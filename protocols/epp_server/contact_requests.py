"""The commands about contacts (RFC 5733 section 3)."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

PostalType = Literal["loc", "int"]


@dataclass(frozen=True, slots=True)
class PostalInfo:
    """A contact's name and address, in ASCII (`int`) or in any script (`loc`)."""

    kind: PostalType
    name: str
    organisation: str | None
    street: tuple[str, ...]
    city: str
    province: str | None
    postal_code: str | None
    country: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in the E.164 form of EPP, with its extension."""

    number: str
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class DisclosedItem:
    """One kind of data that a disclosure preference is about (`name`, `voice` …)."""

    name: str
    kind: PostalType | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a contact wants shown (or hidden) other than the server's policy has it."""

    shown: bool
    items: tuple[DisclosedItem, ...]


@dataclass(frozen=True, slots=True)
class CheckContacts:
    """Which of these identifiers are free? (RFC 5733 section 3.1.1)."""

    label: ClassVar[str] = "contact:check"
    contact_ids: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The identifiers, separated by spaces."""
        return " ".join(self.contact_ids)


@dataclass(frozen=True, slots=True)
class InfoContact:
    """What is known of a contact (RFC 5733 section 3.1.2)."""

    label: ClassVar[str] = "contact:info"
    subject: str
    auth_info: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CreateContact:
    """Creates a contact (RFC 5733 section 3.2.1)."""

    label: ClassVar[str] = "contact:create"
    subject: str
    postal_infos: tuple[PostalInfo, ...]
    voice: Phone | None
    fax: Phone | None
    email: str
    auth_info: str = field(repr=False)
    disclosure: Disclosure | None = None


@dataclass(frozen=True, slots=True)
class DeleteContact:
    """Deletes a contact (RFC 5733 section 3.2.2)."""

    label: ClassVar[str] = "contact:delete"
    subject: str
