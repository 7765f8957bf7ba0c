"""The data that answers about domains carry (RFC 5731 section 3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from protocols.epp_server.domain_requests import DomainContact

TransferStatus = Literal[
    "clientApproved",
    "clientCancelled",
    "clientRejected",
    "pending",
    "serverApproved",
    "serverCancelled",
]


@dataclass(frozen=True, slots=True)
class Availability:
    """One line of a check; `reason` (at most 32 characters) where the name is not available."""

    name: str
    available: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DomainChecks:
    """The answer to a check, in the order asked (`<domain:chkData>`)."""

    lines: tuple[Availability, ...]


@dataclass(frozen=True, slots=True)
class DomainInfo:
    """All that is told of a domain (`<domain:infData>`)."""

    name: str
    roid: str
    statuses: tuple[str, ...]
    registrant: str | None
    contacts: tuple[DomainContact, ...]
    nameservers: tuple[str, ...]
    hosts: tuple[str, ...]
    client_id: str
    created_by: str
    created_at: datetime
    updated_by: str | None
    updated_at: datetime | None
    expires_at: datetime
    transferred_at: datetime | None
    auth_info: str | None


@dataclass(frozen=True, slots=True)
class DomainCreated:
    """The answer to a create (`<domain:creData>`)."""

    name: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DomainRenewed:
    """The answer to a renew (`<domain:renData>`)."""

    name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DomainTransfer:
    """How a transfer stands (`<domain:trnData>`).

    `acts_at` is when the acting account acted or, while pending, when the server acts in its
    stead. `expires_at` is told only where the transfer prolongs the registration.
    """

    name: str
    status: TransferStatus
    requested_by: str
    requested_at: datetime
    acting: str
    acts_at: datetime
    expires_at: datetime | None = None
