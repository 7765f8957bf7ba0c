"""Commands as documents: valid against the published schemas, whatever the values."""

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from protocols.epp import (
    CheckDomains,
    Command,
    Hello,
    InvalidTransactionId,
    Logout,
    UnencodableCharacter,
    encode_command,
)
from tests.protocols.epp.samples import EPP
from tests.protocols.epp.strategies import (
    commands,
    contact_commands,
    domain_commands,
    host_commands,
    session_commands,
    transaction_ids,
)

_over_one_schema = settings(suppress_health_check=[HealthCheck.too_slow])


def _assert_valid(schema: etree.XMLSchema, command: Command, cltrid: str) -> None:
    document = etree.fromstring(encode_command(command, cltrid))
    assert schema.validate(document), (command, schema.error_log)


@_over_one_schema
@given(session_commands, transaction_ids)
def test_every_session_command_is_valid(
    schema: etree.XMLSchema, command: Command, cltrid: str
) -> None:
    _assert_valid(schema, command, cltrid)


@_over_one_schema
@given(domain_commands, transaction_ids)
def test_every_domain_command_is_valid(
    schema: etree.XMLSchema, command: Command, cltrid: str
) -> None:
    _assert_valid(schema, command, cltrid)


@_over_one_schema
@given(host_commands, transaction_ids)
def test_every_host_command_is_valid(
    schema: etree.XMLSchema, command: Command, cltrid: str
) -> None:
    _assert_valid(schema, command, cltrid)


@_over_one_schema
@given(contact_commands, transaction_ids)
def test_every_contact_command_is_valid(
    schema: etree.XMLSchema, command: Command, cltrid: str
) -> None:
    _assert_valid(schema, command, cltrid)


@given(commands, transaction_ids)
def test_every_command_but_hello_ends_with_its_transaction_id(
    command: Command, cltrid: str
) -> None:
    root = etree.fromstring(encode_command(command, cltrid))
    if isinstance(command, Hello):
        assert [child.tag for child in root] == [f"{{{EPP}}}hello"]
    else:
        assert root[0][-1].tag == f"{{{EPP}}}clTRID"
        assert root[0][-1].text == cltrid


def test_the_document_is_compact_with_the_default_namespace_on_epp() -> None:
    assert encode_command(CheckDomains(("a.example", "b.example")), "ABC-1") == (
        b'<?xml version="1.0" encoding="UTF-8"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0">'
        b'<command><check><domain:check xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">'
        b"<domain:name>a.example</domain:name><domain:name>b.example</domain:name>"
        b"</domain:check></check><clTRID>ABC-1</clTRID></command></epp>"
    )


@pytest.mark.parametrize("cltrid", ["", "ab", "a" * 65])
def test_a_transaction_id_of_a_wrong_length_is_refused(cltrid: str) -> None:
    with pytest.raises(InvalidTransactionId):
        encode_command(Logout(), cltrid)


def test_a_control_character_is_refused_wherever_it_is() -> None:
    with pytest.raises(UnencodableCharacter):
        encode_command(CheckDomains(("a\x07.example",)), "ABC-1")
    with pytest.raises(UnencodableCharacter):
        encode_command(Logout(), "ABC\x00")
