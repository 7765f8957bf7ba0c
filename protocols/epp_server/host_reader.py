"""Reads the commands about hosts (RFC 5732 section 3)."""

from typing import Final, get_args

from lxml.etree import _Element as Element

from protocols.epp_server.document import Children
from protocols.epp_server.host_requests import (
    Address,
    CheckHosts,
    CreateHost,
    DeleteHost,
    HostParts,
    InfoHost,
    IpVersion,
    UpdateHost,
)
from protocols.epp_server.simple_value import attribute, label, token

HOST_STATUSES: Final = (
    "clientDeleteProhibited",
    "clientUpdateProhibited",
    "linked",
    "ok",
    "pendingCreate",
    "pendingDelete",
    "pendingTransfer",
    "pendingUpdate",
    "serverDeleteProhibited",
    "serverUpdateProhibited",
)
_VERSIONS: Final[tuple[IpVersion, ...]] = get_args(IpVersion)


def read_check(payload: Element) -> CheckHosts:
    """Read `<host:check>`."""
    children = Children(payload)
    names = children.at_least_one("name")
    children.end()
    return CheckHosts(tuple(map(label, names)))


def read_info(payload: Element) -> InfoHost:
    """Read `<host:info>`."""
    return InfoHost(_only_name(payload))


def read_create(payload: Element) -> CreateHost:
    """Read `<host:create>`."""
    children = Children(payload)
    name = children.required("name")
    addresses = children.many("addr")
    children.end()
    return CreateHost(label(name), tuple(map(_address, addresses)))


def read_delete(payload: Element) -> DeleteHost:
    """Read `<host:delete>`."""
    return DeleteHost(_only_name(payload))


def read_update(payload: Element) -> UpdateHost:
    """Read `<host:update>`."""
    children = Children(payload)
    name = children.required("name")
    add = children.optional("add")
    remove = children.optional("rem")
    change = children.optional("chg")
    children.end()
    return UpdateHost(
        label(name),
        None if add is None else _parts(add),
        None if remove is None else _parts(remove),
        None if change is None else _only_name(change),
    )


def _only_name(element: Element) -> str:
    children = Children(element)
    name = children.required("name")
    children.end()
    return label(name)


def _parts(element: Element) -> HostParts:
    children = Children(element)
    addresses = children.many("addr")
    statuses = children.many("status")
    children.end()
    return HostParts(
        tuple(map(_address, addresses)),
        tuple(attribute(status, "s", HOST_STATUSES) for status in statuses),
    )


def _address(element: Element) -> Address:
    return Address(token(element, 3, 45), attribute(element, "ip", _VERSIONS, "v4"))
