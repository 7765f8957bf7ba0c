"""The commands about domain names (RFC 5731 section 3)."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal, TypeAlias

from protocols.epp.base_command import BaseCommand, CommandClass

HostsWanted: TypeAlias = Literal["all", "del", "sub", "none"]
TransferOperation: TypeAlias = Literal["query", "request", "approve", "reject", "cancel"]


@dataclass(frozen=True, slots=True)
class DomainContact:
    """A contact and what it is for; the registrant stands apart (RFC 5731 section 2.2)."""

    role: str
    """`admin`, `billing` or `tech`."""
    id: str


@dataclass(frozen=True, slots=True)
class HostAttribute:
    """A name server given by value, where the registry has no host objects (RFC 5731 1.1)."""

    name: str
    addresses: tuple[str, ...] = ()


Nameserver: TypeAlias = str | HostAttribute
"""The name of a host object, or a host by value; one command never mixes the two."""


@dataclass(frozen=True, slots=True)
class CheckDomains(BaseCommand):
    """Asks which of some names could be created (RFC 5731 3.1.1)."""

    names: tuple[str, ...]

    label: ClassVar[str] = "domain:check"
    usual_class: ClassVar[CommandClass] = "query"

    @property
    def object_name(self) -> str | None:
        """The first name asked for."""
        return next(iter(self.names), None)


@dataclass(frozen=True, slots=True)
class _OneDomain(BaseCommand):
    name: str

    @property
    def object_name(self) -> str | None:
        """The domain."""
        return self.name


@dataclass(frozen=True, slots=True)
class InfoDomain(_OneDomain):
    """Asks for all that the registry tells us of a domain (RFC 5731 3.1.2)."""

    hosts: HostsWanted = "all"
    auth_info: str | None = field(default=None, repr=False)
    """Opens more of the data when the domain is another registrar's."""

    label: ClassVar[str] = "domain:info"
    usual_class: ClassVar[CommandClass] = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDomain(_OneDomain):
    """Registers a domain (RFC 5731 3.2.1)."""

    years: int | None = None
    """None leaves the period to the registry."""
    nameservers: tuple[Nameserver, ...] = ()
    registrant: str | None = None
    contacts: tuple[DomainContact, ...] = ()
    auth_info: str = field(repr=False)
    """May be empty where RFC 9154 is practised."""

    label: ClassVar[str] = "domain:create"
    usual_class: ClassVar[CommandClass] = "transform"


@dataclass(frozen=True, slots=True)
class RenewDomain(_OneDomain):
    """Extends a registration (RFC 5731 3.2.3).

    The current expiry makes a repeat harmless: it fits only as long as nothing was renewed.
    """

    current_expiry: date
    """The date part of the expiry, in the registry's own zone."""
    years: int | None = None
    """None leaves the period to the registry."""

    label: ClassVar[str] = "domain:renew"
    usual_class: ClassVar[CommandClass] = "transform"


@dataclass(frozen=True, slots=True)
class DeleteDomain(_OneDomain):
    """Gives a domain up (RFC 5731 3.2.2)."""

    label: ClassVar[str] = "domain:delete"
    usual_class: ClassVar[CommandClass] = "transform"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDomain(_OneDomain):
    """Changes a domain (RFC 5731 3.2.5)."""

    add_nameservers: tuple[Nameserver, ...] = ()
    remove_nameservers: tuple[Nameserver, ...] = ()
    add_statuses: tuple[str, ...] = ()
    remove_statuses: tuple[str, ...] = ()
    add_contacts: tuple[DomainContact, ...] = ()
    remove_contacts: tuple[DomainContact, ...] = ()
    new_registrant: str | None = None
    """None keeps the registrant; the empty text takes it away."""
    new_auth_info: str | None = field(default=None, repr=False)
    """None keeps the authInfo; the empty text unsets it with `<domain:null/>` (RFC 9154)."""

    label: ClassVar[str] = "domain:update"
    usual_class: ClassVar[CommandClass] = "transform"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDomain(_OneDomain):
    """Asks about, begins or decides a change of registrar (RFC 5731 3.1.3 and 3.2.4)."""

    operation: TransferOperation
    years: int | None = None
    """Added to the registration by a request; None leaves it to the registry."""
    auth_info: str | None = field(default=None, repr=False)

    label: ClassVar[str] = "domain:transfer"
    usual_class: ClassVar[CommandClass] = "transform"

    @property
    def command_class(self) -> CommandClass:
        """A query when it only asks."""
        return "query" if self.operation == "query" else "transform"


DomainCommand: TypeAlias = (
    CheckDomains
    | InfoDomain
    | CreateDomain
    | RenewDomain
    | DeleteDomain
    | UpdateDomain
    | TransferDomain
)
