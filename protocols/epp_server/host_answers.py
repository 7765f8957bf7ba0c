"""The data that answers about hosts carry (RFC 5732 section 3)."""

from dataclasses import dataclass
from datetime import datetime

from protocols.epp_server.domain_answers import Availability
from protocols.epp_server.host_requests import Address


@dataclass(frozen=True, slots=True)
class HostChecks:
    """The answer to a check, in the order asked (`<host:chkData>`)."""

    lines: tuple[Availability, ...]


@dataclass(frozen=True, slots=True)
class HostInfo:
    """All that is told of a host (`<host:infData>`)."""

    name: str
    roid: str
    statuses: tuple[str, ...]
    addresses: tuple[Address, ...]
    client_id: str
    created_by: str
    created_at: datetime
    updated_by: str | None
    updated_at: datetime | None
    transferred_at: datetime | None


@dataclass(frozen=True, slots=True)
class HostCreated:
    """The answer to a create (`<host:creData>`)."""

    name: str
    created_at: datetime
