"""Data units as a client writes them: literal XML, made by no encoder of ours."""

from typing import Final

EPP: Final = "urn:ietf:params:xml:ns:epp-1.0"
DOMAIN: Final = "urn:ietf:params:xml:ns:domain-1.0"
HOST: Final = "urn:ietf:params:xml:ns:host-1.0"
CONTACT: Final = "urn:ietf:params:xml:ns:contact-1.0"

_D: Final = f'xmlns:domain="{DOMAIN}"'
_H: Final = f'xmlns:host="{HOST}"'
_C: Final = f'xmlns:contact="{CONTACT}"'


def epp(content: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><epp xmlns="{EPP}">{content}</epp>'
    ).encode()


def command(content: str, trid: str = "TEST-0001") -> bytes:
    return epp(f"<command>{content}<clTRID>{trid}</clTRID></command>")


def hello() -> bytes:
    return epp("<hello/>")


def login(
    client_id: str,
    password: str,
    *,
    new: str | None = None,
    version: str = "1.0",
    lang: str = "en",
    uris: tuple[str, ...] = (DOMAIN, HOST),
    extensions: tuple[str, ...] = (),
) -> bytes:
    new_pw = "" if new is None else f"<newPW>{new}</newPW>"
    services = "".join(f"<objURI>{uri}</objURI>" for uri in uris)
    menu = "".join(f"<extURI>{uri}</extURI>" for uri in extensions)
    services += f"<svcExtension>{menu}</svcExtension>" if extensions else ""
    return command(
        f"<login><clID>{client_id}</clID><pw>{password}</pw>{new_pw}"
        f"<options><version>{version}</version><lang>{lang}</lang></options>"
        f"<svcs>{services}</svcs></login>"
    )


def logout() -> bytes:
    return command("<logout/>")


def poll_req() -> bytes:
    return command('<poll op="req"/>')


def poll_ack(message_id: str) -> bytes:
    return command(f'<poll op="ack" msgID="{message_id}"/>')


def domain_check(*names: str) -> bytes:
    listed = "".join(f"<domain:name>{name}</domain:name>" for name in names)
    return command(f"<check><domain:check {_D}>{listed}</domain:check></check>")


def domain_info(name: str, *, hosts: str | None = None, pw: str | None = None) -> bytes:
    wanted = "" if hosts is None else f' hosts="{hosts}"'
    return command(
        f"<info><domain:info {_D}><domain:name{wanted}>{name}</domain:name>{_auth(pw)}"
        "</domain:info></info>"
    )


def domain_create(
    name: str,
    *,
    period: tuple[int, str] | None = None,
    ns: tuple[str, ...] = (),
    registrant: str | None = None,
    contacts: tuple[tuple[str, str], ...] = (),
    pw: str = "2fooBAR",
) -> bytes:
    who = "" if registrant is None else f"<domain:registrant>{registrant}</domain:registrant>"
    return command(
        f"<create><domain:create {_D}><domain:name>{name}</domain:name>{_period(period)}"
        f"{ns_block(*ns)}{who}{contact_block(*contacts)}{_auth(pw)}</domain:create></create>"
    )


def domain_renew(name: str, expiry: str, period: tuple[int, str] | None = None) -> bytes:
    return command(
        f"<renew><domain:renew {_D}><domain:name>{name}</domain:name>"
        f"<domain:curExpDate>{expiry}</domain:curExpDate>{_period(period)}</domain:renew></renew>"
    )


def domain_delete(name: str) -> bytes:
    return command(
        f"<delete><domain:delete {_D}><domain:name>{name}</domain:name></domain:delete></delete>"
    )


def domain_update(name: str, *, add: str = "", rem: str = "", chg: str = "") -> bytes:
    parts = "".join(
        f"<domain:{part}>{content}</domain:{part}>"
        for part, content in (("add", add), ("rem", rem), ("chg", chg))
        if content
    )
    return command(
        f"<update><domain:update {_D}><domain:name>{name}</domain:name>{parts}"
        "</domain:update></update>"
    )


def domain_transfer(
    op: str, name: str, *, pw: str | None = None, period: tuple[int, str] | None = None
) -> bytes:
    return command(
        f'<transfer op="{op}"><domain:transfer {_D}><domain:name>{name}</domain:name>'
        f"{_period(period)}{_auth(pw)}</domain:transfer></transfer>"
    )


def ns_block(*hosts: str) -> str:
    listed = "".join(f"<domain:hostObj>{host}</domain:hostObj>" for host in hosts)
    return f"<domain:ns>{listed}</domain:ns>" if hosts else ""


def contact_block(*contacts: tuple[str, str]) -> str:
    return "".join(
        f'<domain:contact type="{role}">{contact_id}</domain:contact>'
        for contact_id, role in contacts
    )


def domain_status(*statuses: str) -> str:
    return "".join(f'<domain:status s="{status}"/>' for status in statuses)


def domain_secret(pw: str | None) -> str:
    inner = "<domain:null/>" if pw is None else f"<domain:pw>{pw}</domain:pw>"
    return f"<domain:authInfo>{inner}</domain:authInfo>"


def host_check(*names: str) -> bytes:
    listed = "".join(f"<host:name>{name}</host:name>" for name in names)
    return command(f"<check><host:check {_H}>{listed}</host:check></check>")


def host_info(name: str) -> bytes:
    return command(f"<info><host:info {_H}><host:name>{name}</host:name></host:info></info>")


def host_create(name: str, *addresses: str) -> bytes:
    return command(
        f"<create><host:create {_H}><host:name>{name}</host:name>{host_addresses(*addresses)}"
        "</host:create></create>"
    )


def host_delete(name: str) -> bytes:
    return command(
        f"<delete><host:delete {_H}><host:name>{name}</host:name></host:delete></delete>"
    )


def host_update(name: str, *, add: str = "", rem: str = "", new_name: str | None = None) -> bytes:
    chg = "" if new_name is None else f"<host:name>{new_name}</host:name>"
    parts = "".join(
        f"<host:{part}>{content}</host:{part}>"
        for part, content in (("add", add), ("rem", rem), ("chg", chg))
        if content
    )
    return command(
        f"<update><host:update {_H}><host:name>{name}</host:name>{parts}</host:update></update>"
    )


def host_addresses(*addresses: str) -> str:
    return "".join(
        f'<host:addr ip="{"v6" if ":" in address else "v4"}">{address}</host:addr>'
        for address in addresses
    )


def host_status(*statuses: str) -> str:
    return "".join(f'<host:status s="{status}"/>' for status in statuses)


def contact_check(*contact_ids: str) -> bytes:
    listed = "".join(f"<contact:id>{contact_id}</contact:id>" for contact_id in contact_ids)
    return command(f"<check><contact:check {_C}>{listed}</contact:check></check>")


def contact_info(contact_id: str, *, pw: str | None = None) -> bytes:
    auth = (
        "" if pw is None else f"<contact:authInfo><contact:pw>{pw}</contact:pw></contact:authInfo>"
    )
    return command(
        f"<info><contact:info {_C}><contact:id>{contact_id}</contact:id>{auth}"
        "</contact:info></info>"
    )


def postal_info(kind: str = "int", *, country: str = "US") -> str:
    return (
        f'<contact:postalInfo type="{kind}"><contact:name>Ada Example</contact:name>'
        "<contact:org>Example &amp; Sons</contact:org><contact:addr>"
        "<contact:street>1 Main Street</contact:street><contact:street>Suite 2</contact:street>"
        "<contact:city>Dulles</contact:city><contact:sp>VA</contact:sp>"
        f"<contact:pc>20166</contact:pc><contact:cc>{country}</contact:cc>"
        "</contact:addr></contact:postalInfo>"
    )


def contact_create(
    contact_id: str,
    *,
    postal: str | None = None,
    voice: str = '<contact:voice x="12">+1.7035555555</contact:voice>',
    email: str = "ada@example.com",
    pw: str = "2fooBAR",
    disclose: str = "",
) -> bytes:
    return command(
        f"<create><contact:create {_C}><contact:id>{contact_id}</contact:id>"
        f"{postal_info() if postal is None else postal}{voice}"
        f"<contact:email>{email}</contact:email>"
        f"<contact:authInfo><contact:pw>{pw}</contact:pw></contact:authInfo>{disclose}"
        "</contact:create></create>"
    )


def contact_delete(contact_id: str) -> bytes:
    return command(
        f"<delete><contact:delete {_C}><contact:id>{contact_id}</contact:id></contact:delete>"
        "</delete>"
    )


def _period(period: tuple[int, str] | None) -> str:
    if period is None:
        return ""
    return f'<domain:period unit="{period[1]}">{period[0]}</domain:period>'


def _auth(pw: str | None) -> str:
    return "" if pw is None else domain_secret(pw)
