import pytest

from tests.actors.sandbox.registry.practice import Client, World
from tests.protocols.epp_server import frames


@pytest.fixture
def client(thin: World) -> Client:
    client = thin.client()
    assert client.ask(frames.domain_create("mine.com")).code == 1000
    return client


def test_example_is_available_in_every_zone_at_the_first_start(thin: World, thick: World) -> None:
    thin_reply = thin.client().ask(frames.domain_check("example.com", "example.net"))
    thick_reply = thick.client().ask(frames.domain_check("example.org", "example.co.example"))
    assert thin_reply.attributes("domain:name", "avail") == ["1", "1"]
    assert thick_reply.attributes("domain:name", "avail") == ["1", "1"]


def test_a_check_says_why_a_name_is_not_available(client: Client) -> None:
    reply = client.ask(
        frames.domain_check(
            "MINE.com", "free.com", "taken.net", "reserved-one.com", "a.org", "a.b.com"
        )
    )
    assert reply.attributes("domain:name", "avail") == ["0", "1", "0", "0", "0", "0"]
    assert reply.texts("domain:name")[0] == "mine.com"
    assert reply.texts("domain:reason") == [
        "In use",
        "In use",
        "Reserved",
        "Not in our zones",
        "Not in our zones",
    ]


def test_a_check_of_too_many_names_is_against_the_policy(client: Client) -> None:
    names = tuple(f"name-{number}.com" for number in range(101))
    assert client.ask(frames.domain_check(*names[:100])).code == 1000
    assert client.ask(frames.domain_check(*names)).code == 2306


@pytest.mark.parametrize(
    "name",
    [
        "-bad.com",
        "bad-.com",
        "b_d.com",
        "bad..com",
        "ab--cd.com",
        "com",
        "bücher.com",
        f"{'a' * 64}.com",
    ],
)
def test_a_name_that_is_not_well_made_is_a_syntax_error_of_a_value(
    client: Client, name: str
) -> None:
    for xml in (
        frames.domain_check(name),
        frames.domain_create(name),
        frames.domain_info(name),
        frames.domain_delete(name),
    ):
        reply = client.ask(xml)
        assert (reply.code, reply.text("domain:name")) == (2005, name)


def test_a_name_of_more_than_253_characters_is_a_syntax_error_of_a_value(client: Client) -> None:
    name = f"{'a.' * 125}com"
    assert client.ask(frames.domain_check(f"a{name}")).code == 2005


def test_a_create_registers_for_a_year_unless_told_otherwise(client: Client) -> None:
    one = client.ask(frames.domain_create("one.com"))
    two = client.ask(frames.domain_create("two.com", period=(24, "m")))
    ten = client.ask(frames.domain_create("ten.com", period=(10, "y")))
    assert one.text("domain:crDate") == "2026-11-22T12:30:15.250Z"
    assert one.text("domain:exDate") == "2027-11-22T12:30:15.250Z"
    assert two.text("domain:exDate") == "2028-11-22T12:30:15.250Z"
    assert ten.text("domain:exDate") == "2036-11-22T12:30:15.250Z"


@pytest.mark.parametrize("period", [(11, "y"), (18, "m"), (6, "m")])
def test_a_period_that_is_not_one_to_ten_years_is_out_of_range(
    client: Client, period: tuple[int, str]
) -> None:
    assert client.ask(frames.domain_create("long.com", period=period)).code == 2004
    assert client.ask(frames.domain_renew("mine.com", "2027-11-22", period)).code == 2004


def test_a_name_that_is_taken_exists(client: Client) -> None:
    assert client.ask(frames.domain_create("Mine.COM")).code == 2302
    assert client.ask(frames.domain_create("taken.com")).code == 2302


@pytest.mark.parametrize("name", ["reserved-names.com", "a.org", "a.b.com"])
def test_a_name_that_is_not_for_registration_is_against_the_policy(
    client: Client, name: str
) -> None:
    assert client.ask(frames.domain_create(name)).code == 2306


def test_a_name_server_has_to_be_a_host_object(client: Client) -> None:
    assert client.ask(frames.domain_create("new.com", ns=("ns1.example.org",))).code == 2303
    assert client.ask(frames.host_create("ns1.example.org")).code == 1000
    assert client.ask(frames.domain_create("new.com", ns=("NS1.example.org",))).code == 1000
    assert client.ask(frames.domain_info("new.com")).texts("domain:hostObj") == ["ns1.example.org"]


def test_a_name_server_given_twice_and_a_fourteenth_are_against_the_policy(client: Client) -> None:
    hosts = tuple(f"ns{number}.example.org" for number in range(14))
    for host in hosts:
        client.ask(frames.host_create(host))
    assert client.ask(frames.domain_create("new.com", ns=hosts)).code == 2306
    assert client.ask(frames.domain_create("new.com", ns=(hosts[0], hosts[0]))).code == 2306
    assert client.ask(frames.domain_create("new.com", ns=hosts[:13])).code == 1000


def test_the_thin_profile_wants_no_contacts(client: Client) -> None:
    with_registrant = frames.domain_create("new.com", registrant="con-1")
    with_contact = frames.domain_create("new.com", contacts=(("con-1", "tech"),))
    assert client.ask(with_registrant).code == 2306
    assert client.ask(with_contact).code == 2306
    assert client.ask(frames.domain_check("new.com")).attributes("domain:name", "avail") == ["1"]


def test_the_thin_profile_wants_auth_info_of_a_fit_length(client: Client) -> None:
    assert client.ask(frames.domain_create("new.com", pw="")).code == 2003
    assert client.ask(frames.domain_create("new.com", pw="short")).code == 2306
    assert client.ask(frames.domain_create("new.com", pw="x" * 65)).code == 2306


def test_the_sponsor_is_told_everything(thin: World, client: Client) -> None:
    client.ask(frames.host_create("ns1.mine.com", "192.0.2.1"))
    client.ask(frames.domain_update("mine.com", add=frames.ns_block("ns1.mine.com")))
    reply = client.ask(frames.domain_info("mine.com"))
    assert reply.attributes("domain:status", "s") == ["ok"]
    assert reply.texts("domain:hostObj") == ["ns1.mine.com"]
    assert reply.texts("domain:host") == ["ns1.mine.com"]
    assert reply.text("domain:clID") == reply.text("domain:crID") == "reg-a"
    assert reply.text("domain:upID") == "reg-a"
    assert reply.text("domain:pw") == "2fooBAR"


@pytest.mark.parametrize(
    ("wanted", "delegated", "below"),
    [("all", 1, 1), ("del", 1, 0), ("sub", 0, 1), ("none", 0, 0)],
)
def test_an_info_tells_the_hosts_that_were_asked_for(
    client: Client, wanted: str, delegated: int, below: int
) -> None:
    client.ask(frames.host_create("ns1.mine.com", "192.0.2.1"))
    client.ask(frames.domain_update("mine.com", add=frames.ns_block("ns1.mine.com")))
    reply = client.ask(frames.domain_info("mine.com", hosts=wanted))
    assert len(reply.texts("domain:hostObj")) == delegated
    assert len(reply.texts("domain:host")) == below


def test_the_auth_info_is_told_to_nobody_who_does_not_know_it(thin: World, client: Client) -> None:
    other = thin.client(1)
    assert other.ask(frames.domain_info("mine.com")).text("domain:pw") is None
    assert other.ask(frames.domain_info("mine.com", pw="2fooBAR")).text("domain:pw") == "2fooBAR"
    assert other.ask(frames.domain_info("mine.com", pw="guess-it")).code == 2202
    assert other.ask(frames.domain_info("taken.com", pw="")).code == 2202


def test_a_domain_without_name_servers_is_inactive(client: Client) -> None:
    assert client.ask(frames.domain_info("mine.com")).attributes("domain:status", "s") == [
        "inactive"
    ]


@pytest.mark.parametrize(
    "xml",
    [
        frames.domain_info("nope.com"),
        frames.domain_delete("nope.com"),
        frames.domain_renew("nope.com", "2027-11-22"),
        frames.domain_update("nope.com", add=frames.domain_status("clientHold")),
        frames.domain_transfer("request", "nope.com", pw="2fooBAR"),
    ],
)
def test_a_domain_that_is_not_there_does_not_exist(client: Client, xml: bytes) -> None:
    assert client.ask(xml).code == 2303


@pytest.mark.parametrize(
    "xml",
    [
        frames.domain_delete("mine.com"),
        frames.domain_renew("mine.com", "2027-11-22"),
        frames.domain_update("mine.com", add=frames.domain_status("clientHold")),
    ],
)
def test_only_the_sponsor_may_change_a_domain(thin: World, client: Client, xml: bytes) -> None:
    assert thin.client(1).ask(xml).code == 2201


def test_a_renew_adds_to_the_expiry_and_a_repeated_one_does_nothing(client: Client) -> None:
    xml = frames.domain_renew("mine.com", "2027-11-22", (2, "y"))
    first = client.ask(xml)
    assert (first.code, first.text("domain:exDate")) == (1000, "2029-11-22T12:30:15.250Z")
    assert client.ask(xml).code == 2004
    assert client.ask(frames.domain_info("mine.com")).text("domain:exDate") == first.text(
        "domain:exDate"
    )


def test_a_renew_beyond_ten_years_from_now_is_not_eligible(client: Client) -> None:
    assert client.ask(frames.domain_renew("mine.com", "2027-11-22", (10, "y"))).code == 2105
    assert client.ask(frames.domain_renew("mine.com", "2027-11-22", (9, "y"))).code == 1000


def test_a_deleted_domain_is_free_at_once(client: Client) -> None:
    assert client.ask(frames.domain_delete("mine.com")).code == 1000
    assert client.ask(frames.domain_info("mine.com")).code == 2303
    assert client.ask(frames.domain_create("mine.com")).code == 1000


def test_a_domain_with_hosts_below_it_is_not_deleted(client: Client) -> None:
    client.ask(frames.host_create("ns1.mine.com", "192.0.2.1"))
    assert client.ask(frames.domain_delete("mine.com")).code == 2305
    client.ask(frames.host_delete("ns1.mine.com"))
    assert client.ask(frames.domain_delete("mine.com")).code == 1000


@pytest.mark.parametrize(
    ("status", "xml"),
    [
        ("clientDeleteProhibited", frames.domain_delete("mine.com")),
        ("clientRenewProhibited", frames.domain_renew("mine.com", "2027-11-22")),
    ],
)
def test_what_the_client_prohibited_stays_prohibited_until_it_is_lifted(
    client: Client, status: str, xml: bytes
) -> None:
    client.ask(frames.domain_update("mine.com", add=frames.domain_status(status)))
    assert client.ask(xml).code == 2304
    client.ask(frames.domain_update("mine.com", rem=frames.domain_status(status)))
    assert client.ask(xml).code == 1000


def test_what_the_server_prohibited_stays_prohibited_for_the_sponsor_too(thin: World) -> None:
    owner = thin.client(2)
    assert owner.ask(frames.domain_delete("taken.com")).code == 2304
    hold = frames.domain_update("taken.com", add=frames.domain_status("clientHold"))
    assert owner.ask(hold).code == 2304


def test_no_two_objects_share_a_roid(client: Client) -> None:
    client.ask(frames.domain_create("other.com"))
    client.ask(frames.host_create("ns1.example.org"))
    roids = [
        client.ask(frames.domain_info("mine.com")).text("domain:roid"),
        client.ask(frames.domain_info("other.com")).text("domain:roid"),
        client.ask(frames.host_info("ns1.example.org")).text("host:roid"),
    ]
    assert len(set(roids)) == 3
