"""Writing commands about contacts (RFC 5733 section 3), elements in the schema's order."""

from collections.abc import Iterable
from typing import assert_never

from protocols.epp.contact_commands import (
    CheckContacts,
    ContactCommand,
    CreateContact,
    DeleteContact,
    Disclosure,
    InfoContact,
    PostalInfo,
    PostalKind,
)
from protocols.epp.errors import InvalidCommand
from protocols.epp.escaping import escape
from protocols.epp.namespaces import CONTACT

_XMLNS = f'xmlns:contact="{CONTACT}"'
_MOST_POSTAL_INFOS = 2
_MOST_STREET_LINES = 3


def contact_verb(command: ContactCommand) -> str:
    """The child of `<command>` that is the command."""
    match command:
        case CheckContacts():
            return _check(command)
        case InfoContact():
            return _info(command)
        case CreateContact():
            return _create(command)
        case DeleteContact(id=identifier):
            contact_id = _leaf("id", identifier)
            return f"<delete><contact:delete {_XMLNS}>{contact_id}</contact:delete></delete>"
        case _ as never:
            assert_never(never)


def _check(command: CheckContacts) -> str:
    if not command.ids:
        raise InvalidCommand(label=command.label, reason="names no contact")
    ids = "".join(_leaf("id", identifier) for identifier in command.ids)
    return f"<check><contact:check {_XMLNS}>{ids}</contact:check></check>"


def _info(command: InfoContact) -> str:
    auth_info = "" if command.auth_info is None else _auth_info(command.auth_info)
    contact_id = _leaf("id", command.id)
    return f"<info><contact:info {_XMLNS}>{contact_id}{auth_info}</contact:info></info>"


def _create(command: CreateContact) -> str:
    if not 1 <= len(command.postal_infos) <= _MOST_POSTAL_INFOS:
        raise InvalidCommand(label=command.label, reason="needs one or two postal infos")
    if any(len(postal.street) > _MOST_STREET_LINES for postal in command.postal_infos):
        raise InvalidCommand(label=command.label, reason="has more than three street lines")
    return (
        f"<create><contact:create {_XMLNS}>{_leaf('id', command.id)}"
        f"{''.join(map(_postal_info, command.postal_infos))}"
        f"{_telephone('voice', command.voice)}{_telephone('fax', command.fax)}"
        f"{_leaf('email', command.email)}{_auth_info(command.auth_info)}"
        f"{_disclosure(command.disclosure)}</contact:create></create>"
    )


def _postal_info(postal: PostalInfo) -> str:
    street = "".join(_leaf("street", line) for line in postal.street)
    return (
        f'<contact:postalInfo type="{postal.kind}">{_leaf("name", postal.name)}'
        f"{_leaf('org', postal.organisation)}<contact:addr>{street}{_leaf('city', postal.city)}"
        f"{_leaf('sp', postal.province)}{_leaf('pc', postal.postal_code)}"
        f"{_leaf('cc', postal.country)}</contact:addr></contact:postalInfo>"
    )


def _telephone(element: str, number: str | None) -> str:
    if number is None:
        return ""
    subscriber, _, extension = number.partition("x")
    attribute = f' x="{escape(extension)}"' if extension else ""
    return f"<contact:{element}{attribute}>{escape(subscriber)}</contact:{element}>"


def _disclosure(disclosure: Disclosure | None) -> str:
    if disclosure is None:
        return ""
    return (
        f'<contact:disclose flag="{disclosure.allowed:d}">'
        f"{_by_kind('name', disclosure.names)}{_by_kind('org', disclosure.organisations)}"
        f"{_by_kind('addr', disclosure.addresses)}"
        f"{'<contact:voice/>' if disclosure.voice else ''}"
        f"{'<contact:fax/>' if disclosure.fax else ''}"
        f"{'<contact:email/>' if disclosure.email else ''}</contact:disclose>"
    )


def _by_kind(element: str, kinds: Iterable[PostalKind]) -> str:
    return "".join(f'<contact:{element} type="{kind}"/>' for kind in kinds)


def _auth_info(password: str) -> str:
    return f"<contact:authInfo><contact:pw>{escape(password)}</contact:pw></contact:authInfo>"


def _leaf(element: str, text: str | None) -> str:
    return "" if text is None else f"<contact:{element}>{escape(text)}</contact:{element}>"
