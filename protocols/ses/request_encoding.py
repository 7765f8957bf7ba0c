"""Requests as signed HTTP/1.1 octets for a connection that stays open.

Every text that may not break a line is held against control characters, whether it ends in JSON,
in a path or in a header: an address with CR LF in it is never sent anywhere.
Source: RFC 9112; AWS "Amazon SES API v2 Reference".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, assert_never
from urllib.parse import quote

import msgspec

from protocols.ses.errors import InvalidArgument
from protocols.ses.requests import (
    MAX_PAGE_SIZE,
    MAX_RECIPIENTS,
    Content,
    EmailTag,
    GetAccount,
    GetConfigurationSet,
    GetEmailIdentity,
    ListEmailIdentities,
    RawContent,
    Request,
    SendEmail,
    SimpleContent,
)
from protocols.ses.signature import Signer

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_TAG: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HEADER_NAME: Final = re.compile(r"[!-9;-~]{1,126}")
_HOST: Final = re.compile(r"[A-Za-z0-9.\-\[\]:_]+")

_Json: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class UnsignedRequest:
    """A request before it is signed; `path` and `query` are percent-encoded."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""


def encode_request(request: Request) -> UnsignedRequest:
    """The request as SES documents it. Raises InvalidArgument."""
    match request:
        case SendEmail():
            return UnsignedRequest("POST", "/v2/email/outbound-emails", body=_email(request))
        case GetAccount():
            return UnsignedRequest("GET", "/v2/email/account")
        case GetConfigurationSet(name=name):
            return UnsignedRequest("GET", f"/v2/email/configuration-sets/{_segment(name)}")
        case ListEmailIdentities():
            return UnsignedRequest("GET", "/v2/email/identities", query=_page(request))
        case GetEmailIdentity(name=name):
            return UnsignedRequest("GET", f"/v2/email/identities/{_segment(name)}")
        case _ as never:
            assert_never(never)


def sign_request(
    request: UnsignedRequest, signer: Signer, *, host: str, signed_at: datetime
) -> bytes:
    """The octets to write, in one piece. `host` is with its port unless that is the default.

    Raises InvalidArgument when `host` is none.
    """
    if not _HOST.fullmatch(host):
        raise InvalidArgument(field="host", reason="is no host name")
    headers = [("Host", host)]
    if request.body:
        headers.append(("Content-Type", "application/json"))
    headers += signer.sign(
        request.method,
        request.path,
        query=request.query,
        headers=headers,
        body=request.body,
        signed_at=signed_at,
    )
    if request.body:
        headers.append(("Content-Length", str(len(request.body))))
    target = f"{request.path}?{request.query}" if request.query else request.path
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"{request.method} {target} HTTP/1.1\r\n{lines}\r\n".encode("ascii") + request.body


def _email(request: SendEmail) -> bytes:
    body: _Json = {"Content": _content(request.content)}
    if request.from_address is not None:
        body["FromEmailAddress"] = _line("from_address", request.from_address)
    if request.from_identity_arn is not None:
        body["FromEmailAddressIdentityArn"] = _line("from_identity_arn", request.from_identity_arn)
    if destination := _destination(request):
        body["Destination"] = destination
    if request.reply_to:
        body["ReplyToAddresses"] = _lines("reply_to", request.reply_to)
    if request.tags:
        body["EmailTags"] = _tags(request.tags)
    if request.configuration_set is not None:
        body["ConfigurationSetName"] = _line("configuration_set", request.configuration_set)
    if (lists := request.list_management) is not None:
        options: _Json = {"ContactListName": _line("contact_list", lists.contact_list)}
        if lists.topic is not None:
            options["TopicName"] = _line("topic", lists.topic)
        body["ListManagementOptions"] = options
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError as error:
        raise InvalidArgument(field="content", reason="holds half a surrogate pair") from error


def _destination(request: SendEmail) -> _Json:
    count = len(request.to) + len(request.cc) + len(request.bcc)
    if count > MAX_RECIPIENTS:
        raise InvalidArgument(field="recipients", reason=f"are {count}, above {MAX_RECIPIENTS}")
    if not count and not isinstance(request.content, RawContent):
        raise InvalidArgument(field="recipients", reason="are missing")
    named = (
        ("ToAddresses", request.to),
        ("CcAddresses", request.cc),
        ("BccAddresses", request.bcc),
    )
    return {name: _lines(name, addresses) for name, addresses in named if addresses}


def _content(content: Content) -> _Json:
    match content:
        case RawContent(data=data):
            if not data:
                raise InvalidArgument(field="data", reason="is empty")
            return {"Raw": {"Data": data}}  # msgspec writes octets as base64
        case SimpleContent():
            return {"Simple": _simple(content)}
        case _ as never:
            assert_never(never)


def _simple(content: SimpleContent) -> _Json:
    parts = (("Text", content.text), ("Html", content.html))
    body = {name: _text(data) for name, data in parts if data is not None}
    if not body:
        raise InvalidArgument(field="content", reason="has neither text nor HTML")
    simple: _Json = {"Subject": _text(_line("subject", content.subject)), "Body": body}
    if content.headers:
        simple["Headers"] = [
            {"Name": _header_name(header.name), "Value": _line("header value", header.value)}
            for header in content.headers
        ]
    return simple


def _text(data: str) -> _Json:
    return {"Data": data, "Charset": "UTF-8"}


def _tags(tags: Sequence[EmailTag]) -> list[_Json]:
    for tag in tags:
        if not _TAG.fullmatch(tag.name) or not _TAG.fullmatch(tag.value):
            raise InvalidArgument(
                field="tags", reason="hold other than 1 to 256 of A-Z a-z 0-9 _ -"
            )
    return [{"Name": tag.name, "Value": tag.value} for tag in tags]


def _page(request: ListEmailIdentities) -> str:
    pairs: list[str] = []
    if request.next_token is not None:
        pairs.append(f"NextToken={_quoted('next_token', request.next_token)}")
    if request.page_size is not None:
        if not 0 < request.page_size <= MAX_PAGE_SIZE:
            raise InvalidArgument(field="page_size", reason=f"is not from 1 to {MAX_PAGE_SIZE}")
        pairs.append(f"PageSize={request.page_size}")
    return "&".join(pairs)


def _segment(name: str) -> str:
    if name in {"", ".", ".."}:
        raise InvalidArgument(field="name", reason="is empty or a dot segment")
    return _quoted("name", name)


def _quoted(field: str, text: str) -> str:
    try:
        return quote(_line(field, text), safe="-_.~")
    except UnicodeEncodeError as error:
        raise InvalidArgument(field=field, reason="holds half a surrogate pair") from error


def _header_name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise InvalidArgument(field="header name", reason="is no name of a header")
    return name


def _line(field: str, text: str) -> str:
    if _CONTROL.search(text):
        raise InvalidArgument(field=field, reason="holds a control character")
    return text


def _lines(field: str, texts: Sequence[str]) -> list[str]:
    return [_line(field, text) for text in texts]
