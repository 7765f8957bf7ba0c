import pytest

from actors.sandbox.registry import Close
from tests.actors.sandbox.registry.practice import ACCOUNTS, Reply, World
from tests.protocols.epp_server import frames

CLOSING = (1500, 2500, 2501, 2502)


def closes(reply: Reply) -> bool:
    return isinstance(reply.actions[-1], Close)


def test_the_greeting_offers_contacts_in_the_thick_profile_only(thin: World, thick: World) -> None:
    menu = [world.connect().ask(frames.hello()).texts("epp:objURI") for world in (thin, thick)]
    assert menu == [
        [frames.DOMAIN, frames.HOST],
        [frames.DOMAIN, frames.HOST, frames.CONTACT],
    ]


def test_a_hello_is_answered_with_the_greeting_at_any_time(thin: World) -> None:
    client = thin.connect()
    before = client.ask(frames.hello())
    client.login(ACCOUNTS[0])
    thin.pass_time(seconds=90)
    after = client.ask(frames.hello())
    assert before.text("epp:svDate") == "2026-11-22T12:30:15.250Z"
    assert after.text("epp:svDate") == "2026-11-22T12:31:45.250Z"


@pytest.mark.parametrize(
    "xml", [frames.domain_check("example.com"), frames.poll_req(), frames.logout()]
)
def test_nothing_but_login_and_hello_goes_without_a_login(thin: World, xml: bytes) -> None:
    assert thin.connect().ask(xml).code == 2002


def test_a_second_login_is_a_use_error_and_keeps_the_session(thin: World) -> None:
    client = thin.client()
    assert client.ask(frames.login("reg-b", "secret-b")).code == 2002
    assert client.session.client_id == "reg-a"


def test_the_third_wrong_password_ends_the_connection(thin: World) -> None:
    client = thin.connect()
    replies = [client.ask(frames.login("reg-a", "wrong-one")) for _ in range(3)]
    assert [reply.code for reply in replies] == [2200, 2200, 2501]
    assert [closes(reply) for reply in replies] == [False, False, True]
    assert client.session.over


def test_an_unknown_account_looks_like_a_wrong_password(thin: World) -> None:
    assert thin.connect().ask(frames.login("nobody", "secret-a")).code == 2200


def test_a_right_password_after_two_wrong_ones_logs_in(thin: World) -> None:
    client = thin.connect()
    for _ in range(2):
        client.ask(frames.login("reg-a", "wrong-one"))
    assert client.ask(frames.login("reg-a", "secret-a")).code == 1000


def test_one_session_more_than_allowed_is_refused_and_closed() -> None:
    world = World("thin", sessions_per_account=2)
    first, _ = world.client(), world.client()
    reply = world.connect().ask(frames.login("reg-a", "secret-a"))
    assert (reply.code, closes(reply)) == (2502, True)
    assert world.client(1).session.client_id == "reg-b"
    first.session.lost()
    assert world.connect().ask(frames.login("reg-a", "secret-a")).code == 1000


def test_a_logout_closes_and_makes_room_for_another_session() -> None:
    world = World("thin", sessions_per_account=1)
    client = world.client()
    reply = client.ask(frames.logout())
    assert (reply.code, closes(reply)) == (1500, True)
    assert world.registry.session_count("reg-a") == 0
    assert client.act(frames.hello()) == ()
    client.session.lost()
    assert world.client().session.client_id == "reg-a"


def test_a_new_password_counts_from_the_next_login(thin: World) -> None:
    reply = thin.connect().ask(frames.login("reg-a", "secret-a", new="secret-new"))
    assert reply.code == 1000
    assert [(change.kind, change.key) for change in reply.changes] == [("account", "reg-a")]
    assert thin.connect().ask(frames.login("reg-a", "secret-a")).code == 2200
    assert thin.connect().ask(frames.login("reg-a", "secret-new")).code == 1000
    assert thin.registry.accounts[0].password == "secret-new"


@pytest.mark.parametrize(
    ("xml", "code", "valid"),
    [
        (frames.login("reg-a", "secret-a", version="2.0"), 2100, False),
        (frames.login("reg-a", "secret-a", lang="no"), 2102, True),
        (frames.login("reg-a", "secret-a", uris=(frames.CONTACT,)), 2307, True),
        (frames.login("reg-a", "secret-a", extensions=("urn:x:unknown-1.0",)), 2103, True),
    ],
)
def test_a_login_may_ask_for_nothing_that_was_not_offered(
    thin: World, xml: bytes, code: int, valid: bool
) -> None:
    client = thin.connect()
    assert client.ask(xml, valid=valid).code == code
    assert client.session.client_id is None


def test_an_object_that_was_not_chosen_at_login_is_a_use_error(thin: World) -> None:
    client = thin.connect().login(ACCOUNTS[0], frames.DOMAIN)
    assert client.ask(frames.host_check("ns1.example.net")).code == 2002
    assert client.ask(frames.domain_check("example.com")).code == 1000


def test_an_object_that_is_not_offered_is_an_unknown_service(thin: World) -> None:
    assert thin.client().ask(frames.contact_check("abc-1")).code == 2307


def test_every_answer_has_a_server_transaction_id_of_its_own(thin: World) -> None:
    clients = [thin.client(), thin.client(1)]
    ids = [
        client.ask(frames.domain_check("example.com")).text("epp:svTRID")
        for client in clients
        for _ in range(5)
    ]
    assert len(set(ids)) == 10


def test_an_answer_echoes_the_clients_transaction_id_or_none(thin: World) -> None:
    client = thin.client()
    echoed = client.ask(frames.command("<logout/>", "MINE-42"))
    assert echoed.text("epp:clTRID") == "MINE-42"
    bare = thin.client().ask(frames.epp("<command><logout/></command>"))
    assert bare.text("epp:clTRID") is None
