import pytest

from tests.actors.sandbox.registry.practice import Client, World
from tests.protocols.epp_server import frames

ROLES = (("con-1", "admin"), ("con-1", "tech"))
DISCLOSE = (
    '<contact:disclose flag="0"><contact:name type="int"/><contact:org type="loc"/>'
    "<contact:voice/><contact:email/></contact:disclose>"
)


@pytest.fixture
def client(thick: World) -> Client:
    client = thick.client()
    assert client.ask(frames.contact_create("con-1", disclose=DISCLOSE)).code == 1000
    return client


def test_a_check_tells_which_identifiers_are_free(client: Client) -> None:
    reply = client.ask(frames.contact_check("con-1", "con-2"))
    assert reply.attributes("contact:id", "avail") == ["0", "1"]
    assert reply.texts("contact:reason") == ["In use"]


def test_the_sponsor_is_told_everything(client: Client) -> None:
    client.ask(
        frames.contact_create("con-2", postal=frames.postal_info("int") + frames.postal_info("loc"))
    )
    first = client.ask(frames.contact_info("con-1"))
    assert first.text("contact:org") == "Example & Sons"
    assert first.texts("contact:street") == ["1 Main Street", "Suite 2"]
    assert first.attributes("contact:voice", "x") == ["12", None]
    assert first.attributes("contact:disclose", "flag") == ["0"]
    assert first.text("contact:pw") == "2fooBAR"
    second = client.ask(frames.contact_info("con-2"))
    assert second.attributes("contact:postalInfo", "type") == ["int", "loc"]


def test_a_contact_is_personal_and_shown_only_to_who_proves_a_right(
    thick: World, client: Client
) -> None:
    other = thick.client(1)
    assert other.ask(frames.contact_info("con-1")).code == 2201
    assert other.ask(frames.contact_info("con-1", pw="guess-it")).code == 2202
    assert other.ask(frames.contact_info("con-1", pw="2fooBAR")).code == 1000
    client.ask(frames.contact_create("con-2", pw=""))
    assert other.ask(frames.contact_info("con-2", pw="")).code == 2202


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (frames.contact_create("con-1"), 2302),
        (frames.contact_create("con-2", email="nobody"), 2005),
        (frames.contact_create("con-2", email="no body@example.com"), 2005),
        (frames.contact_create("con-2", postal=frames.postal_info(country="1Z")), 2005),
        (frames.contact_create("con-2", postal=frames.postal_info() * 2), 2306),
        (frames.contact_info("con-2"), 2303),
        (frames.contact_delete("con-2"), 2303),
    ],
)
def test_a_contact_that_cannot_be_is_refused(client: Client, xml: bytes, code: int) -> None:
    assert client.ask(xml).code == code


def test_a_contact_in_use_is_linked_and_not_deleted(thick: World, client: Client) -> None:
    client.ask(frames.domain_create("mine.org", registrant="con-1", contacts=ROLES))
    info = client.ask(frames.contact_info("con-1"))
    assert info.attributes("contact:status", "s") == ["ok", "linked"]
    assert client.ask(frames.contact_delete("con-1")).code == 2305
    client.ask(frames.domain_delete("mine.org"))
    assert thick.client(1).ask(frames.contact_delete("con-1")).code == 2201
    assert client.ask(frames.contact_delete("con-1")).code == 1000


@pytest.mark.parametrize(
    ("registrant", "contacts", "code"),
    [
        ("con-1", ROLES, 1000),
        (None, ROLES, 2003),
        ("con-1", ROLES[:1], 2003),
        ("con-1", ROLES[1:], 2003),
        ("con-9", ROLES, 2303),
        ("con-1", (*ROLES, ("con-9", "billing")), 2303),
        ("con-1", (*ROLES, ROLES[0]), 2306),
    ],
)
def test_a_domain_has_a_registrant_an_admin_and_a_tech(
    client: Client, registrant: str | None, contacts: tuple[tuple[str, str], ...], code: int
) -> None:
    xml = frames.domain_create("mine.org", registrant=registrant, contacts=contacts)
    assert client.ask(xml).code == code


def test_a_domain_may_be_without_auth_info_in_the_thick_profile(client: Client) -> None:
    xml = frames.domain_create("mine.org", registrant="con-1", contacts=ROLES, pw="")
    assert client.ask(xml).code == 1000
    assert client.ask(frames.domain_info("mine.org")).text("domain:pw") is None


def test_a_contact_is_not_updated_here(client: Client) -> None:
    xml = (
        frames.contact_delete("con-1")
        .replace(b"delete>", b"update>")
        .replace(b"<contact:delete", b"<contact:update")
    )
    assert client.ask(xml, valid=False).code == 2101
