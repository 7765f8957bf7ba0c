import pytest

from tests.actors.sandbox.registry.practice import Client, World
from tests.protocols.epp_server import frames

UPDATE_PROHIBITED = frames.domain_status("clientUpdateProhibited")


@pytest.fixture
def client(thin: World) -> Client:
    client = thin.client()
    for host in ("ns1.example.org", "ns2.example.org", "ns3.example.org"):
        assert client.ask(frames.host_create(host)).code == 1000
    ns = ("ns1.example.org", "ns2.example.org")
    assert client.ask(frames.domain_create("mine.com", ns=ns)).code == 1000
    return client


def nameservers(client: Client) -> list[str]:
    return client.ask(frames.domain_info("mine.com")).texts("domain:hostObj")


def statuses(client: Client) -> list[str | None]:
    return client.ask(frames.domain_info("mine.com")).attributes("domain:status", "s")


def test_name_servers_are_added_and_removed_in_one_update(client: Client) -> None:
    reply = client.ask(
        frames.domain_update(
            "mine.com",
            add=frames.ns_block("ns3.example.org"),
            rem=frames.ns_block("ns1.example.org"),
        )
    )
    assert reply.code == 1000
    assert nameservers(client) == ["ns2.example.org", "ns3.example.org"]


def test_an_unknown_name_server_is_not_added_and_nothing_else_is_done(client: Client) -> None:
    xml = frames.domain_update(
        "mine.com",
        add=frames.ns_block("ns9.example.org") + frames.domain_status("clientHold"),
        rem=frames.ns_block("ns1.example.org"),
    )
    reply = client.ask(xml)
    assert (reply.code, reply.changes) == (2303, ())
    assert nameservers(client) == ["ns1.example.org", "ns2.example.org"]
    assert statuses(client) == ["ok"]


@pytest.mark.parametrize(
    "xml",
    [
        frames.domain_update("mine.com", add=frames.ns_block("ns1.example.org")),
        frames.domain_update("mine.com", rem=frames.ns_block("ns3.example.org")),
        frames.domain_update("mine.com", rem=frames.domain_status("clientHold")),
        frames.domain_update("mine.com", add=frames.domain_status("serverHold")),
        frames.domain_update("mine.com", add=frames.domain_status("ok")),
        frames.domain_update("mine.com", add=frames.contact_block(("con-1", "tech"))),
        frames.domain_update("mine.com", rem=frames.contact_block(("con-1", "tech"))),
        frames.domain_update("mine.com", chg="<domain:registrant>con-1</domain:registrant>"),
        frames.domain_update("mine.com", chg=frames.domain_secret("short")),
    ],
)
def test_a_change_that_does_not_fit_is_against_the_policy(client: Client, xml: bytes) -> None:
    assert client.ask(xml).code == 2306


def test_an_update_without_a_change_lacks_a_parameter(client: Client) -> None:
    assert client.ask(frames.domain_update("mine.com")).code == 2003


def test_statuses_are_set_once_and_lifted_once(client: Client) -> None:
    xml = frames.domain_update(
        "mine.com", add=frames.domain_status("clientTransferProhibited", "clientHold")
    )
    assert client.ask(xml).code == 1000
    assert statuses(client) == ["clientHold", "clientTransferProhibited"]
    assert client.ask(xml).code == 2306
    lift = frames.domain_update("mine.com", rem=frames.domain_status("clientHold"))
    assert client.ask(lift).code == 1000
    assert statuses(client) == ["clientTransferProhibited"]


def test_a_prohibited_update_can_only_lift_the_prohibition(client: Client) -> None:
    assert client.ask(frames.domain_update("mine.com", add=UPDATE_PROHIBITED)).code == 1000
    hold = frames.domain_update("mine.com", add=frames.domain_status("clientHold"))
    assert client.ask(hold).code == 2304
    assert client.ask(frames.domain_update("mine.com", rem=UPDATE_PROHIBITED)).code == 1000
    assert client.ask(hold).code == 1000


@pytest.mark.parametrize(
    ("secret", "told"), [("new-secret", "new-secret"), (None, None), ("", None)]
)
def test_auth_info_is_changed_and_cleared(
    client: Client, secret: str | None, told: str | None
) -> None:
    xml = frames.domain_update("mine.com", chg=frames.domain_secret(secret))
    assert client.ask(xml).code == 1000
    reply = client.ask(frames.domain_info("mine.com"))
    assert reply.text("domain:pw") == told
    assert reply.text("domain:upDate") is not None


def test_the_thick_profile_keeps_its_required_contacts(thick: World) -> None:
    client = thick.client()
    for contact_id in ("con-1", "con-2"):
        client.ask(frames.contact_create(contact_id))
    roles = (("con-1", "admin"), ("con-1", "tech"))
    create = frames.domain_create("mine.org", registrant="con-1", contacts=roles)
    assert client.ask(create).code == 1000
    swap = frames.domain_update(
        "mine.org",
        add=frames.contact_block(("con-2", "tech"), ("con-2", "billing")),
        rem=frames.contact_block(("con-1", "tech")),
        chg="<domain:registrant>con-2</domain:registrant>",
    )
    assert client.ask(swap).code == 1000
    reply = client.ask(frames.domain_info("mine.org"))
    assert reply.text("domain:registrant") == "con-2"
    assert reply.texts("domain:contact") == ["con-1", "con-2", "con-2"]
    for xml, code in (
        (frames.domain_update("mine.org", rem=frames.contact_block(("con-1", "admin"))), 2003),
        (frames.domain_update("mine.org", chg="<domain:registrant/>"), 2003),
        (frames.domain_update("mine.org", rem=frames.contact_block(("con-9", "tech"))), 2306),
        (frames.domain_update("mine.org", add=frames.contact_block(("con-2", "tech"))), 2306),
        (frames.domain_update("mine.org", add=frames.contact_block(("con-9", "tech"))), 2303),
    ):
        assert client.ask(xml).code == code
