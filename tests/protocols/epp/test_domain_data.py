"""Domain data in answers (RFC 5731)."""

from datetime import UTC, datetime

import pytest

from protocols.epp import (
    DomainCheck,
    DomainChecks,
    DomainContact,
    DomainCreated,
    DomainInfo,
    DomainPending,
    DomainRenewed,
    DomainTransfer,
    HostAttribute,
    Response,
    ResponseData,
    parse_answer,
)
from tests.protocols.epp.samples import DOMAIN, response_xml

_AT = "2026-11-03T12:00:00.0Z"
_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def _data(element: str, content: str) -> ResponseData | None:
    data = f'<d:{element} xmlns:d="{DOMAIN}">{content}</d:{element}>'
    answer = parse_answer(response_xml(data=data))
    assert isinstance(answer, Response)
    assert (answer.data is None) == (len(answer.data_xml) == 1)
    return answer.data


def test_a_check_tells_each_name_and_why_not() -> None:
    content = (
        '<d:cd><d:name avail="1">a.example</d:name></d:cd>'
        '<d:cd><d:name avail="false">b.example</d:name><d:reason>In use</d:reason></d:cd>'
    )
    assert _data("chkData", content) == DomainChecks(
        (DomainCheck("a.example", True), DomainCheck("b.example", False, "In use"))
    )


def test_an_info_of_our_own_domain_tells_everything() -> None:
    content = (
        "<d:name>a.example</d:name><d:roid>A1-REP</d:roid>"
        '<d:status s="ok"/><d:status s="clientHold" lang="en">unpaid</d:status>'
        "<d:registrant>reg1</d:registrant>"
        '<d:contact type="admin">adm1</d:contact><d:contact type="tech">tec1</d:contact>'
        "<d:ns><d:hostObj>ns1.example</d:hostObj><d:hostObj>ns2.example</d:hostObj></d:ns>"
        "<d:host>ns1.a.example</d:host><d:clID>us</d:clID><d:crID>them</d:crID>"
        f"<d:crDate>{_AT}</d:crDate><d:upID>us</d:upID><d:upDate>{_AT}</d:upDate>"
        f"<d:exDate>{_AT}</d:exDate><d:trDate>{_AT}</d:trDate>"
        "<d:authInfo><d:pw>secret</d:pw></d:authInfo>"
    )
    info = _data("infData", content)
    assert info == DomainInfo(
        name="a.example",
        roid="A1-REP",
        statuses=("ok", "clientHold"),
        registrant="reg1",
        contacts=(DomainContact("admin", "adm1"), DomainContact("tech", "tec1")),
        nameservers=("ns1.example", "ns2.example"),
        hosts=("ns1.a.example",),
        sponsor="us",
        creator="them",
        created_at=_NOON,
        updater="us",
        updated_at=_NOON,
        expires_at=_NOON,
        transferred_at=_NOON,
        auth_info="secret",
    )
    assert "secret" not in repr(info)


def test_an_info_of_another_s_domain_tells_little() -> None:
    content = "<d:name>a.example</d:name><d:roid>A1-REP</d:roid><d:clID>them</d:clID>"
    assert _data("infData", content) == DomainInfo(name="a.example", roid="A1-REP", sponsor="them")


def test_host_attributes_are_name_servers_too() -> None:
    content = (
        "<d:name>a.example</d:name><d:roid>A1-REP</d:roid><d:ns>"
        '<d:hostAttr><d:hostName>ns1.example</d:hostName><d:hostAddr ip="v4">192.0.2.1</d:hostAddr>'
        "</d:hostAttr><d:hostAttr><d:hostName>ns2.example</d:hostName></d:hostAttr></d:ns>"
        "<d:clID>us</d:clID>"
    )
    info = _data("infData", content)
    assert isinstance(info, DomainInfo)
    assert info.nameservers == ("ns1.example", "ns2.example")
    assert info.host_attributes == (
        HostAttribute("ns1.example", ("192.0.2.1",)),
        HostAttribute("ns2.example"),
    )


def test_an_auth_info_of_another_kind_is_not_ours_to_show() -> None:
    content = (
        "<d:name>a.example</d:name><d:roid>A1-REP</d:roid><d:clID>us</d:clID>"
        "<d:authInfo><d:ext><x/></d:ext></d:authInfo>"
    )
    info = _data("infData", content)
    assert isinstance(info, DomainInfo)
    assert info.auth_info is None


def test_a_creation_and_a_renewal_tell_the_expiry_if_they_know_it() -> None:
    name = "<d:name>a.example</d:name>"
    expiry = f"<d:exDate>{_AT}</d:exDate>"
    created = f"<d:crDate>{_AT}</d:crDate>"
    assert _data("creData", name + created + expiry) == DomainCreated("a.example", _NOON, _NOON)
    assert _data("creData", name + created) == DomainCreated("a.example", _NOON)
    assert _data("renData", name + expiry) == DomainRenewed("a.example", _NOON)
    assert _data("renData", name) == DomainRenewed("a.example")


def test_a_transfer_tells_who_and_when() -> None:
    content = (
        "<d:name>a.example</d:name><d:trStatus>pending</d:trStatus><d:reID>us</d:reID>"
        f"<d:reDate>{_AT}</d:reDate><d:acID>them</d:acID><d:acDate>{_AT}</d:acDate>"
    )
    assert _data("trnData", content) == DomainTransfer(
        name="a.example",
        status="pending",
        requested_by="us",
        requested_at=_NOON,
        acted_by="them",
        act_by_at=_NOON,
    )


@pytest.mark.parametrize(("result", "succeeded"), [("1", True), ("0", False)])
def test_the_end_of_a_pending_action_names_the_command_that_began_it(
    result: str, succeeded: object
) -> None:
    content = (
        f'<d:name paResult="{result}">a.example</d:name>'
        "<d:paTRID><clTRID>ABC-1</clTRID><svTRID>SRV-1</svTRID></d:paTRID>"
        f"<d:paDate>{_AT}</d:paDate>"
    )
    pending = _data("panData", content)
    assert pending == DomainPending(
        name="a.example",
        succeeded=succeeded is True,
        cltrid="ABC-1",
        svtrid="SRV-1",
        at=_NOON,
    )


@pytest.mark.parametrize(
    "element", ["infData", "creData", "renData", "trnData", "panData", "noSuchData"]
)
def test_data_without_their_name_stay_raw(element: str) -> None:
    assert _data(element, "") is None
