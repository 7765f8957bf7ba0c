"""What registries tell of host objects (RFC 5732 sections 3 and 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from protocols.epp.children import Children
from protocols.epp.document import Element, boolean, token
from protocols.epp.namespaces import HOST


def _tag(name: str) -> str:
    return f"{{{HOST}}}{name}"


_NAME = _tag("name")
_STATUS = _tag("status")
_ADDRESS = _tag("addr")
_CREATED_AT = _tag("crDate")
_CHECKED = _tag("cd")
_REASON = _tag("reason")


@dataclass(frozen=True, slots=True)
class HostCheck:
    """Whether one host could be created now."""

    name: str
    available: bool
    reason: str | None = None
    """Why not, in the server's words."""


@dataclass(frozen=True, slots=True)
class HostChecks:
    """The answer to a check, in the server's order (RFC 5732 3.1.1)."""

    items: tuple[HostCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostInfo:
    """A host object as the registry shows it (RFC 5732 3.1.2)."""

    name: str
    roid: str
    statuses: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """IPv4 and IPv6, in the server's order."""
    sponsor: str
    """The registrar that holds it."""
    creator: str | None = None
    created_at: datetime | None = None
    updater: str | None = None
    updated_at: datetime | None = None
    transferred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostCreated:
    """A host object made (RFC 5732 3.2.1)."""

    name: str
    created_at: datetime


HostData: TypeAlias = HostChecks | HostInfo | HostCreated


def _read_checks(element: Element) -> HostChecks:
    return HostChecks(tuple(map(_read_check, Children(element).every(_CHECKED))))


def _read_check(element: Element) -> HostCheck:
    children = Children(element)
    name = children.require(_NAME)
    return HostCheck(
        name=token(name),
        available=boolean(name, "avail"),
        reason=children.optional_text(_REASON),
    )


def _read_info(element: Element) -> HostInfo:
    children = Children(element)
    return HostInfo(
        name=children.text(_NAME),
        roid=children.text(_tag("roid")),
        statuses=tuple(status.get("s", "") for status in children.every(_STATUS)),
        addresses=children.texts(_ADDRESS),
        sponsor=children.text(_tag("clID")),
        creator=children.optional_text(_tag("crID")),
        created_at=children.optional_moment(_CREATED_AT),
        updater=children.optional_text(_tag("upID")),
        updated_at=children.optional_moment(_tag("upDate")),
        transferred_at=children.optional_moment(_tag("trDate")),
    )


def _read_created(element: Element) -> HostCreated:
    children = Children(element)
    return HostCreated(name=children.text(_NAME), created_at=children.moment(_CREATED_AT))


HOST_READERS: Final[Mapping[str, Callable[[Element], HostData]]] = {
    _tag("chkData"): _read_checks,
    _tag("infData"): _read_info,
    _tag("creData"): _read_created,
}
"""By the qualified name of the child of `<resData>`. Each raises InvalidElement."""
