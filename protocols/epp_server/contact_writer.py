"""Writes the data of answers about contacts (RFC 5733 section 3)."""

from typing import assert_never

from protocols.epp_server.answers import ContactAnswer
from protocols.epp_server.contact_answers import ContactChecks, ContactCreated, ContactInfo
from protocols.epp_server.contact_requests import Disclosure, Phone, PostalInfo
from protocols.epp_server.markup import empty, leaf, leaves, node, optional_leaf, timestamp
from protocols.epp_server.namespace import CONTACT

_NAMESPACE = {"xmlns:contact": CONTACT}


def write_contact_answer(answer: ContactAnswer) -> str:
    """Write the element that goes into `<resData>`."""
    match answer:
        case ContactChecks():
            return _checks(answer)
        case ContactInfo():
            return _info(answer)
        case ContactCreated(contact_id=contact_id, created_at=created_at):
            return node(
                "contact:creData",
                leaf("contact:id", contact_id),
                leaf("contact:crDate", timestamp(created_at)),
                **_NAMESPACE,
            )
        case _ as never:
            assert_never(never)


def _checks(answer: ContactChecks) -> str:
    return node(
        "contact:chkData",
        *(
            node(
                "contact:cd",
                leaf("contact:id", line.name, avail="1" if line.available else "0"),
                optional_leaf("contact:reason", line.reason),
            )
            for line in answer.lines
        ),
        **_NAMESPACE,
    )


def _info(answer: ContactInfo) -> str:
    secret = answer.auth_info
    return node(
        "contact:infData",
        leaf("contact:id", answer.contact_id),
        leaf("contact:roid", answer.roid),
        *(empty("contact:status", s=status) for status in answer.statuses),
        *map(_postal_info, answer.postal_infos),
        _phone("contact:voice", answer.voice),
        _phone("contact:fax", answer.fax),
        leaf("contact:email", answer.email),
        leaf("contact:clID", answer.client_id),
        leaf("contact:crID", answer.created_by),
        leaf("contact:crDate", timestamp(answer.created_at)),
        "" if secret is None else node("contact:authInfo", leaf("contact:pw", secret)),
        "" if answer.disclosure is None else _disclosure(answer.disclosure),
        **_NAMESPACE,
    )


def _postal_info(info: PostalInfo) -> str:
    return node(
        "contact:postalInfo",
        leaf("contact:name", info.name),
        optional_leaf("contact:org", info.organisation),
        node(
            "contact:addr",
            leaves("contact:street", info.street),
            leaf("contact:city", info.city),
            optional_leaf("contact:sp", info.province),
            optional_leaf("contact:pc", info.postal_code),
            leaf("contact:cc", info.country),
        ),
        type=info.kind,
    )


def _phone(tag: str, phone: Phone | None) -> str:
    if phone is None:
        return ""
    extension = {} if phone.extension is None else {"x": phone.extension}
    return leaf(tag, phone.number, **extension)


def _disclosure(disclosure: Disclosure) -> str:
    return node(
        "contact:disclose",
        *(
            empty(f"contact:{item.name}", **({} if item.kind is None else {"type": item.kind}))
            for item in disclosure.items
        ),
        flag="1" if disclosure.shown else "0",
    )
