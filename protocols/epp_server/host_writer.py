"""Writes the data of answers about hosts (RFC 5732 section 3)."""

from typing import assert_never

from protocols.epp_server.answers import HostAnswer
from protocols.epp_server.host_answers import HostChecks, HostCreated, HostInfo
from protocols.epp_server.markup import (
    empty,
    leaf,
    node,
    optional_leaf,
    optional_timestamp,
    timestamp,
)
from protocols.epp_server.namespace import HOST

_NAMESPACE = {"xmlns:host": HOST}


def write_host_answer(answer: HostAnswer) -> str:
    """Write the element that goes into `<resData>`."""
    match answer:
        case HostChecks():
            return _checks(answer)
        case HostInfo():
            return _info(answer)
        case HostCreated(name=name, created_at=created_at):
            return node(
                "host:creData",
                leaf("host:name", name),
                leaf("host:crDate", timestamp(created_at)),
                **_NAMESPACE,
            )
        case _ as never:
            assert_never(never)


def _checks(answer: HostChecks) -> str:
    return node(
        "host:chkData",
        *(
            node(
                "host:cd",
                leaf("host:name", line.name, avail="1" if line.available else "0"),
                optional_leaf("host:reason", line.reason),
            )
            for line in answer.lines
        ),
        **_NAMESPACE,
    )


def _info(answer: HostInfo) -> str:
    return node(
        "host:infData",
        leaf("host:name", answer.name),
        leaf("host:roid", answer.roid),
        *(empty("host:status", s=status) for status in answer.statuses),
        *(leaf("host:addr", address.text, ip=address.version) for address in answer.addresses),
        leaf("host:clID", answer.client_id),
        leaf("host:crID", answer.created_by),
        leaf("host:crDate", timestamp(answer.created_at)),
        optional_leaf("host:upID", answer.updated_by),
        optional_timestamp("host:upDate", answer.updated_at),
        optional_timestamp("host:trDate", answer.transferred_at),
        **_NAMESPACE,
    )
