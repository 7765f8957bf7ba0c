"""Contact commands as XML (RFC 5733 section 3)."""

import pytest

from protocols.epp import (
    CheckContacts,
    CreateContact,
    DeleteContact,
    Disclosure,
    InfoContact,
    InvalidCommand,
    PostalInfo,
)
from protocols.epp.contact_commands import ContactCommand
from protocols.epp.contact_encoding import contact_verb

_XMLNS = ' xmlns:contact="urn:ietf:params:xml:ns:contact-1.0"'
_LEAST = PostalInfo(kind="int", name="Jo", city="Bern", country="CH")


def _written(command: ContactCommand) -> str:
    return contact_verb(command).replace(_XMLNS, "").replace("contact:", "")


def test_the_small_commands_name_their_contacts() -> None:
    assert _written(CheckContacts(("id1", "id2"))) == (
        "<check><check><id>id1</id><id>id2</id></check></check>"
    )
    assert _written(InfoContact("id1")) == "<info><info><id>id1</id></info></info>"
    assert "<authInfo><pw>secret</pw></authInfo>" in _written(InfoContact("id1", "secret"))
    assert _written(DeleteContact("id1")) == "<delete><delete><id>id1</id></delete></delete>"


def test_a_check_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidCommand, match="contact:check"):
        contact_verb(CheckContacts(()))


def test_a_create_writes_everything_in_the_schema_s_order() -> None:
    postal = PostalInfo(
        kind="loc",
        name="J\u00f6 & Co",
        organisation="Org",
        street=("One", "Two"),
        city="Bern",
        province="BE",
        postal_code="3000",
        country="CH",
    )
    command = CreateContact(
        id="id1",
        postal_infos=(_LEAST, postal),
        voice="+41.311234567x12",
        fax="+41.311234568",
        email="jo@example.com",
        auth_info="secret",
        disclosure=Disclosure(
            allowed=False,
            names=("int",),
            organisations=("loc",),
            addresses=("int", "loc"),
            voice=True,
            fax=True,
            email=True,
        ),
    )
    assert _written(command) == (
        '<create><create><id>id1</id><postalInfo type="int"><name>Jo</name>'
        "<addr><city>Bern</city><cc>CH</cc></addr></postalInfo>"
        '<postalInfo type="loc"><name>J\u00f6 &amp; Co</name><org>Org</org>'
        "<addr><street>One</street><street>Two</street><city>Bern</city><sp>BE</sp>"
        "<pc>3000</pc><cc>CH</cc></addr></postalInfo>"
        '<voice x="12">+41.311234567</voice><fax>+41.311234568</fax>'
        "<email>jo@example.com</email><authInfo><pw>secret</pw></authInfo>"
        '<disclose flag="0"><name type="int"/><org type="loc"/><addr type="int"/>'
        '<addr type="loc"/><voice/><fax/><email/></disclose></create></create>'
    )


def test_the_least_create_leaves_the_rest_out() -> None:
    command = CreateContact(
        id="id1",
        postal_infos=(_LEAST,),
        email="jo@example.com",
        auth_info="",
        disclosure=Disclosure(allowed=True, email=False),
    )
    written = _written(command)
    assert '<disclose flag="1"></disclose>' in written
    assert "voice" not in written
    assert "fax" not in written


@pytest.mark.parametrize(
    "postal_infos",
    [
        (),
        (_LEAST, _LEAST, _LEAST),
        (PostalInfo(kind="int", name="n", street=("1", "2", "3", "4"), city="c", country="CH"),),
    ],
)
def test_a_create_that_no_schema_allows_is_refused(postal_infos: tuple[PostalInfo, ...]) -> None:
    command = CreateContact(id="id1", postal_infos=postal_infos, email="e", auth_info="")
    with pytest.raises(InvalidCommand, match="contact:create"):
        contact_verb(command)
