"""Builders of what a server sends, written by hand so that no code of the engine is in them."""

from protocols.epp.framing import encode_frame

EPP = "urn:ietf:params:xml:ns:epp-1.0"
DOMAIN = "urn:ietf:params:xml:ns:domain-1.0"
HOST = "urn:ietf:params:xml:ns:host-1.0"
CONTACT = "urn:ietf:params:xml:ns:contact-1.0"
UNHANDLED = "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0"
CLTRID = "ABC-1"
SVTRID = "SRV-1"


def epp(content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><epp xmlns="{EPP}">{content}</epp>'.encode()


def greeting_xml(
    *,
    server_date: str = "2026-11-03T12:00:00.0Z",
    objects: tuple[str, ...] = (DOMAIN, HOST, CONTACT),
    extensions: tuple[str, ...] = (UNHANDLED,),
) -> bytes:
    object_uris = "".join(f"<objURI>{uri}</objURI>" for uri in objects)
    extension_uris = "".join(f"<extURI>{uri}</extURI>" for uri in extensions)
    if extensions:
        extension_uris = f"<svcExtension>{extension_uris}</svcExtension>"
    return epp(
        "<greeting><svID>Practice registry</svID>"
        f"<svDate>{server_date}</svDate><svcMenu><version>1.0</version><lang>en</lang>"
        f"<lang>fr</lang>{object_uris}{extension_uris}</svcMenu>"
        "<dcp><access><all/></access><statement><purpose><prov/></purpose>"
        "<recipient><ours/></recipient><retention><stated/></retention></statement></dcp>"
        "</greeting>"
    )


def result_xml(code: int, message: str = "As asked", content: str = "") -> str:
    return f'<result code="{code}"><msg>{message}</msg>{content}</result>'


def response_xml(
    code: int = 1000,
    *,
    cltrid: str | None = CLTRID,
    results: str | None = None,
    queue: str = "",
    data: str = "",
    extension: str = "",
) -> bytes:
    client = "" if cltrid is None else f"<clTRID>{cltrid}</clTRID>"
    res_data = f"<resData>{data}</resData>" if data else ""
    ext = f"<extension>{extension}</extension>" if extension else ""
    return epp(
        f"<response>{results or result_xml(code)}{queue}{res_data}{ext}"
        f"<trID>{client}<svTRID>{SVTRID}</svTRID></trID></response>"
    )


def greeting_frame() -> bytes:
    return encode_frame(greeting_xml())


def response_frame(code: int = 1000, *, cltrid: str | None = CLTRID, data: str = "") -> bytes:
    return encode_frame(response_xml(code, cltrid=cltrid, data=data))
