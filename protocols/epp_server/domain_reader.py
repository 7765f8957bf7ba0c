"""Reads the commands about domains (RFC 5731 section 3)."""

from typing import Final, get_args

from lxml.etree import _Element as Element

from protocols.epp_server.auth_info import read_auth_info, read_optional_auth_info
from protocols.epp_server.document import Children, blame
from protocols.epp_server.domain_requests import (
    CheckDomains,
    ContactRole,
    CreateDomain,
    DeleteDomain,
    DomainContact,
    DomainParts,
    HostsWanted,
    InfoDomain,
    Period,
    RenewDomain,
    TransferDomain,
    TransferOperation,
    UpdateDomain,
)
from protocols.epp_server.problem import refusal
from protocols.epp_server.result_code import ResultCode
from protocols.epp_server.simple_value import (
    attribute,
    calendar_date,
    identifier,
    label,
    token,
    whole_number,
)

DOMAIN_STATUSES: Final = (
    "clientDeleteProhibited",
    "clientHold",
    "clientRenewProhibited",
    "clientTransferProhibited",
    "clientUpdateProhibited",
    "inactive",
    "ok",
    "pendingCreate",
    "pendingDelete",
    "pendingRenew",
    "pendingTransfer",
    "pendingUpdate",
    "serverDeleteProhibited",
    "serverHold",
    "serverRenewProhibited",
    "serverTransferProhibited",
    "serverUpdateProhibited",
)
_ROLES: Final[tuple[ContactRole, ...]] = get_args(ContactRole)
_HOSTS: Final[tuple[HostsWanted, ...]] = get_args(HostsWanted)


def read_check(payload: Element) -> CheckDomains:
    """Read `<domain:check>`."""
    children = Children(payload)
    names = children.at_least_one("name")
    children.end()
    return CheckDomains(tuple(map(label, names)))


def read_info(payload: Element) -> InfoDomain:
    """Read `<domain:info>`."""
    children = Children(payload)
    name = children.required("name")
    auth_info = children.optional("authInfo")
    children.end()
    return InfoDomain(
        label(name),
        attribute(name, "hosts", _HOSTS, "all"),
        read_optional_auth_info(auth_info),
    )


def read_create(payload: Element) -> CreateDomain:
    """Read `<domain:create>`."""
    children = Children(payload)
    name = children.required("name")
    period = children.optional("period")
    nameservers = children.optional("ns")
    registrant = children.optional("registrant")
    contacts = children.many("contact")
    auth_info = children.required("authInfo")
    children.end()
    return CreateDomain(
        label(name),
        _period(period),
        _nameservers(nameservers),
        None if registrant is None else identifier(registrant),
        tuple(map(_contact, contacts)),
        read_auth_info(auth_info),
    )


def read_renew(payload: Element) -> RenewDomain:
    """Read `<domain:renew>`."""
    children = Children(payload)
    name = children.required("name")
    expiry = children.required("curExpDate")
    period = children.optional("period")
    children.end()
    return RenewDomain(label(name), calendar_date(expiry), _period(period))


def read_delete(payload: Element) -> DeleteDomain:
    """Read `<domain:delete>`."""
    children = Children(payload)
    name = children.required("name")
    children.end()
    return DeleteDomain(label(name))


def read_transfer(payload: Element, operation: TransferOperation) -> TransferDomain:
    """Read `<domain:transfer>`; the operation stands on the command's own element."""
    children = Children(payload)
    name = children.required("name")
    period = children.optional("period")
    auth_info = children.optional("authInfo")
    children.end()
    return TransferDomain(
        label(name), operation, _period(period), read_optional_auth_info(auth_info)
    )


def read_update(payload: Element) -> UpdateDomain:
    """Read `<domain:update>`."""
    children = Children(payload)
    name = children.required("name")
    add = children.optional("add")
    remove = children.optional("rem")
    change = children.optional("chg")
    children.end()
    registrant, auth_info = (None, None) if change is None else _change(change)
    return UpdateDomain(
        label(name),
        None if add is None else _parts(add),
        None if remove is None else _parts(remove),
        registrant,
        auth_info,
    )


def _change(element: Element) -> tuple[str | None, str | None]:
    children = Children(element)
    registrant = children.optional("registrant")
    auth_info = children.optional("authInfo")
    children.end()
    return (
        None if registrant is None else token(registrant, 0, 16),
        None if auth_info is None else read_auth_info(auth_info, may_be_null=True),
    )


def _parts(element: Element) -> DomainParts:
    children = Children(element)
    nameservers = children.optional("ns")
    contacts = children.many("contact")
    statuses = children.many("status")
    children.end()
    return DomainParts(
        _nameservers(nameservers),
        tuple(map(_contact, contacts)),
        tuple(attribute(status, "s", DOMAIN_STATUSES) for status in statuses),
    )


def _period(element: Element | None) -> Period | None:
    if element is None:
        return None
    unit = attribute(element, "unit", ("y", "m"))
    return Period(whole_number(element, 1, 99), "y" if unit == "y" else "m")


def _nameservers(element: Element | None) -> tuple[str, ...]:
    if element is None:
        return ()
    children = Children(element)
    by_attribute = children.optional("hostAttr")
    if by_attribute is not None:
        raise refusal(
            ResultCode.UNIMPLEMENTED_OPTION,
            "name servers are host objects here",
            culprit=blame(by_attribute),
        )
    hosts = children.at_least_one("hostObj")
    children.end()
    return tuple(map(label, hosts))


def _contact(element: Element) -> DomainContact:
    return DomainContact(identifier(element), attribute(element, "type", _ROLES))
