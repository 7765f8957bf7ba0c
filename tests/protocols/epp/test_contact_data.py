"""Contact data in answers (RFC 5733)."""

from datetime import UTC, datetime

import pytest

from protocols.epp import (
    ContactCheck,
    ContactChecks,
    ContactCreated,
    ContactInfo,
    ContactTransfer,
    Disclosure,
    PostalInfo,
    Response,
    ResponseData,
    parse_answer,
)
from tests.protocols.epp.samples import CONTACT, response_xml

_AT = "2026-11-03T12:00:00.0Z"
_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def _data(element: str, content: str) -> ResponseData | None:
    data = f'<c:{element} xmlns:c="{CONTACT}">{content}</c:{element}>'
    answer = parse_answer(response_xml(data=data))
    assert isinstance(answer, Response)
    return answer.data


def test_a_check_tells_each_identifier_and_why_not() -> None:
    content = (
        '<c:cd><c:id avail="1">id1</c:id></c:cd>'
        '<c:cd><c:id avail="0">id2</c:id><c:reason>In use</c:reason></c:cd>'
    )
    assert _data("chkData", content) == ContactChecks(
        (ContactCheck("id1", True), ContactCheck("id2", False, "In use"))
    )


def test_an_info_of_our_own_contact_tells_everything() -> None:
    content = (
        '<c:id>id1</c:id><c:roid>C1-REP</c:roid><c:status s="ok"/>'
        '<c:postalInfo type="int"><c:name>Jo</c:name><c:org>Org</c:org><c:addr>'
        "<c:street>One</c:street><c:street>Two</c:street><c:city>Bern</c:city><c:sp>BE</c:sp>"
        "<c:pc>3000</c:pc><c:cc>CH</c:cc></c:addr></c:postalInfo>"
        '<c:postalInfo type="loc"><c:name>J\u00f6</c:name><c:addr><c:city>Bern</c:city>'
        "<c:cc>CH</c:cc></c:addr></c:postalInfo>"
        '<c:voice x="12">+41.31</c:voice><c:fax>+41.32</c:fax><c:email>jo@example.com</c:email>'
        f"<c:clID>us</c:clID><c:crID>them</c:crID><c:crDate>{_AT}</c:crDate><c:upID>us</c:upID>"
        f"<c:upDate>{_AT}</c:upDate><c:trDate>{_AT}</c:trDate>"
        "<c:authInfo><c:pw>secret</c:pw></c:authInfo>"
        '<c:disclose flag="0"><c:name type="int"/><c:org type="loc"/><c:addr type="int"/>'
        "<c:voice/><c:email/></c:disclose>"
    )
    info = _data("infData", content)
    assert info == ContactInfo(
        id="id1",
        roid="C1-REP",
        statuses=("ok",),
        postal_infos=(
            PostalInfo(
                kind="int",
                name="Jo",
                organisation="Org",
                street=("One", "Two"),
                city="Bern",
                province="BE",
                postal_code="3000",
                country="CH",
            ),
            PostalInfo(kind="loc", name="J\u00f6", city="Bern", country="CH"),
        ),
        voice="+41.31x12",
        fax="+41.32",
        email="jo@example.com",
        sponsor="us",
        creator="them",
        created_at=_NOON,
        updater="us",
        updated_at=_NOON,
        transferred_at=_NOON,
        auth_info="secret",
        disclosure=Disclosure(
            allowed=False,
            names=("int",),
            organisations=("loc",),
            addresses=("int",),
            voice=True,
            email=True,
        ),
    )
    assert "secret" not in repr(info)


def test_an_info_of_another_s_contact_tells_little() -> None:
    content = "<c:id>id1</c:id><c:roid>C1-REP</c:roid><c:voice/><c:clID>them</c:clID>"
    assert _data("infData", content) == ContactInfo(id="id1", roid="C1-REP", sponsor="them")


def test_a_creation_tells_when() -> None:
    content = f"<c:id>id1</c:id><c:crDate>{_AT}</c:crDate>"
    assert _data("creData", content) == ContactCreated("id1", _NOON)


def test_a_transfer_tells_who_and_when() -> None:
    content = (
        "<c:id>id1</c:id><c:trStatus>pending</c:trStatus><c:reID>us</c:reID>"
        f"<c:reDate>{_AT}</c:reDate><c:acID>them</c:acID><c:acDate>{_AT}</c:acDate>"
    )
    assert _data("trnData", content) == ContactTransfer(
        id="id1",
        status="pending",
        requested_by="us",
        requested_at=_NOON,
        acted_by="them",
        act_by_at=_NOON,
    )


@pytest.mark.parametrize("element", ["infData", "creData", "trnData"])
def test_data_without_their_identifier_stay_raw(element: str) -> None:
    assert _data(element, "") is None
