"""The commands about host objects (RFC 5732 section 3)."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from protocols.epp.base_command import BaseCommand, CommandClass


@dataclass(frozen=True, slots=True)
class CheckHosts(BaseCommand):
    """Asks which of some host names could be created (RFC 5732 3.1.1)."""

    names: tuple[str, ...]

    label: ClassVar[str] = "host:check"
    usual_class: ClassVar[CommandClass] = "query"

    @property
    def object_name(self) -> str | None:
        """The first name asked for."""
        return next(iter(self.names), None)


@dataclass(frozen=True, slots=True)
class _OneHost(BaseCommand):
    name: str

    @property
    def object_name(self) -> str | None:
        """The host."""
        return self.name


@dataclass(frozen=True, slots=True)
class InfoHost(_OneHost):
    """Asks for all that the registry tells us of a host (RFC 5732 3.1.2)."""

    label: ClassVar[str] = "host:info"
    usual_class: ClassVar[CommandClass] = "query"


@dataclass(frozen=True, slots=True)
class CreateHost(_OneHost):
    """Makes a host object (RFC 5732 3.2.1)."""

    addresses: tuple[str, ...] = ()
    """Glue, IPv4 and IPv6, for hosts below a domain of ours; elsewhere it is refused."""

    label: ClassVar[str] = "host:create"
    usual_class: ClassVar[CommandClass] = "transform"


@dataclass(frozen=True, slots=True)
class DeleteHost(_OneHost):
    """Removes a host object that no domain uses (RFC 5732 3.2.2)."""

    label: ClassVar[str] = "host:delete"
    usual_class: ClassVar[CommandClass] = "transform"


HostCommand: TypeAlias = CheckHosts | InfoHost | CreateHost | DeleteHost
