"""The greeting, and what to ask for after it."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from protocols.epp import Greeting, InvalidElement, login_services, parse_answer
from tests.protocols.epp.samples import CONTACT, DOMAIN, HOST, UNHANDLED, epp, greeting_xml


def _greeting(xml: bytes) -> Greeting:
    greeting = parse_answer(xml)
    assert isinstance(greeting, Greeting)
    return greeting


def test_a_greeting_tells_who_when_and_what(schema: etree.XMLSchema) -> None:
    assert schema.validate(etree.fromstring(greeting_xml()))
    assert _greeting(greeting_xml()) == Greeting(
        server_id="Practice registry",
        server_date=datetime(2026, 11, 3, 12, tzinfo=UTC),
        versions=("1.0",),
        languages=("en", "fr"),
        object_uris=(DOMAIN, HOST, CONTACT),
        extension_uris=(UNHANDLED,),
    )


def test_a_menu_may_offer_no_extension() -> None:
    assert _greeting(greeting_xml(extensions=())).extension_uris == ()


@pytest.mark.parametrize(
    "xml",
    [
        epp("<greeting/>"),
        epp("<greeting><svID>x</svID><svDate>2026-11-03T12:00:00Z</svDate></greeting>"),
        epp("<greeting><svcMenu/><svDate>2026-11-03T12:00:00Z</svDate></greeting>"),
        epp("<greeting><svcMenu/><svID>x</svID></greeting>"),
        greeting_xml(server_date="yesterday"),
        greeting_xml(server_date=""),
    ],
)
def test_a_greeting_without_its_parts_is_refused(xml: bytes) -> None:
    with pytest.raises(InvalidElement):
        parse_answer(xml)


def test_login_asks_for_what_is_offered_and_understood() -> None:
    greeting = _greeting(
        greeting_xml(
            objects=(HOST, "urn:example:other-1.0", DOMAIN),
            extensions=("urn:example:unknown-1.0", UNHANDLED),
        )
    )
    assert login_services(greeting) == ((DOMAIN, HOST), (UNHANDLED,))
    assert login_services(_greeting(greeting_xml(objects=("urn:x",), extensions=()))) == ((), ())
