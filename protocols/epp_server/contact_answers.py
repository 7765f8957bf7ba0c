"""The data that answers about contacts carry (RFC 5733 section 3)."""

from dataclasses import dataclass
from datetime import datetime

from protocols.epp_server.contact_requests import Disclosure, Phone, PostalInfo
from protocols.epp_server.domain_answers import Availability


@dataclass(frozen=True, slots=True)
class ContactChecks:
    """The answer to a check, in the order asked (`<contact:chkData>`)."""

    lines: tuple[Availability, ...]


@dataclass(frozen=True, slots=True)
class ContactInfo:
    """All that is told of a contact (`<contact:infData>`)."""

    contact_id: str
    roid: str
    statuses: tuple[str, ...]
    postal_infos: tuple[PostalInfo, ...]
    voice: Phone | None
    fax: Phone | None
    email: str
    client_id: str
    created_by: str
    created_at: datetime
    auth_info: str | None
    disclosure: Disclosure | None


@dataclass(frozen=True, slots=True)
class ContactCreated:
    """The answer to a create (`<contact:creData>`)."""

    contact_id: str
    created_at: datetime
