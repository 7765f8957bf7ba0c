"""Writes the server's data units: the greeting and the responses (RFC 5730 sections 2.4, 2.6)."""

from typing import Final, assert_never

from protocols.epp_server.answers import Greeting, QueueNotice, Response, ResponseData
from protocols.epp_server.contact_answers import ContactChecks, ContactCreated, ContactInfo
from protocols.epp_server.contact_writer import write_contact_answer
from protocols.epp_server.domain_answers import (
    DomainChecks,
    DomainCreated,
    DomainInfo,
    DomainRenewed,
    DomainTransfer,
)
from protocols.epp_server.domain_writer import write_domain_answer
from protocols.epp_server.host_answers import HostChecks, HostCreated, HostInfo
from protocols.epp_server.host_writer import write_host_answer
from protocols.epp_server.markup import (
    empty,
    leaf,
    leaves,
    node,
    optional_leaf,
    optional_timestamp,
    timestamp,
)
from protocols.epp_server.namespace import EPP, PREFIXES
from protocols.epp_server.problem import Culprit

_HEAD: Final = f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><epp xmlns="{EPP}">'
_TAIL: Final = "</epp>"

_COLLECTION_POLICY: Final = node(
    "dcp",
    node("access", empty("all")),
    node(
        "statement",
        node("purpose", empty("admin"), empty("prov")),
        node("recipient", empty("ours"), empty("public")),
        node("retention", empty("stated")),
    ),
)
"""What becomes of personal data; the schema wants it, and a practice registry keeps it short."""


def write_greeting(greeting: Greeting) -> bytes:
    """Write the greeting: protocol 1.0, in English."""
    extensions = greeting.extension_uris
    menu = node(
        "svcMenu",
        leaf("version", "1.0"),
        leaf("lang", "en"),
        leaves("objURI", greeting.object_uris),
        node("svcExtension", leaves("extURI", extensions)) if extensions else "",
    )
    return _unit(
        node(
            "greeting",
            leaf("svID", greeting.server_id),
            leaf("svDate", timestamp(greeting.at)),
            menu,
            _COLLECTION_POLICY,
        )
    )


def write_response(
    response: Response, *, client_transaction_id: str | None, server_transaction_id: str
) -> bytes:
    """Write one response under its two transaction identifiers."""
    return _unit(
        node(
            "response",
            node(
                "result",
                leaf("msg", response.code.text),
                _explanation(response),
                code=str(response.code.value),
            ),
            "" if response.queue is None else _queue(response.queue),
            "" if response.data is None else node("resData", _data(response.data)),
            node(
                "trID",
                optional_leaf("clTRID", client_transaction_id),
                leaf("svTRID", server_transaction_id),
            ),
        )
    )


def _unit(content: str) -> bytes:
    return f"{_HEAD}{content}{_TAIL}".encode()


def _explanation(response: Response) -> str:
    """The element to blame, and why; `<undef/>` stands in where a reason blames no element."""
    culprit = response.culprit
    if culprit is None and response.reason is None:
        return ""
    value = node("value", empty("undef") if culprit is None else _blamed(culprit))
    if response.reason is None:
        return value
    return node("extValue", value, leaf("reason", response.reason))


def _blamed(culprit: Culprit) -> str:
    prefix = PREFIXES.get(culprit.namespace)
    if prefix is None:
        return leaf(culprit.name, culprit.text, xmlns=culprit.namespace)
    return leaf(f"{prefix}:{culprit.name}", culprit.text, **{f"xmlns:{prefix}": culprit.namespace})


def _queue(notice: QueueNotice) -> str:
    attributes = {"count": str(notice.count), "id": notice.message_id}
    if notice.text is None:
        return empty("msgQ", **attributes)
    return node(
        "msgQ",
        optional_timestamp("qDate", notice.queued_at),
        leaf("msg", notice.text),
        **attributes,
    )


def _data(data: ResponseData) -> str:
    match data:
        case DomainChecks() | DomainInfo() | DomainCreated() | DomainRenewed() | DomainTransfer():
            return write_domain_answer(data)
        case HostChecks() | HostInfo() | HostCreated():
            return write_host_answer(data)
        case ContactChecks() | ContactInfo() | ContactCreated():
            return write_contact_answer(data)
        case _ as never:
            assert_never(never)
