"""What registries tell of contacts (RFC 5733 sections 3 and 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from protocols.epp.children import Children
from protocols.epp.contact_commands import Disclosure, PostalInfo, PostalKind
from protocols.epp.document import Element, boolean, token
from protocols.epp.namespaces import CONTACT


def _tag(name: str) -> str:
    return f"{{{CONTACT}}}{name}"


_ID = _tag("id")
_NAME = _tag("name")
_ORGANISATION = _tag("org")
_ADDRESS = _tag("addr")
_STATUS = _tag("status")
_VOICE = _tag("voice")
_FAX = _tag("fax")
_EMAIL = _tag("email")
_CREATED_AT = _tag("crDate")
_CHECKED = _tag("cd")
_REASON = _tag("reason")


@dataclass(frozen=True, slots=True)
class ContactCheck:
    """Whether one identifier is free."""

    id: str
    available: bool
    reason: str | None = None
    """Why not, in the server's words."""


@dataclass(frozen=True, slots=True)
class ContactChecks:
    """The answer to a check, in the server's order (RFC 5733 3.1.1)."""

    items: tuple[ContactCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactInfo:
    """A contact as the registry shows it (RFC 5733 3.1.2)."""

    id: str
    roid: str
    statuses: tuple[str, ...] = ()
    postal_infos: tuple[PostalInfo, ...] = ()
    voice: str | None = None
    """`+1.7035555555`, with an extension `+1.7035555555x1234`."""
    fax: str | None = None
    email: str | None = None
    sponsor: str
    """The registrar that holds it."""
    creator: str | None = None
    created_at: datetime | None = None
    updater: str | None = None
    updated_at: datetime | None = None
    transferred_at: datetime | None = None
    auth_info: str | None = field(default=None, repr=False)
    disclosure: Disclosure | None = None


@dataclass(frozen=True, slots=True)
class ContactCreated:
    """A contact made (RFC 5733 3.2.1)."""

    id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTransfer:
    """The state of a contact's change of registrar, as the poll queue tells it (RFC 5733 3.2.4)."""

    id: str
    status: str
    """`pending`, `clientApproved`, `serverCancelled` …"""
    requested_by: str
    requested_at: datetime
    acted_by: str
    act_by_at: datetime
    """While pending: when the registry decides by itself; afterwards: when it was decided."""


ContactData: TypeAlias = ContactChecks | ContactInfo | ContactCreated | ContactTransfer


def _read_checks(element: Element) -> ContactChecks:
    return ContactChecks(tuple(map(_read_check, Children(element).every(_CHECKED))))


def _read_check(element: Element) -> ContactCheck:
    children = Children(element)
    identifier = children.require(_ID)
    return ContactCheck(
        id=token(identifier),
        available=boolean(identifier, "avail"),
        reason=children.optional_text(_REASON),
    )


def _read_info(element: Element) -> ContactInfo:
    children = Children(element)
    auth_info = children.get(_tag("authInfo"))
    disclosure = children.get(_tag("disclose"))
    return ContactInfo(
        id=children.text(_ID),
        roid=children.text(_tag("roid")),
        statuses=tuple(status.get("s", "") for status in children.every(_STATUS)),
        postal_infos=tuple(map(_read_postal_info, children.every(_tag("postalInfo")))),
        voice=_read_telephone(children.get(_VOICE)),
        fax=_read_telephone(children.get(_FAX)),
        email=children.optional_text(_EMAIL),
        sponsor=children.text(_tag("clID")),
        creator=children.optional_text(_tag("crID")),
        created_at=children.optional_moment(_CREATED_AT),
        updater=children.optional_text(_tag("upID")),
        updated_at=children.optional_moment(_tag("upDate")),
        transferred_at=children.optional_moment(_tag("trDate")),
        auth_info=None if auth_info is None else Children(auth_info).optional_text(_tag("pw")),
        disclosure=None if disclosure is None else _read_disclosure(disclosure),
    )


def _read_postal_info(element: Element) -> PostalInfo:
    children = Children(element)
    address = Children(children.require(_ADDRESS))
    return PostalInfo(
        kind=_read_kind(element),
        name=children.text(_NAME),
        organisation=children.optional_text(_ORGANISATION),
        street=address.texts(_tag("street")),
        city=address.text(_tag("city")),
        province=address.optional_text(_tag("sp")),
        postal_code=address.optional_text(_tag("pc")),
        country=address.text(_tag("cc")),
    )


def _read_kind(element: Element) -> PostalKind:
    return "loc" if element.get("type") == "loc" else "int"


def _read_telephone(element: Element | None) -> str | None:
    if element is None or not token(element):
        return None
    extension = element.get("x")
    return f"{token(element)}x{extension}" if extension else token(element)


def _read_disclosure(element: Element) -> Disclosure:
    children = Children(element)
    return Disclosure(
        allowed=boolean(element, "flag"),
        names=tuple(_read_kind(each) for each in children.every(_NAME)),
        organisations=tuple(_read_kind(each) for each in children.every(_ORGANISATION)),
        addresses=tuple(_read_kind(each) for each in children.every(_ADDRESS)),
        voice=children.get(_VOICE) is not None,
        fax=children.get(_FAX) is not None,
        email=children.get(_EMAIL) is not None,
    )


def _read_created(element: Element) -> ContactCreated:
    children = Children(element)
    return ContactCreated(id=children.text(_ID), created_at=children.moment(_CREATED_AT))


def _read_transfer(element: Element) -> ContactTransfer:
    children = Children(element)
    return ContactTransfer(
        id=children.text(_ID),
        status=children.text(_tag("trStatus")),
        requested_by=children.text(_tag("reID")),
        requested_at=children.moment(_tag("reDate")),
        acted_by=children.text(_tag("acID")),
        act_by_at=children.moment(_tag("acDate")),
    )


CONTACT_READERS: Final[Mapping[str, Callable[[Element], ContactData]]] = {
    _tag("chkData"): _read_checks,
    _tag("infData"): _read_info,
    _tag("creData"): _read_created,
    _tag("trnData"): _read_transfer,
}
"""By the qualified name of the child of `<resData>`. Each raises InvalidElement."""
