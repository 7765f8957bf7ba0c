"""Documents from servers: any octets give an answer or a RemoteProtocolError."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from protocols.epp import (
    Greeting,
    InvalidElement,
    RemoteProtocolError,
    Response,
    parse_answer,
)
from tests.protocols.epp.samples import CONTACT, DOMAIN, EPP, HOST, epp, greeting_xml, response_xml

_TAGS = (
    ["epp", "response", "result", "msg", "value", "extValue", "reason", "msgQ", "qDate"]
    + ["resData", "extension", "trID", "clTRID", "svTRID", "greeting", "svcMenu", "svDate"]
    + [
        f"{prefix}:{name}"
        for prefix in ("d", "h", "c")
        for name in ("chkData", "infData", "creData", "trnData", "panData", "renData", "cd")
    ]
    + ["d:name", "c:id", "d:ns", "d:hostAttr", "d:hostObj", "d:crDate", "c:postalInfo", "c:addr"]
    + ["d:authInfo", "d:paTRID", "c:voice", "c:disclose", "d:contact", "h:addr"]
)
_ATTRIBUTES = ["", ' code="1000"', ' count="1" id="2"', ' avail="1"', ' type="loc"', ' flag="1"']


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from(_TAGS),
        st.sampled_from(_ATTRIBUTES),
        children,
    )


_trees = st.recursive(
    st.sampled_from(["", "x", "1000", "2026-11-03T12:00:00Z"]),
    lambda inner: st.lists(_element(inner), max_size=4).map("".join),
    max_leaves=20,
)


@given(st.binary(max_size=400))
def test_any_octets_give_an_answer_or_a_remote_protocol_error(data: bytes) -> None:
    _parse_or_refuse(data)


@given(_trees)
def test_any_tree_of_known_elements_gives_an_answer_or_a_remote_protocol_error(tree: str) -> None:
    opening = f'<epp xmlns="{EPP}" xmlns:d="{DOMAIN}" xmlns:h="{HOST}" xmlns:c="{CONTACT}">'
    _parse_or_refuse(f"{opening}{tree}</epp>".encode())
    data = f"{opening}<response><result code='1000'><msg/></result><resData>{tree}</resData>"
    answer = parse_answer(f"{data}<trID/></response></epp>".encode())
    assert isinstance(answer, Response)


@given(st.data())
def test_a_damaged_answer_gives_an_answer_or_a_remote_protocol_error(data: st.DataObject) -> None:
    xml = bytearray(data.draw(st.sampled_from([greeting_xml(), response_xml(2302)])))
    for _ in range(data.draw(st.integers(1, 5))):
        position = data.draw(st.integers(0, len(xml) - 1))
        xml[position] = data.draw(st.integers(0, 255))
    _parse_or_refuse(bytes(xml))


@pytest.mark.parametrize(
    "xml",
    [
        b"<epp/>",
        epp(""),
        epp("<hello/>"),
        epp("<command/>"),
        epp("<response/><response/>"),
        epp("<response/>"),
        b"<response xmlns='urn:ietf:params:xml:ns:epp-1.0'/>",
        b"<epp><response/></epp>",
    ],
)
def test_a_document_that_is_not_for_a_server_to_send_is_refused(xml: bytes) -> None:
    with pytest.raises(InvalidElement):
        parse_answer(xml)


def test_every_published_answer_is_read_and_its_known_data_are_typed(
    sample_frames: list[Path],
) -> None:
    answers = 0
    for path in sample_frames:
        xml = path.read_bytes()
        root = etree.fromstring(xml)
        if not any(child.tag in {f"{{{EPP}}}response", f"{{{EPP}}}greeting"} for child in root):
            with pytest.raises(InvalidElement):
                parse_answer(xml)
            continue
        answers += 1
        answer = parse_answer(xml)
        assert isinstance(answer, Response | Greeting)
        for data in root.iter(f"{{{EPP}}}resData"):
            assert isinstance(answer, Response)
            known = str(data[0].tag).startswith((f"{{{DOMAIN}}}", f"{{{HOST}}}", f"{{{CONTACT}}}"))
            assert (answer.data is not None) == known, path.name
    assert answers > 100


def _parse_or_refuse(data: bytes) -> None:
    try:
        answer = parse_answer(data)
    except RemoteProtocolError:
        return
    assert isinstance(answer, Response | Greeting)
