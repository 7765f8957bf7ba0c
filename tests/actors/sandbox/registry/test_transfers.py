import pytest

from tests.actors.sandbox.registry.practice import Client, World
from tests.protocols.epp_server import frames

REQUEST = frames.domain_transfer("request", "mine.com", pw="2fooBAR")
APPROVE = frames.domain_transfer("approve", "mine.com")
REJECT = frames.domain_transfer("reject", "mine.com")
CANCEL = frames.domain_transfer("cancel", "mine.com")
QUERY = frames.domain_transfer("query", "mine.com")


@pytest.fixture
def losing(thin: World) -> Client:
    client = thin.client(0)
    assert client.ask(frames.domain_create("mine.com")).code == 1000
    assert client.ask(frames.host_create("ns1.mine.com", "192.0.2.1")).code == 1000
    return client


@pytest.fixture
def gaining(thin: World, losing: Client) -> Client:
    return thin.client(1)


def sponsor(client: Client) -> str | None:
    return client.ask(frames.domain_info("mine.com")).text("domain:clID")


def next_message(client: Client) -> tuple[str | None, str | None]:
    reply = client.ask(frames.poll_req())
    return reply.text("epp:msgQ/epp:msg"), reply.text("domain:trStatus")


def test_a_request_waits_for_the_sponsor_and_tells_it(losing: Client, gaining: Client) -> None:
    reply = gaining.ask(REQUEST)
    assert (reply.code, reply.text("domain:trStatus")) == (1001, "pending")
    assert (reply.text("domain:reID"), reply.text("domain:acID")) == ("reg-b", "reg-a")
    assert reply.text("domain:acDate") == "2026-11-27T12:30:15.250Z"
    assert reply.text("domain:exDate") == "2028-11-22T12:30:15.250Z"
    assert sponsor(gaining) == "reg-a"
    info = losing.ask(frames.domain_info("mine.com"))
    assert "pendingTransfer" in info.attributes("domain:status", "s")
    assert next_message(losing) == ("Transfer requested.", "pending")
    assert next_message(gaining) == (None, None)


def test_an_approved_domain_belongs_to_the_requester_with_its_hosts(
    losing: Client, gaining: Client
) -> None:
    gaining.ask(REQUEST)
    reply = losing.ask(APPROVE)
    assert (reply.code, reply.text("domain:trStatus")) == (1000, "clientApproved")
    info = gaining.ask(frames.domain_info("mine.com"))
    assert info.text("domain:clID") == "reg-b"
    assert info.text("domain:exDate") == "2028-11-22T12:30:15.250Z"
    assert info.text("domain:trDate") == "2026-11-22T12:30:15.250Z"
    host = gaining.ask(frames.host_info("ns1.mine.com"))
    assert (host.text("host:clID"), host.text("host:crID")) == ("reg-b", "reg-a")
    assert next_message(gaining) == ("Transfer approved.", "clientApproved")
    assert losing.ask(frames.domain_delete("mine.com")).code == 2201


def test_a_rejected_domain_stays_and_the_requester_is_told(losing: Client, gaining: Client) -> None:
    gaining.ask(REQUEST)
    reply = losing.ask(REJECT)
    assert (reply.code, reply.text("domain:trStatus")) == (1000, "clientRejected")
    assert reply.text("domain:exDate") is None
    assert sponsor(losing) == "reg-a"
    assert next_message(gaining) == ("Transfer rejected.", "clientRejected")


def test_a_cancelled_request_is_over_and_the_sponsor_is_told(
    losing: Client, gaining: Client
) -> None:
    gaining.ask(REQUEST)
    losing.ask(frames.poll_ack("1"))
    reply = gaining.ask(CANCEL)
    assert (reply.code, reply.text("domain:trStatus")) == (1000, "clientCancelled")
    assert next_message(losing) == ("Transfer cancelled.", "clientCancelled")
    assert gaining.ask(REQUEST).code == 1001


def test_an_unanswered_request_is_approved_when_the_time_is_up(
    thin: World, losing: Client, gaining: Client
) -> None:
    gaining.ask(REQUEST)
    losing.ask(frames.poll_ack("1"))
    thin.pass_time(days=4.9)
    assert sponsor(gaining) == "reg-a"
    thin.pass_time(days=0.2)
    reply = gaining.ask(frames.domain_info("mine.com"))
    assert reply.text("domain:clID") == "reg-b"
    assert {change.kind for change in reply.changes} == {"domain", "host", "message", "counter"}
    assert next_message(losing) == ("Transfer approved.", "serverApproved")
    assert next_message(gaining) == ("Transfer approved.", "serverApproved")
    assert losing.ask(APPROVE).code == 2301


def test_a_transfer_whose_time_is_up_is_approved_even_by_a_refused_command(
    thin: World, gaining: Client
) -> None:
    gaining.ask(REQUEST)
    thin.pass_time(days=6)
    reply = gaining.ask(REQUEST)
    assert reply.code == 2106
    assert ("domain", "mine.com") in {(change.kind, change.key) for change in reply.changes}


def test_a_record_changed_twice_by_one_request_is_stored_once(thin: World, gaining: Client) -> None:
    gaining.ask(REQUEST)
    thin.pass_time(days=6)
    reply = gaining.ask(frames.domain_renew("mine.com", "2028-11-22"))
    assert reply.code == 1000
    keys = [(change.kind, change.key) for change in reply.changes]
    assert keys.count(("domain", "mine.com")) == 1
    assert len(set(keys)) == len(keys)
    (document,) = (change.document for change in reply.changes if change.kind == "domain")
    assert document is not None
    assert b'"expires_at":"2029-11-22T' in document


def test_ones_own_domain_is_not_eligible_for_transfer(losing: Client) -> None:
    assert losing.ask(REQUEST).code == 2106


def test_wrong_auth_info_is_invalid_and_none_is_missing(losing: Client, gaining: Client) -> None:
    wrong = frames.domain_transfer("request", "mine.com", pw="guess-it")
    assert gaining.ask(wrong).code == 2202
    assert gaining.ask(frames.domain_transfer("request", "mine.com")).code == 2003
    losing.ask(frames.domain_update("mine.com", chg=frames.domain_secret(None)))
    assert gaining.ask(frames.domain_transfer("request", "mine.com", pw="")).code == 2202


def test_a_second_request_finds_the_first_pending(thin: World, gaining: Client) -> None:
    gaining.ask(REQUEST)
    assert gaining.ask(REQUEST).code == 2300
    assert thin.client(2).ask(REQUEST).code == 2300


@pytest.mark.parametrize("xml", [APPROVE, REJECT, CANCEL, QUERY])
def test_what_is_not_pending_cannot_be_answered(losing: Client, xml: bytes) -> None:
    assert losing.ask(xml).code == 2301


def test_only_the_losing_account_answers_and_only_the_gaining_one_cancels(
    thin: World, losing: Client, gaining: Client
) -> None:
    gaining.ask(REQUEST)
    stranger = thin.client(2)
    assert [client.ask(APPROVE).code for client in (gaining, stranger)] == [2201, 2201]
    assert [client.ask(REJECT).code for client in (gaining, stranger)] == [2201, 2201]
    assert [client.ask(CANCEL).code for client in (losing, stranger)] == [2201, 2201]


def test_a_query_is_for_the_parties_and_for_who_knows_the_auth_info(
    thin: World, losing: Client, gaining: Client
) -> None:
    gaining.ask(REQUEST)
    losing.ask(APPROVE)
    for client in (losing, gaining):
        reply = client.ask(QUERY)
        assert (reply.code, reply.text("domain:trStatus")) == (1000, "clientApproved")
    stranger = thin.client(2)
    assert stranger.ask(QUERY).code == 2201
    assert stranger.ask(frames.domain_transfer("query", "mine.com", pw="2fooBAR")).code == 1000


def test_prohibited_transfers_are_refused(thin: World, losing: Client, gaining: Client) -> None:
    prohibit = frames.domain_status("clientTransferProhibited")
    losing.ask(frames.domain_update("mine.com", add=prohibit))
    assert gaining.ask(REQUEST).code == 2304
    assert gaining.ask(frames.domain_transfer("request", "taken.com", pw="2fooBAR")).code == 2304


@pytest.mark.parametrize(
    "xml",
    [
        frames.domain_delete("mine.com"),
        frames.domain_renew("mine.com", "2027-11-22"),
        frames.domain_update("mine.com", add=frames.domain_status("clientHold")),
    ],
)
def test_a_pending_transfer_keeps_the_sponsor_from_changing_the_domain(
    losing: Client, gaining: Client, xml: bytes
) -> None:
    gaining.ask(REQUEST)
    assert losing.ask(xml).code == 2304
    losing.ask(REJECT)
    assert losing.ask(xml).code in {1000, 2305}


def test_a_transfer_does_not_reach_beyond_ten_years(losing: Client, gaining: Client) -> None:
    losing.ask(frames.domain_renew("mine.com", "2027-11-22", (9, "y")))
    reply = gaining.ask(
        frames.domain_transfer("request", "mine.com", pw="2fooBAR", period=(3, "y"))
    )
    assert reply.text("domain:exDate") == "2036-11-22T12:30:15.250Z"
