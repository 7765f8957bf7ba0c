"""What the registry remembers: one frozen record per object, message, account and counter.

Records turn into JSON and back (`table.py`), so that a registry started from what was stored goes
on exactly where the last one stopped.
"""

from dataclasses import dataclass, field
from datetime import datetime

from protocols.epp_server.contact_requests import Disclosure, Phone, PostalInfo
from protocols.epp_server.domain_answers import DomainTransfer
from protocols.epp_server.domain_requests import DomainContact
from protocols.epp_server.host_requests import Address


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """One registration.

    `statuses` are those set by somebody; `ok`, `inactive` and `pendingTransfer` follow from the
    rest. `transfer` is the latest one, pending or over.
    """

    name: str
    roid: str
    client_id: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    auth_info: str = field(repr=False)
    registrant: str | None = None
    contacts: tuple[DomainContact, ...] = ()
    nameservers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    updated_by: str | None = None
    updated_at: datetime | None = None
    transferred_at: datetime | None = None
    transfer: DomainTransfer | None = None

    @property
    def contact_ids(self) -> frozenset[str]:
        """Every contact that the domain refers to."""
        ids = frozenset(contact.contact_id for contact in self.contacts)
        return ids if self.registrant is None else ids | {self.registrant}

    @property
    def pending_transfer(self) -> DomainTransfer | None:
        """The transfer that waits for an answer."""
        transfer = self.transfer
        return transfer if transfer is not None and transfer.status == "pending" else None


@dataclass(frozen=True, slots=True)
class HostRecord:
    """One name server; `superordinate` is the domain of ours that it lies below, if any."""

    name: str
    roid: str
    client_id: str
    created_by: str
    created_at: datetime
    superordinate: str | None
    addresses: tuple[Address, ...]
    statuses: tuple[str, ...] = ()
    updated_by: str | None = None
    updated_at: datetime | None = None
    transferred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One person or organisation."""

    contact_id: str
    roid: str
    client_id: str
    created_by: str
    created_at: datetime
    postal_infos: tuple[PostalInfo, ...]
    voice: Phone | None
    fax: Phone | None
    email: str
    auth_info: str = field(repr=False)
    disclosure: Disclosure | None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message that waits in an account's queue."""

    message_id: str
    client_id: str
    queued_at: datetime
    text: str
    transfer: DomainTransfer


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account; its password is kept readable, for the operator is shown it to practise with."""

    client_id: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CounterRecord:
    """The last number given out, so that none is ever given twice."""

    name: str
    last: int
