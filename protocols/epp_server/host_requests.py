"""The commands about hosts (RFC 5732 section 3)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

IpVersion = Literal["v4", "v6"]


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address as written."""

    text: str
    version: IpVersion = "v4"


@dataclass(frozen=True, slots=True)
class CheckHosts:
    """Which of these hosts may be created? (RFC 5732 section 3.1.1)."""

    label: ClassVar[str] = "host:check"
    names: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The names, separated by spaces."""
        return " ".join(self.names)


@dataclass(frozen=True, slots=True)
class InfoHost:
    """What is known of a host (RFC 5732 section 3.1.2)."""

    label: ClassVar[str] = "host:info"
    subject: str


@dataclass(frozen=True, slots=True)
class CreateHost:
    """Creates a host (RFC 5732 section 3.2.1)."""

    label: ClassVar[str] = "host:create"
    subject: str
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class DeleteHost:
    """Deletes a host (RFC 5732 section 3.2.2)."""

    label: ClassVar[str] = "host:delete"
    subject: str


@dataclass(frozen=True, slots=True)
class HostParts:
    """What an update adds to a host or removes from it."""

    addresses: tuple[Address, ...] = ()
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateHost:
    """Changes a host, its name too (RFC 5732 section 3.2.5)."""

    label: ClassVar[str] = "host:update"
    subject: str
    add: HostParts | None
    remove: HostParts | None
    new_name: str | None
