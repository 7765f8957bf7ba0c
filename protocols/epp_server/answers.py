"""What the server says: a result, the data that goes with it, and the greeting."""

from dataclasses import dataclass
from datetime import datetime

from protocols.epp_server.contact_answers import ContactChecks, ContactCreated, ContactInfo
from protocols.epp_server.domain_answers import (
    DomainChecks,
    DomainCreated,
    DomainInfo,
    DomainRenewed,
    DomainTransfer,
)
from protocols.epp_server.host_answers import HostChecks, HostCreated, HostInfo
from protocols.epp_server.problem import Culprit
from protocols.epp_server.result_code import ResultCode

DomainAnswer = DomainChecks | DomainInfo | DomainCreated | DomainRenewed | DomainTransfer
HostAnswer = HostChecks | HostInfo | HostCreated
ContactAnswer = ContactChecks | ContactInfo | ContactCreated
ResponseData = DomainAnswer | HostAnswer | ContactAnswer


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the server offers (RFC 5730 section 2.4)."""

    server_id: str
    at: datetime
    object_uris: tuple[str, ...]
    extension_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueNotice:
    """The state of the client's message queue (`<msgQ>`, RFC 5730 section 2.6)."""

    count: int
    message_id: str
    queued_at: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, all but its transaction identifiers (RFC 5730 section 2.6)."""

    code: ResultCode
    data: ResponseData | None = None
    queue: QueueNotice | None = None
    reason: str | None = None
    culprit: Culprit | None = None
