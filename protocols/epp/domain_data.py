"""What registries tell of domain names (RFC 5731 sections 3 and 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from protocols.epp.children import Children
from protocols.epp.document import Element, boolean, token
from protocols.epp.domain_commands import DomainContact, HostAttribute
from protocols.epp.namespaces import DOMAIN, EPP


def _tag(name: str) -> str:
    return f"{{{DOMAIN}}}{name}"


_NAME = _tag("name")
_ROID = _tag("roid")
_STATUS = _tag("status")
_REGISTRANT = _tag("registrant")
_CONTACT = _tag("contact")
_NAMESERVERS = _tag("ns")
_HOST_OBJECT = _tag("hostObj")
_HOST_ATTRIBUTE = _tag("hostAttr")
_HOST_NAME = _tag("hostName")
_HOST_ADDRESS = _tag("hostAddr")
_HOST = _tag("host")
_SPONSOR = _tag("clID")
_CREATOR = _tag("crID")
_CREATED_AT = _tag("crDate")
_UPDATER = _tag("upID")
_UPDATED_AT = _tag("upDate")
_EXPIRES_AT = _tag("exDate")
_TRANSFERRED_AT = _tag("trDate")
_AUTH_INFO = _tag("authInfo")
_PASSWORD = _tag("pw")
_CHECKED = _tag("cd")
_REASON = _tag("reason")
_TRANSFER_STATUS = _tag("trStatus")
_REQUESTED_BY = _tag("reID")
_REQUESTED_AT = _tag("reDate")
_ACTED_BY = _tag("acID")
_ACT_BY_AT = _tag("acDate")
_PENDING_TRANSACTION = _tag("paTRID")
_PENDING_AT = _tag("paDate")
_CLIENT_TRANSACTION = f"{{{EPP}}}clTRID"
_SERVER_TRANSACTION = f"{{{EPP}}}svTRID"


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """Whether one name could be created now."""

    name: str
    available: bool
    reason: str | None = None
    """Why not, in the server's words."""


@dataclass(frozen=True, slots=True)
class DomainChecks:
    """The answer to a check, in the server's order (RFC 5731 3.1.1)."""

    items: tuple[DomainCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainInfo:
    """A domain as the registry shows it to us; others' domains show less (RFC 5731 3.1.2)."""

    name: str
    roid: str
    statuses: tuple[str, ...] = ()
    registrant: str | None = None
    contacts: tuple[DomainContact, ...] = ()
    nameservers: tuple[str, ...] = ()
    """Names, however the registry keeps its hosts."""
    host_attributes: tuple[HostAttribute, ...] = ()
    """The same name servers with their addresses, where hosts are attributes of the domain."""
    hosts: tuple[str, ...] = ()
    """Host objects below this domain."""
    sponsor: str
    """The registrar that holds it."""
    creator: str | None = None
    created_at: datetime | None = None
    updater: str | None = None
    updated_at: datetime | None = None
    expires_at: datetime | None = None
    transferred_at: datetime | None = None
    auth_info: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DomainCreated:
    """A registration made, or put in line when the answer's code is 1001 (RFC 5731 3.2.1)."""

    name: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DomainRenewed:
    """A registration extended (RFC 5731 3.2.3)."""

    name: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainTransfer:
    """The state of a change of registrar, answered or polled (RFC 5731 3.1.3 and 3.2.4)."""

    name: str
    status: str
    """`pending`, `clientApproved`, `serverCancelled` …"""
    requested_by: str
    requested_at: datetime
    acted_by: str
    act_by_at: datetime
    """While pending: when the registry decides by itself; afterwards: when it was decided."""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPending:
    """The end of an action that was answered 1001, from the poll queue (RFC 5731 section 3.3)."""

    name: str
    succeeded: bool
    cltrid: str | None
    """The command that began it."""
    svtrid: str
    at: datetime


DomainData: TypeAlias = (
    DomainChecks | DomainInfo | DomainCreated | DomainRenewed | DomainTransfer | DomainPending
)


def _read_checks(element: Element) -> DomainChecks:
    return DomainChecks(tuple(map(_read_check, Children(element).every(_CHECKED))))


def _read_check(element: Element) -> DomainCheck:
    children = Children(element)
    name = children.require(_NAME)
    return DomainCheck(
        name=token(name),
        available=boolean(name, "avail"),
        reason=children.optional_text(_REASON),
    )


def _read_info(element: Element) -> DomainInfo:
    children = Children(element)
    host_objects, host_attributes = _read_nameservers(children.get(_NAMESERVERS))
    auth_info = children.get(_AUTH_INFO)
    return DomainInfo(
        name=children.text(_NAME),
        roid=children.text(_ROID),
        statuses=tuple([status.get("s", "") for status in children.every(_STATUS)]),
        registrant=children.optional_text(_REGISTRANT),
        contacts=tuple(map(_read_contact, children.every(_CONTACT))),
        nameservers=host_objects + tuple([host.name for host in host_attributes]),
        host_attributes=host_attributes,
        hosts=children.texts(_HOST),
        sponsor=children.text(_SPONSOR),
        creator=children.optional_text(_CREATOR),
        created_at=children.optional_moment(_CREATED_AT),
        updater=children.optional_text(_UPDATER),
        updated_at=children.optional_moment(_UPDATED_AT),
        expires_at=children.optional_moment(_EXPIRES_AT),
        transferred_at=children.optional_moment(_TRANSFERRED_AT),
        auth_info=None if auth_info is None else Children(auth_info).optional_text(_PASSWORD),
    )


def _read_contact(element: Element) -> DomainContact:
    return DomainContact(role=element.get("type", ""), id=token(element))


def _read_nameservers(
    element: Element | None,
) -> tuple[tuple[str, ...], tuple[HostAttribute, ...]]:
    if element is None:
        return (), ()
    children = Children(element)
    host_attributes = tuple(map(_read_host_attribute, children.every(_HOST_ATTRIBUTE)))
    return children.texts(_HOST_OBJECT), host_attributes


def _read_host_attribute(element: Element) -> HostAttribute:
    children = Children(element)
    return HostAttribute(name=children.text(_HOST_NAME), addresses=children.texts(_HOST_ADDRESS))


def _read_created(element: Element) -> DomainCreated:
    children = Children(element)
    return DomainCreated(
        name=children.text(_NAME),
        created_at=children.moment(_CREATED_AT),
        expires_at=children.optional_moment(_EXPIRES_AT),
    )


def _read_renewed(element: Element) -> DomainRenewed:
    children = Children(element)
    return DomainRenewed(
        name=children.text(_NAME), expires_at=children.optional_moment(_EXPIRES_AT)
    )


def _read_transfer(element: Element) -> DomainTransfer:
    children = Children(element)
    return DomainTransfer(
        name=children.text(_NAME),
        status=children.text(_TRANSFER_STATUS),
        requested_by=children.text(_REQUESTED_BY),
        requested_at=children.moment(_REQUESTED_AT),
        acted_by=children.text(_ACTED_BY),
        act_by_at=children.moment(_ACT_BY_AT),
        expires_at=children.optional_moment(_EXPIRES_AT),
    )


def _read_pending(element: Element) -> DomainPending:
    children = Children(element)
    name = children.require(_NAME)
    transaction = Children(children.require(_PENDING_TRANSACTION))
    return DomainPending(
        name=token(name),
        succeeded=boolean(name, "paResult"),
        cltrid=transaction.optional_text(_CLIENT_TRANSACTION),
        svtrid=transaction.text(_SERVER_TRANSACTION),
        at=children.moment(_PENDING_AT),
    )


DOMAIN_READERS: Final[Mapping[str, Callable[[Element], DomainData]]] = {
    _tag("chkData"): _read_checks,
    _tag("infData"): _read_info,
    _tag("creData"): _read_created,
    _tag("renData"): _read_renewed,
    _tag("trnData"): _read_transfer,
    _tag("panData"): _read_pending,
}
"""By the qualified name of the child of `<resData>`. Each raises InvalidElement."""
