import pytest

from tests.actors.sandbox.registry.practice import Client, World
from tests.protocols.epp_server import frames


@pytest.fixture
def client(thin: World) -> Client:
    client = thin.client()
    assert client.ask(frames.domain_create("mine.com")).code == 1000
    assert client.ask(frames.host_create("ns1.mine.com", "192.0.2.1")).code == 1000
    assert client.ask(frames.host_create("ns1.example.org")).code == 1000
    return client


def delegate(client: Client, *hosts: str) -> None:
    xml = frames.domain_update("mine.com", add=frames.ns_block(*hosts))
    assert client.ask(xml).code == 1000


def test_a_check_tells_which_hosts_are_there(client: Client) -> None:
    reply = client.ask(frames.host_check("NS1.mine.com", "ns2.mine.com"))
    assert reply.attributes("host:name", "avail") == ["0", "1"]


def test_a_host_is_told_to_everybody(thin: World, client: Client) -> None:
    client.ask(frames.host_create("ns2.mine.com", "192.0.2.2", "2001:DB8:0::2"))
    reply = thin.client(1).ask(frames.host_info("ns2.mine.com"))
    assert reply.texts("host:addr") == ["192.0.2.2", "2001:db8::2"]
    assert reply.attributes("host:addr", "ip") == ["v4", "v6"]
    assert reply.attributes("host:status", "s") == ["ok"]
    assert reply.text("host:clID") == "reg-a"


def test_a_host_in_use_is_linked(client: Client) -> None:
    delegate(client, "ns1.mine.com")
    reply = client.ask(frames.host_info("ns1.mine.com"))
    assert reply.attributes("host:status", "s") == ["ok", "linked"]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (frames.host_create("ns1.mine.com", "192.0.2.1"), 2302),
        (frames.host_create("ns2.mine.com"), 2003),
        (frames.host_create("ns2.nobody.com", "192.0.2.1"), 2303),
        (frames.host_create("ns2.taken.com", "192.0.2.1"), 2201),
        (frames.host_create("ns2.example.org", "192.0.2.1"), 2306),
        (frames.host_create("ns2.mine.com", "192.0.2.256"), 2005),
        (frames.host_create("ns2.mine.com", "2001:db8:::1"), 2005),
        (frames.host_create("ns2.mine.com", "192.0.2.2", "192.0.2.2"), 2306),
        (frames.host_create("ns_2.mine.com", "192.0.2.2"), 2005),
        (frames.host_info("ns2.mine.com"), 2303),
        (frames.host_delete("ns2.mine.com"), 2303),
    ],
)
def test_a_host_that_cannot_be_is_refused(client: Client, xml: bytes, code: int) -> None:
    assert client.ask(xml).code == code


def test_an_address_of_the_other_version_is_a_syntax_error_of_a_value(client: Client) -> None:
    xml = frames.host_create("ns2.mine.com", "192.0.2.2").replace(b'ip="v4"', b'ip="v6"')
    assert client.ask(xml).code == 2005


def test_a_host_in_use_is_not_deleted(client: Client) -> None:
    delegate(client, "ns1.mine.com")
    assert client.ask(frames.host_delete("ns1.mine.com")).code == 2305
    client.ask(frames.domain_update("mine.com", rem=frames.ns_block("ns1.mine.com")))
    assert client.ask(frames.host_delete("ns1.mine.com")).code == 1000


def test_only_the_sponsor_may_change_a_host(thin: World, client: Client) -> None:
    other = thin.client(1)
    assert other.ask(frames.host_delete("ns1.example.org")).code == 2201
    assert other.ask(frames.host_update("ns1.example.org", new_name="a.example.org")).code == 2201


def test_addresses_are_added_and_removed(client: Client) -> None:
    xml = frames.host_update(
        "ns1.mine.com",
        add=frames.host_addresses("2001:db8::1"),
        rem=frames.host_addresses("192.0.2.1"),
    )
    assert client.ask(xml).code == 1000
    assert client.ask(frames.host_info("ns1.mine.com")).texts("host:addr") == ["2001:db8::1"]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (frames.host_update("ns1.mine.com"), 2003),
        (frames.host_update("ns1.mine.com", rem=frames.host_addresses("192.0.2.1")), 2003),
        (frames.host_update("ns1.mine.com", rem=frames.host_addresses("192.0.2.9")), 2306),
        (frames.host_update("ns1.mine.com", add=frames.host_addresses("192.0.2.1")), 2306),
        (frames.host_update("ns1.mine.com", add=frames.host_status("linked")), 2306),
        (frames.host_update("ns1.mine.com", new_name="ns1.example.org"), 2302),
        (frames.host_update("ns1.mine.com", new_name="ns9.example.org"), 2306),
        (frames.host_update("ns1.mine.com", new_name="ns1.nobody.com"), 2303),
    ],
)
def test_an_update_that_does_not_fit_is_refused(client: Client, xml: bytes, code: int) -> None:
    assert client.ask(xml).code == code
    assert client.ask(frames.host_info("ns1.mine.com")).texts("host:addr") == ["192.0.2.1"]


@pytest.mark.parametrize(
    ("status", "xml"),
    [
        ("clientDeleteProhibited", frames.host_delete("ns1.mine.com")),
        (
            "clientUpdateProhibited",
            frames.host_update("ns1.mine.com", add=frames.host_addresses("192.0.2.7")),
        ),
    ],
)
def test_what_was_prohibited_stays_so_until_it_is_lifted(
    client: Client, status: str, xml: bytes
) -> None:
    client.ask(frames.host_update("ns1.mine.com", add=frames.host_status(status)))
    assert client.ask(xml).code == 2304
    lift = frames.host_update("ns1.mine.com", rem=frames.host_status(status))
    assert client.ask(lift).code == 1000
    assert client.ask(xml).code == 1000


def test_domains_follow_their_name_servers_new_name(client: Client) -> None:
    delegate(client, "ns1.mine.com", "ns1.example.org")
    assert client.ask(frames.host_update("ns1.mine.com", new_name="dns.mine.com")).code == 1000
    reply = client.ask(frames.domain_info("mine.com"))
    assert reply.texts("domain:hostObj") == ["dns.mine.com", "ns1.example.org"]
    assert reply.texts("domain:host") == ["dns.mine.com"]
    assert client.ask(frames.host_info("ns1.mine.com")).code == 2303
    assert client.ask(frames.host_delete("dns.mine.com")).code == 2305


def test_an_external_name_server_in_use_keeps_its_name(client: Client) -> None:
    rename = frames.host_update("ns1.example.org", new_name="ns2.example.org")
    delegate(client, "ns1.example.org")
    assert client.ask(rename).code == 2305
    client.ask(frames.domain_update("mine.com", rem=frames.ns_block("ns1.example.org")))
    assert client.ask(rename).code == 1000
