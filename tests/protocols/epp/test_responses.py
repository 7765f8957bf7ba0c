"""Answers: strict about their frame, patient with their data."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from protocols.epp import (
    DomainChecks,
    InvalidElement,
    MessageQueue,
    Response,
    Result,
    UnhandledData,
    parse_answer,
)
from tests.protocols.epp.samples import (
    CLTRID,
    DOMAIN,
    SVTRID,
    epp,
    response_xml,
    result_xml,
)

_CHECK = (
    f'<d:chkData xmlns:d="{DOMAIN}"><d:cd><d:name avail="1">a.example</d:name></d:cd></d:chkData>'
)
_BROKEN_CHECK = f'<d:chkData xmlns:d="{DOMAIN}"><d:cd><d:name>a.example</d:name></d:cd></d:chkData>'
_UNKNOWN = '<x:thing xmlns:x="urn:x"><x:pw>secret</x:pw></x:thing>'


def _response(xml: bytes) -> Response:
    response = parse_answer(xml)
    assert isinstance(response, Response)
    return response


def test_a_plain_answer_has_a_result_and_both_transaction_ids() -> None:
    assert _response(response_xml(1000)) == Response(
        results=(Result(code=1000, message="As asked"),), cltrid=CLTRID, svtrid=SVTRID
    )


def test_a_pretty_printed_answer_reads_the_same() -> None:
    xml = epp(
        "\n <response>\n  <result code='1000'>\n   <msg>\n    As\n    asked\n   </msg>\n  </result>"
        f"\n  <trID>\n   <clTRID>\n{CLTRID}\n</clTRID>\n   <svTRID> {SVTRID} </svTRID>\n  </trID>"
        "\n </response>\n"
    )
    assert _response(xml) == _response(response_xml(1000))


def test_a_prefix_on_epp_itself_reads_the_same() -> None:
    plain = response_xml(1000).decode()
    prefixed = plain.replace("xmlns=", "xmlns:e=").replace("</", "</e:").replace("<", "<e:")
    prefixed = prefixed.replace("<e:/e:", "</e:").replace("<e:?", "<?")
    assert _response(prefixed.encode()) == _response(plain.encode())


def test_of_several_results_the_worst_counts() -> None:
    results = result_xml(2004, "Range") + result_xml(2306, "Policy") + result_xml(2005, "Syntax")
    response = _response(response_xml(results=results))
    assert [result.code for result in response.results] == [2004, 2306, 2005]
    assert (response.code, response.message) == (2306, "Policy")


def test_values_and_reasons_are_kept_in_order() -> None:
    values = (
        f'<value><d:name xmlns:d="{DOMAIN}">a.example</d:name></value>'
        f'<extValue><value><d:ns xmlns:d="{DOMAIN}">ns1</d:ns></value>'
        '<reason lang="en">no such host</reason></extValue>'
    )
    response = _response(response_xml(results=result_xml(2303, content=values)))
    assert response.worst.values == ("a.example", "ns1")
    assert response.reasons == ("no such host",)
    assert response.unhandled == ()


def test_data_of_a_service_not_asked_for_are_kept_raw() -> None:
    value = (
        f"<extValue><value>{_UNKNOWN}</value>"
        "<reason>\n urn:x not in login services\n</reason></extValue>"
    )
    response = _response(response_xml(results=result_xml(1000, content=value)))
    assert [each.namespace for each in response.unhandled] == ["urn:x"]
    assert etree.fromstring(response.unhandled[0].xml).tag == "{urn:x}thing"
    assert (response.reasons, response.worst.values) == ((), ())
    assert "secret" not in repr(response)


def test_a_message_may_be_in_another_language() -> None:
    result = '<result code="1000"><msg lang="fr">Termin\u00e9</msg></result>'
    assert _response(response_xml(results=result)).worst == Result(
        code=1000, message="Termin\u00e9", language="fr"
    )


def test_a_queue_tells_its_length_and_its_oldest_message() -> None:
    queue = (
        '<msgQ count="5" id="12"><qDate>2026-11-03T12:00:00.0Z</qDate>'
        "<msg>Transfer <b>requested</b>.</msg></msgQ>"
    )
    assert _response(response_xml(1301, queue=queue)).queue == MessageQueue(
        count=5,
        id="12",
        at=datetime(2026, 11, 3, 12, tzinfo=UTC),
        text="Transfer requested.",
    )


def test_after_an_acknowledgement_the_queue_has_no_message() -> None:
    assert _response(response_xml(queue='<msgQ count="4" id="13"/>')).queue == MessageQueue(
        count=4, id="13"
    )


def test_known_data_are_typed_and_others_stay_raw() -> None:
    response = _response(response_xml(data=_UNKNOWN + _CHECK + _CHECK))
    assert isinstance(response.data, DomainChecks)
    assert [etree.fromstring(xml).tag for xml in response.data_xml] == [
        "{urn:x}thing",
        f"{{{DOMAIN}}}chkData",
    ]


def test_known_data_that_do_not_fit_their_schema_stay_raw() -> None:
    response = _response(response_xml(data=_BROKEN_CHECK))
    assert response.data is None
    assert len(response.data_xml) == 1
    assert response.code == 1000


def test_an_unknown_extension_is_kept_raw_and_out_of_sight() -> None:
    response = _response(response_xml(extension=_UNKNOWN))
    assert [etree.fromstring(xml).tag for xml in response.extension_xml] == ["{urn:x}thing"]
    assert "secret" not in repr(response)


def test_transaction_ids_may_be_absent() -> None:
    assert _response(response_xml(2001, cltrid=None)).cltrid is None
    bare = _response(epp(f"<response>{result_xml(2400)}</response>"))
    assert (bare.cltrid, bare.svtrid) == (None, "")


def test_empty_transaction_ids_are_absent_ones() -> None:
    transaction = "<trID><clTRID/><svTRID/><other/></trID>"
    response = _response(epp(f"<response>{result_xml(2400)}{transaction}</response>"))
    assert (response.cltrid, response.svtrid) == (None, "")


def test_elements_that_no_rfc_knows_are_passed_over() -> None:
    result = result_xml(1000, content="<other/>")
    assert _response(response_xml(results=f"{result}<other/>")) == _response(response_xml(1000))


@pytest.mark.parametrize(
    "content",
    [
        "<trID/>",
        "<result><msg/></result>",
        '<result code="x"><msg/></result>',
        '<result code="999"><msg/></result>',
        '<result code="3000"><msg/></result>',
        '<result code="1000"/>',
        '<result code="2005"><msg/><extValue><reason/></extValue></result>',
        '<result code="2005"><msg/><extValue><value/></extValue></result>',
        '<result code="1301"><msg/></result><msgQ id="1"/>',
        '<result code="1301"><msg/></result><msgQ count="many" id="1"/>',
        '<result code="1301"><msg/></result><msgQ count="1"><qDate>now</qDate></msgQ>',
    ],
)
def test_an_answer_whose_frame_is_wrong_is_refused(content: str) -> None:
    with pytest.raises(InvalidElement):
        parse_answer(epp(f"<response>{content}</response>"))


def test_unhandled_data_compare_by_value() -> None:
    assert UnhandledData("urn:x", b"<x/>") == UnhandledData("urn:x", b"<x/>")
