"""Reads the commands about contacts (RFC 5733 section 3)."""

import re
from typing import Final, get_args

from lxml.etree import _Element as Element

from protocols.epp_server.auth_info import read_auth_info, read_optional_auth_info
from protocols.epp_server.contact_requests import (
    CheckContacts,
    CreateContact,
    DeleteContact,
    DisclosedItem,
    Disclosure,
    InfoContact,
    Phone,
    PostalInfo,
    PostalType,
)
from protocols.epp_server.document import Children, blame, local_name
from protocols.epp_server.problem import refusal
from protocols.epp_server.result_code import ResultCode
from protocols.epp_server.simple_value import attribute, identifier, line, token

_POSTAL_TYPES: Final[tuple[PostalType, ...]] = get_args(PostalType)
_PHONE: Final = re.compile(r"(\+[0-9]{1,3}\.[0-9]{1,14})?")


def read_check(payload: Element) -> CheckContacts:
    """Read `<contact:check>`."""
    children = Children(payload)
    contact_ids = children.at_least_one("id")
    children.end()
    return CheckContacts(tuple(map(identifier, contact_ids)))


def read_info(payload: Element) -> InfoContact:
    """Read `<contact:info>`."""
    children = Children(payload)
    contact_id = children.required("id")
    auth_info = children.optional("authInfo")
    children.end()
    return InfoContact(identifier(contact_id), read_optional_auth_info(auth_info))


def read_create(payload: Element) -> CreateContact:
    """Read `<contact:create>`."""
    children = Children(payload)
    contact_id = children.required("id")
    postal_infos = children.at_least_one("postalInfo")
    voice = children.optional("voice")
    fax = children.optional("fax")
    email = children.required("email")
    auth_info = children.required("authInfo")
    disclosure = children.optional("disclose")
    children.end()
    return CreateContact(
        identifier(contact_id),
        tuple(map(_postal_info, postal_infos)),
        _phone(voice),
        _phone(fax),
        token(email, 1),
        read_auth_info(auth_info),
        None if disclosure is None else _disclosure(disclosure),
    )


def read_delete(payload: Element) -> DeleteContact:
    """Read `<contact:delete>`."""
    children = Children(payload)
    contact_id = children.required("id")
    children.end()
    return DeleteContact(identifier(contact_id))


def _postal_info(element: Element) -> PostalInfo:
    children = Children(element)
    name = children.required("name")
    organisation = children.optional("org")
    address = Children(children.required("addr"))
    children.end()
    street = address.many("street")
    city = address.required("city")
    province = address.optional("sp")
    postal_code = address.optional("pc")
    country = address.required("cc")
    address.end()
    return PostalInfo(
        kind=attribute(element, "type", _POSTAL_TYPES),
        name=line(name, 1, 255),
        organisation=None if organisation is None else line(organisation, 0, 255),
        street=tuple(line(part, 0, 255) for part in street),
        city=line(city, 1, 255),
        province=None if province is None else line(province, 0, 255),
        postal_code=None if postal_code is None else token(postal_code, 0, 16),
        country=token(country, 2, 2),
    )


def _phone(element: Element | None) -> Phone | None:
    if element is None:
        return None
    number = token(element, 0, 17)
    if not _PHONE.fullmatch(number):
        raise refusal(
            ResultCode.VALUE_SYNTAX,
            "a telephone number is written +1.5551234",
            culprit=blame(element, text=number),
        )
    return Phone(number, element.get("x"))


def _disclosure(element: Element) -> Disclosure:
    flag = attribute(element, "flag", ("0", "1", "true", "false"))
    children = Children(element)
    localised = [part for name in ("name", "org", "addr") for part in children.many(name)]
    plain = [
        part for name in ("voice", "fax", "email") if (part := children.optional(name)) is not None
    ]
    children.end()
    return Disclosure(
        shown=flag in {"1", "true"},
        items=(
            *(
                DisclosedItem(local_name(part), attribute(part, "type", _POSTAL_TYPES))
                for part in localised
            ),
            *(DisclosedItem(local_name(part)) for part in plain),
        ),
    )
