"""Domain commands as XML (RFC 5731 section 3)."""

from datetime import UTC, date, datetime

import pytest

from protocols.epp import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    DomainContact,
    HostAttribute,
    InfoDomain,
    InvalidCommand,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from protocols.epp.domain_commands import DomainCommand
from protocols.epp.domain_encoding import domain_verb

_XMLNS = ' xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"'


def _written(command: DomainCommand) -> str:
    return domain_verb(command).replace(_XMLNS, "").replace("domain:", "")


def test_a_check_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidCommand, match="domain:check"):
        domain_verb(CheckDomains(()))


def test_an_info_says_which_hosts_it_wants() -> None:
    assert _written(InfoDomain("a.example", hosts="none")) == (
        '<info><info><name hosts="none">a.example</name></info></info>'
    )
    assert "<authInfo><pw>a&amp;b</pw></authInfo>" in _written(
        InfoDomain("a.example", auth_info="a&b")
    )


def test_a_create_writes_everything_in_the_schema_s_order() -> None:
    command = CreateDomain(
        name="a.example",
        years=2,
        nameservers=("ns1.example", "ns2.example"),
        registrant="reg1",
        contacts=(DomainContact("tech", "tec1"),),
        auth_info="secret",
    )
    assert _written(command) == (
        '<create><create><name>a.example</name><period unit="y">2</period>'
        "<ns><hostObj>ns1.example</hostObj><hostObj>ns2.example</hostObj></ns>"
        '<registrant>reg1</registrant><contact type="tech">tec1</contact>'
        "<authInfo><pw>secret</pw></authInfo></create></create>"
    )


def test_the_least_create_still_has_an_auth_info() -> None:
    assert _written(CreateDomain(name="a.example", auth_info="")) == (
        "<create><create><name>a.example</name><authInfo><pw></pw></authInfo></create></create>"
    )


def test_host_attributes_carry_their_addresses_by_family() -> None:
    servers = (HostAttribute("ns1.example", ("192.0.2.1", "2001:db8::1")),)
    assert (
        "<ns><hostAttr><hostName>ns1.example</hostName>"
        '<hostAddr ip="v4">192.0.2.1</hostAddr><hostAddr ip="v6">2001:db8::1</hostAddr>'
        "</hostAttr></ns>"
    ) in _written(CreateDomain(name="a.example", nameservers=servers, auth_info="x"))


def test_host_objects_and_host_attributes_are_never_mixed() -> None:
    servers = ("ns1.example", HostAttribute("ns2.example"))
    with pytest.raises(InvalidCommand, match="mixes"):
        domain_verb(UpdateDomain(name="a.example", add_nameservers=servers))


def test_a_renew_carries_the_date_part_of_the_expiry() -> None:
    expected = (
        "<renew><renew><name>a.example</name><curExpDate>2027-02-03</curExpDate>"
        '<period unit="y">1</period></renew></renew>'
    )
    assert _written(RenewDomain("a.example", date(2027, 2, 3), 1)) == expected
    with_time = datetime(2027, 2, 3, 4, 5, tzinfo=UTC)
    assert _written(RenewDomain("a.example", with_time, 1)) == expected


def test_a_delete_names_the_domain() -> None:
    assert _written(DeleteDomain("a.example")) == (
        "<delete><delete><name>a.example</name></delete></delete>"
    )


def test_an_update_leaves_out_the_parts_that_change_nothing() -> None:
    assert _written(UpdateDomain(name="a.example")) == (
        "<update><update><name>a.example</name></update></update>"
    )


def test_an_update_adds_removes_and_changes_in_that_order() -> None:
    command = UpdateDomain(
        name="a.example",
        add_nameservers=("ns1.example",),
        add_statuses=("clientHold",),
        remove_nameservers=("ns2.example",),
        remove_contacts=(DomainContact("admin", "adm1"),),
        new_registrant="reg2",
        new_auth_info="secret",
    )
    assert _written(command) == (
        "<update><update><name>a.example</name>"
        '<add><ns><hostObj>ns1.example</hostObj></ns><status s="clientHold"/></add>'
        '<rem><ns><hostObj>ns2.example</hostObj></ns><contact type="admin">adm1</contact></rem>'
        "<chg><registrant>reg2</registrant><authInfo><pw>secret</pw></authInfo></chg>"
        "</update></update>"
    )


def test_empty_texts_take_the_registrant_and_the_auth_info_away() -> None:
    assert ("<chg><registrant></registrant><authInfo><null/></authInfo></chg>") in _written(
        UpdateDomain(name="a.example", new_registrant="", new_auth_info="")
    )


def test_a_transfer_tells_its_operation() -> None:
    assert _written(TransferDomain(name="a.example", operation="query")) == (
        '<transfer op="query"><transfer><name>a.example</name></transfer></transfer>'
    )
    request = TransferDomain(name="a.example", operation="request", years=1, auth_info="secret")
    assert _written(request) == (
        '<transfer op="request"><transfer><name>a.example</name><period unit="y">1</period>'
        "<authInfo><pw>secret</pw></authInfo></transfer></transfer>"
    )
