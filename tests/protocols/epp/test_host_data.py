"""Host data in answers (RFC 5732)."""

from datetime import UTC, datetime

import pytest

from protocols.epp import (
    HostCheck,
    HostChecks,
    HostCreated,
    HostInfo,
    Response,
    ResponseData,
    parse_answer,
)
from tests.protocols.epp.samples import HOST, response_xml

_AT = "2026-11-03T12:00:00.0Z"
_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def _data(element: str, content: str) -> ResponseData | None:
    data = f'<h:{element} xmlns:h="{HOST}">{content}</h:{element}>'
    answer = parse_answer(response_xml(data=data))
    assert isinstance(answer, Response)
    return answer.data


def test_a_check_tells_each_name_and_why_not() -> None:
    content = (
        '<h:cd><h:name avail="true">ns1.example</h:name></h:cd>'
        '<h:cd><h:name avail="0">ns2.example</h:name><h:reason>In use</h:reason></h:cd>'
    )
    assert _data("chkData", content) == HostChecks(
        (HostCheck("ns1.example", True), HostCheck("ns2.example", False, "In use"))
    )


def test_an_info_tells_addresses_and_statuses() -> None:
    content = (
        '<h:name>ns1.example</h:name><h:roid>NS1-REP</h:roid><h:status s="linked"/>'
        '<h:addr ip="v4">192.0.2.1</h:addr><h:addr ip="v6">2001:db8::1</h:addr>'
        f"<h:clID>us</h:clID><h:crID>them</h:crID><h:crDate>{_AT}</h:crDate>"
        f"<h:upID>us</h:upID><h:upDate>{_AT}</h:upDate><h:trDate>{_AT}</h:trDate>"
    )
    assert _data("infData", content) == HostInfo(
        name="ns1.example",
        roid="NS1-REP",
        statuses=("linked",),
        addresses=("192.0.2.1", "2001:db8::1"),
        sponsor="us",
        creator="them",
        created_at=_NOON,
        updater="us",
        updated_at=_NOON,
        transferred_at=_NOON,
    )


def test_a_creation_tells_when() -> None:
    content = f"<h:name>ns1.example</h:name><h:crDate>{_AT}</h:crDate>"
    assert _data("creData", content) == HostCreated("ns1.example", _NOON)


@pytest.mark.parametrize("element", ["infData", "creData"])
def test_data_without_their_name_stay_raw(element: str) -> None:
    assert _data(element, "") is None
