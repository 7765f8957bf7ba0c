from tests.actors.sandbox.registry.practice import Client, World
from tests.protocols.epp_server import frames


def request_transfers(world: World, *names: str) -> Client:
    losing, gaining = world.client(0), world.client(1)
    for name in names:
        assert losing.ask(frames.domain_create(name)).code == 1000
        assert gaining.ask(frames.domain_transfer("request", name, pw="2fooBAR")).code == 1001
    return losing


def test_an_empty_queue_has_no_messages(thin: World) -> None:
    assert thin.client().ask(frames.poll_req()).code == 1300


def test_messages_come_oldest_first_and_stay_until_acknowledged(thin: World) -> None:
    client = request_transfers(thin, "one.com", "two.com")
    for _ in range(2):
        reply = client.ask(frames.poll_req())
        assert reply.code == 1301
        assert reply.attributes("epp:msgQ", "count") == ["2"]
        assert reply.attributes("epp:msgQ", "id") == ["1"]
        assert reply.text("epp:qDate") == "2026-11-22T12:30:15.250Z"
        assert reply.text("domain:name") == "one.com"


def test_an_acknowledgement_tells_how_many_are_left(thin: World) -> None:
    client = request_transfers(thin, "one.com", "two.com")
    counts = [
        client.ask(frames.poll_ack(number)).attributes("epp:msgQ", "count") for number in ("1", "2")
    ]
    assert counts == [["1"], ["0"]]
    assert client.ask(frames.poll_req()).code == 1300


def test_a_message_that_is_gone_or_anothers_does_not_exist(thin: World) -> None:
    client = request_transfers(thin, "one.com")
    assert thin.client(1).ask(frames.poll_ack("1")).code == 2303
    assert client.ask(frames.poll_ack("1")).code == 1000
    assert client.ask(frames.poll_ack("1")).code == 2303
    assert client.ask(frames.poll_ack("no-number")).code == 2303


def test_more_than_nine_messages_keep_their_order(thin: World) -> None:
    names = tuple(f"name-{number}.com" for number in range(12))
    client = request_transfers(thin, *names)
    seen: list[str | None] = []
    while (reply := client.ask(frames.poll_req())).code == 1301:
        seen.append(reply.text("domain:name"))
        (message_id,) = reply.attributes("epp:msgQ", "id")
        client.ask(frames.poll_ack(message_id or ""))
    assert seen == list(names)
