from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from protocols.epp_server import (
    Culprit,
    Greeting,
    QueueNotice,
    Response,
    ResultCode,
    write_greeting,
    write_response,
)
from protocols.epp_server.answers import ResponseData
from protocols.epp_server.contact_answers import ContactChecks, ContactCreated, ContactInfo
from protocols.epp_server.contact_requests import (
    DisclosedItem,
    Disclosure,
    Phone,
    PostalInfo,
)
from protocols.epp_server.domain_answers import (
    Availability,
    DomainChecks,
    DomainCreated,
    DomainInfo,
    DomainRenewed,
    DomainTransfer,
)
from protocols.epp_server.domain_requests import DomainContact
from protocols.epp_server.host_answers import HostChecks, HostCreated, HostInfo
from protocols.epp_server.host_requests import Address
from tests.protocols.epp_server import frames
from tests.protocols.epp_server.published import ABSENT, assert_valid, published_schemas

AT = datetime(2026, 11, 22, 12, 30, 15, 250_999, tzinfo=UTC)
WRITTEN = "2026-11-22T12:30:15.250Z"
LINES = (
    Availability("a.com", available=True),
    Availability("b.com", available=False, reason="In use"),
)
PLACE = PostalInfo(
    kind="loc",
    name="Ånna <&> Ωmega",
    organisation="",
    street=(),
    city="København",
    province=None,
    postal_code=None,
    country="DK",
)

DATA: list[ResponseData] = [
    DomainChecks(LINES),
    DomainCreated("a.com", AT, AT),
    DomainRenewed("a.com", AT),
    DomainTransfer("a.com", "pending", "reg-b", AT, "reg-a", AT, AT),
    DomainTransfer("a.com", "clientRejected", "reg-b", AT, "reg-a", AT),
    DomainInfo(
        name="a.com",
        roid="D1-PRACTICE",
        statuses=("clientHold", "inactive"),
        registrant="con-1",
        contacts=(DomainContact("con-1", "tech"),),
        nameservers=("ns1.a.com",),
        hosts=("ns1.a.com",),
        client_id="reg-a",
        created_by="reg-b",
        created_at=AT,
        updated_by="reg-a",
        updated_at=AT,
        expires_at=AT,
        transferred_at=AT,
        auth_info="a<\"&'b",
    ),
    DomainInfo(
        name="a.com",
        roid="D1-PRACTICE",
        statuses=("ok",),
        registrant=None,
        contacts=(),
        nameservers=(),
        hosts=(),
        client_id="reg-a",
        created_by="reg-b",
        created_at=AT,
        updated_by=None,
        updated_at=None,
        expires_at=AT,
        transferred_at=None,
        auth_info=None,
    ),
    HostChecks(LINES),
    HostCreated("ns1.a.com", AT),
    HostInfo(
        name="ns1.a.com",
        roid="H1-PRACTICE",
        statuses=("ok", "linked"),
        addresses=(Address("192.0.2.1"), Address("2001:db8::1", "v6")),
        client_id="reg-a",
        created_by="reg-a",
        created_at=AT,
        updated_by="reg-a",
        updated_at=AT,
        transferred_at=AT,
    ),
    ContactChecks((Availability("con-1", available=True),)),
    ContactCreated("con-1", AT),
    ContactInfo(
        contact_id="con-1",
        roid="C1-PRACTICE",
        statuses=("ok",),
        postal_infos=(PLACE,),
        voice=Phone("+45.12345678", "9"),
        fax=Phone(""),
        email="anna@example.dk",
        client_id="reg-a",
        created_by="reg-a",
        created_at=AT,
        auth_info="2fooBAR",
        disclosure=Disclosure(
            shown=False, items=(DisclosedItem("name", "loc"), DisclosedItem("email"))
        ),
    ),
]


def written(response: Response, trid: str | None = "MINE-1") -> etree._Element:
    xml = write_response(response, client_transaction_id=trid, server_transaction_id="SRV-1")
    assert_valid(xml)
    return etree.fromstring(xml)


def texts(root: etree._Element, name: str) -> list[str | None]:
    return [found.text for found in root.iter(f"{{*}}{name}")]


def test_the_published_schemas_are_at_hand() -> None:
    if published_schemas() is None:
        pytest.skip(ABSENT)


@pytest.mark.parametrize("data", DATA, ids=lambda data: type(data).__name__)
def test_every_kind_of_data_makes_a_valid_answer(data: ResponseData) -> None:
    root = written(Response(ResultCode.DONE, data))
    assert len(list(root.iter(f"{{{frames.EPP}}}resData"))) == 1


@pytest.mark.parametrize("code", ResultCode)
def test_every_code_has_its_text_and_makes_a_valid_answer(code: ResultCode) -> None:
    root = written(Response(code))
    (result,) = root.iter(f"{{{frames.EPP}}}result")
    assert result.get("code") == str(code.value)
    assert texts(root, "msg") == [code.text]


def test_only_four_codes_end_the_session() -> None:
    assert [code.value for code in ResultCode if code.ends_session] == [1500, 2500, 2501, 2502]


def test_both_transaction_ids_are_written_and_one_may_be_absent() -> None:
    both = written(Response(ResultCode.DONE))
    assert (texts(both, "clTRID"), texts(both, "svTRID")) == (["MINE-1"], ["SRV-1"])
    assert texts(written(Response(ResultCode.DONE), None), "clTRID") == []


@pytest.mark.parametrize(
    ("reason", "culprit"),
    [
        ("why", Culprit(frames.DOMAIN, "name", "bad_name")),
        ("why", Culprit(frames.EPP, "poll")),
        ("why", Culprit("", "plain", "<&>")),
        ("why", None),
        (None, Culprit("urn:x", "other", "y")),
    ],
)
def test_a_refusal_says_which_element_and_why(reason: str | None, culprit: Culprit | None) -> None:
    root = written(Response(ResultCode.VALUE_SYNTAX, reason=reason, culprit=culprit))
    (value,) = root.iter(f"{{{frames.EPP}}}value")
    (blamed,) = value
    if culprit is None:
        assert blamed.tag == f"{{{frames.EPP}}}undef"
    else:
        name = etree.QName(blamed)
        assert (name.namespace or "", name.localname) == (culprit.namespace, culprit.name)
        assert (blamed.text or "") == culprit.text
    assert texts(root, "reason") == ([] if reason is None else [reason])


def test_a_queue_notice_has_its_message_or_only_its_count() -> None:
    full = written(Response(ResultCode.ACK_TO_DEQUEUE, queue=QueueNotice(2, "7", AT, "Hello & hi")))
    assert texts(full, "qDate") == [WRITTEN]
    assert texts(full, "msg") == [ResultCode.ACK_TO_DEQUEUE.text, "Hello & hi"]
    bare = written(Response(ResultCode.DONE, queue=QueueNotice(0, "7")))
    assert [dict(found.attrib) for found in bare.iter(f"{{{frames.EPP}}}msgQ")] == [
        {"count": "0", "id": "7"}
    ]


@pytest.mark.parametrize("extensions", [(), ("urn:x:one-1.0", "urn:x:two-1.0")])
def test_a_greeting_lists_its_services(extensions: tuple[str, ...]) -> None:
    xml = write_greeting(Greeting("Practice & Co", AT, (frames.DOMAIN,), extensions))
    assert_valid(xml)
    root = etree.fromstring(xml)
    assert texts(root, "svID") == ["Practice & Co"]
    assert texts(root, "svDate") == [WRITTEN]
    assert texts(root, "objURI") == [frames.DOMAIN]
    assert texts(root, "extURI") == list(extensions)


def test_moments_are_written_in_utc() -> None:
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert texts(written(Response(ResultCode.DONE, DomainRenewed("a.com", there))), "exDate") == [
        WRITTEN
    ]


@given(st.text(st.characters(min_codepoint=32, codec="utf-8", exclude_categories=["Cs", "Cn"])))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    xml = write_response(
        Response(
            ResultCode.VALUE_SYNTAX, reason=text, culprit=Culprit(frames.DOMAIN, "name", text)
        ),
        client_transaction_id=None,
        server_transaction_id="SRV-1",
    )
    root = etree.fromstring(xml)
    assert texts(root, "reason") == [text or None]
    assert texts(root, "name") == [text or None]
