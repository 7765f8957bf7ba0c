"""Writes the data of answers about domains (RFC 5731 section 3)."""

from typing import assert_never

from protocols.epp_server.answers import DomainAnswer
from protocols.epp_server.domain_answers import (
    DomainChecks,
    DomainCreated,
    DomainInfo,
    DomainRenewed,
    DomainTransfer,
)
from protocols.epp_server.markup import (
    empty,
    leaf,
    leaves,
    node,
    optional_leaf,
    optional_timestamp,
    timestamp,
)
from protocols.epp_server.namespace import DOMAIN

_NAMESPACE = {"xmlns:domain": DOMAIN}


def write_domain_answer(answer: DomainAnswer) -> str:
    """Write the element that goes into `<resData>`."""
    match answer:
        case DomainChecks():
            return _checks(answer)
        case DomainInfo():
            return _info(answer)
        case DomainCreated(name=name, created_at=created_at, expires_at=expires_at):
            return node(
                "domain:creData",
                leaf("domain:name", name),
                leaf("domain:crDate", timestamp(created_at)),
                leaf("domain:exDate", timestamp(expires_at)),
                **_NAMESPACE,
            )
        case DomainRenewed(name=name, expires_at=expires_at):
            return node(
                "domain:renData",
                leaf("domain:name", name),
                leaf("domain:exDate", timestamp(expires_at)),
                **_NAMESPACE,
            )
        case DomainTransfer():
            return _transfer(answer)
        case _ as never:
            assert_never(never)


def _checks(answer: DomainChecks) -> str:
    return node(
        "domain:chkData",
        *(
            node(
                "domain:cd",
                leaf("domain:name", line.name, avail="1" if line.available else "0"),
                optional_leaf("domain:reason", line.reason),
            )
            for line in answer.lines
        ),
        **_NAMESPACE,
    )


def _info(answer: DomainInfo) -> str:
    secret = answer.auth_info
    return node(
        "domain:infData",
        leaf("domain:name", answer.name),
        leaf("domain:roid", answer.roid),
        *(empty("domain:status", s=status) for status in answer.statuses),
        optional_leaf("domain:registrant", answer.registrant),
        *(
            leaf("domain:contact", contact.contact_id, type=contact.role)
            for contact in answer.contacts
        ),
        node("domain:ns", leaves("domain:hostObj", answer.nameservers))
        if answer.nameservers
        else "",
        leaves("domain:host", answer.hosts),
        leaf("domain:clID", answer.client_id),
        leaf("domain:crID", answer.created_by),
        leaf("domain:crDate", timestamp(answer.created_at)),
        optional_leaf("domain:upID", answer.updated_by),
        optional_timestamp("domain:upDate", answer.updated_at),
        leaf("domain:exDate", timestamp(answer.expires_at)),
        optional_timestamp("domain:trDate", answer.transferred_at),
        "" if secret is None else node("domain:authInfo", leaf("domain:pw", secret)),
        **_NAMESPACE,
    )


def _transfer(answer: DomainTransfer) -> str:
    return node(
        "domain:trnData",
        leaf("domain:name", answer.name),
        leaf("domain:trStatus", answer.status),
        leaf("domain:reID", answer.requested_by),
        leaf("domain:reDate", timestamp(answer.requested_at)),
        leaf("domain:acID", answer.acting),
        leaf("domain:acDate", timestamp(answer.acts_at)),
        optional_timestamp("domain:exDate", answer.expires_at),
        **_NAMESPACE,
    )
