"""Writing commands about domain names (RFC 5731 section 3), elements in the schema's order."""

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from protocols.epp.domain_commands import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    DomainCommand,
    DomainContact,
    HostAttribute,
    InfoDomain,
    Nameserver,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from protocols.epp.errors import InvalidCommand
from protocols.epp.escaping import escape
from protocols.epp.host_encoding import address_family
from protocols.epp.namespaces import DOMAIN

_XMLNS = f'xmlns:domain="{DOMAIN}"'


def domain_verb(command: DomainCommand) -> str:
    """The child of `<command>` that is the command."""
    match command:
        case CheckDomains():
            return _check(command)
        case InfoDomain():
            return _info(command)
        case CreateDomain():
            return _create(command)
        case RenewDomain():
            return _renew(command)
        case DeleteDomain(name=name):
            return f"<delete><domain:delete {_XMLNS}>{_name(name)}</domain:delete></delete>"
        case UpdateDomain():
            return _update(command)
        case TransferDomain():
            return _transfer(command)
        case _ as never:
            assert_never(never)


def _check(command: CheckDomains) -> str:
    if not command.names:
        raise InvalidCommand(label=command.label, reason="names no domain")
    names = "".join(map(_name, command.names))
    return f"<check><domain:check {_XMLNS}>{names}</domain:check></check>"


def _info(command: InfoDomain) -> str:
    auth_info = "" if command.auth_info is None else _auth_info(command.auth_info)
    return (
        f'<info><domain:info {_XMLNS}><domain:name hosts="{command.hosts}">'
        f"{escape(command.name)}</domain:name>{auth_info}</domain:info></info>"
    )


def _create(command: CreateDomain) -> str:
    registrant = (
        ""
        if command.registrant is None
        else f"<domain:registrant>{escape(command.registrant)}</domain:registrant>"
    )
    return (
        f"<create><domain:create {_XMLNS}>{_name(command.name)}{_period(command.years)}"
        f"{_nameservers(command.label, command.nameservers)}{registrant}"
        f"{_contacts(command.contacts)}{_auth_info(command.auth_info)}</domain:create></create>"
    )


def _renew(command: RenewDomain) -> str:
    return (
        f"<renew><domain:renew {_XMLNS}>{_name(command.name)}"
        f"<domain:curExpDate>{date.isoformat(command.current_expiry)}</domain:curExpDate>"
        f"{_period(command.years)}</domain:renew></renew>"
    )


def _update(command: UpdateDomain) -> str:
    added = (
        _nameservers(command.label, command.add_nameservers)
        + _contacts(command.add_contacts)
        + _statuses(command.add_statuses)
    )
    removed = (
        _nameservers(command.label, command.remove_nameservers)
        + _contacts(command.remove_contacts)
        + _statuses(command.remove_statuses)
    )
    changed = ""
    if command.new_registrant is not None:
        changed += f"<domain:registrant>{escape(command.new_registrant)}</domain:registrant>"
    if command.new_auth_info is not None:
        changed += _new_auth_info(command.new_auth_info)
    return (
        f"<update><domain:update {_XMLNS}>{_name(command.name)}{_unless_empty('add', added)}"
        f"{_unless_empty('rem', removed)}{_unless_empty('chg', changed)}</domain:update></update>"
    )


def _transfer(command: TransferDomain) -> str:
    auth_info = "" if command.auth_info is None else _auth_info(command.auth_info)
    return (
        f'<transfer op="{command.operation}"><domain:transfer {_XMLNS}>{_name(command.name)}'
        f"{_period(command.years)}{auth_info}</domain:transfer></transfer>"
    )


def _name(name: str) -> str:
    return f"<domain:name>{escape(name)}</domain:name>"


def _period(years: int | None) -> str:
    return "" if years is None else f'<domain:period unit="y">{years}</domain:period>'


def _nameservers(label: str, nameservers: tuple[Nameserver, ...]) -> str:
    written = "".join(map(_nameserver, nameservers))
    if len({type(nameserver) for nameserver in nameservers}) > 1:
        raise InvalidCommand(label=label, reason="mixes host objects and host attributes")
    return _unless_empty("ns", written)


def _nameserver(nameserver: Nameserver) -> str:
    match nameserver:
        case str():
            return f"<domain:hostObj>{escape(nameserver)}</domain:hostObj>"
        case HostAttribute(name=name, addresses=addresses):
            written = "".join(
                f'<domain:hostAddr ip="{address_family(address)}">'
                f"{escape(address)}</domain:hostAddr>"
                for address in addresses
            )
            return (
                f"<domain:hostAttr><domain:hostName>{escape(name)}</domain:hostName>"
                f"{written}</domain:hostAttr>"
            )
        case _ as never:
            assert_never(never)


def _contacts(contacts: Iterable[DomainContact]) -> str:
    return "".join(
        f'<domain:contact type="{escape(contact.role)}">{escape(contact.id)}</domain:contact>'
        for contact in contacts
    )


def _statuses(statuses: Iterable[str]) -> str:
    return "".join(f'<domain:status s="{escape(status)}"/>' for status in statuses)


def _auth_info(password: str) -> str:
    return f"<domain:authInfo><domain:pw>{escape(password)}</domain:pw></domain:authInfo>"


def _new_auth_info(password: str) -> str:
    if not password:
        return "<domain:authInfo><domain:null/></domain:authInfo>"
    return _auth_info(password)


def _unless_empty(element: str, content: str) -> str:
    return f"<domain:{element}>{content}</domain:{element}>" if content else ""
