"""The commands about domains (RFC 5731 section 3)."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

TransferOperation = Literal["query", "request", "approve", "reject", "cancel"]
HostsWanted = Literal["all", "del", "sub", "none"]
ContactRole = Literal["admin", "billing", "tech"]


@dataclass(frozen=True, slots=True)
class Period:
    """A registration period as written: a number from 1 to 99 of years or months."""

    count: int
    unit: Literal["y", "m"]


@dataclass(frozen=True, slots=True)
class DomainContact:
    """A contact in its role for one domain."""

    contact_id: str
    role: ContactRole


@dataclass(frozen=True, slots=True)
class CheckDomains:
    """Which of these names may be registered? (RFC 5731 section 3.1.1)."""

    label: ClassVar[str] = "domain:check"
    names: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The names, separated by spaces."""
        return " ".join(self.names)


@dataclass(frozen=True, slots=True)
class InfoDomain:
    """What is known of a domain (RFC 5731 section 3.1.2)."""

    label: ClassVar[str] = "domain:info"
    subject: str
    hosts: HostsWanted = "all"
    auth_info: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CreateDomain:
    """Registers a domain (RFC 5731 section 3.2.1)."""

    label: ClassVar[str] = "domain:create"
    subject: str
    period: Period | None
    nameservers: tuple[str, ...]
    registrant: str | None
    contacts: tuple[DomainContact, ...]
    auth_info: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenewDomain:
    """Prolongs a registration (RFC 5731 section 3.2.3)."""

    label: ClassVar[str] = "domain:renew"
    subject: str
    current_expiry: date
    period: Period | None


@dataclass(frozen=True, slots=True)
class DeleteDomain:
    """Gives a domain up (RFC 5731 section 3.2.2)."""

    label: ClassVar[str] = "domain:delete"
    subject: str


@dataclass(frozen=True, slots=True)
class TransferDomain:
    """Moves a domain between accounts, or asks how far that is (RFC 5731 sections 3.1.3, 3.2.4)."""

    label: ClassVar[str] = "domain:transfer"
    subject: str
    operation: TransferOperation
    period: Period | None
    auth_info: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class DomainParts:
    """What an update adds to a domain or removes from it."""

    nameservers: tuple[str, ...] = ()
    contacts: tuple[DomainContact, ...] = ()
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateDomain:
    """Changes a domain (RFC 5731 section 3.2.5); None leaves a value, an empty text clears it."""

    label: ClassVar[str] = "domain:update"
    subject: str
    add: DomainParts | None
    remove: DomainParts | None
    registrant: str | None = None
    auth_info: str | None = field(default=None, repr=False)
