from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.sandbox.registry import (
    Abort,
    AnswerInvalid,
    Close,
    FaultPlan,
    FrameRefused,
    GoSilent,
    Handled,
    Persist,
    SchemaCheck,
    Send,
    ServerSession,
    SessionAction,
    Wait,
    parse_fault,
)
from protocols.epp.framing import encode_frame
from protocols.epp_server import ResultCode
from tests.actors.sandbox.registry.practice import Client, World, reply_in
from tests.protocols.epp_server import frames
from tests.protocols.epp_server.published import ABSENT, published_schemas

TALK = [
    frames.hello(),
    frames.login("reg-a", "secret-a"),
    frames.domain_create("mine.com"),
    frames.command("<nonsense/>"),
    frames.domain_info("mine.com"),
    frames.logout(),
    frames.domain_info("mine.com"),
]


def kinds(actions: tuple[SessionAction, ...]) -> list[type[SessionAction]]:
    return [type(action) for action in actions]


def sponsor(world: World, name: str) -> str | None:
    return world.client().ask(frames.domain_info(name)).text("domain:clID")


def test_the_server_speaks_first(thin: World) -> None:
    (send,) = thin.connect().greeting
    assert isinstance(send, Send)
    assert b"<greeting>" in send.data


def test_changes_are_stored_before_the_answer_that_tells_of_them(thin: World) -> None:
    actions = thin.client().act(frames.domain_create("mine.com"))
    assert kinds(actions) == [Persist, Handled, Send]
    assert actions[1] == Handled("domain:create", "mine.com", ResultCode.DONE, "reg-a")


def test_a_query_stores_nothing(thin: World) -> None:
    assert kinds(thin.client().act(frames.domain_check("mine.com"))) == [Handled, Send]


def test_a_logout_is_counted_for_the_account_that_left(thin: World) -> None:
    actions = thin.client().act(frames.logout())
    assert kinds(actions) == [Handled, Send, Close]
    assert actions[0] == Handled("logout", "", ResultCode.ENDING_SESSION, "reg-a")


@given(st.lists(st.integers(1, 400), max_size=40))
def test_any_split_of_the_octets_gives_the_same_actions(sizes: list[int]) -> None:
    stream = b"".join(encode_frame(xml) for xml in TALK)
    whole = World("thin").connect().session.receive_data(stream)
    session = World("thin").connect().session
    pieces: list[SessionAction] = []
    for size in sizes:
        pieces += session.receive_data(stream[:size])
        stream = stream[size:]
    pieces += session.receive_data(stream)
    assert tuple(pieces) == whole


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_arbitrary_octets_get_an_answer_or_the_end(chunks: list[bytes]) -> None:
    session = World("thin").connect().session
    for chunk in chunks:
        for action in session.receive_data(chunk):
            assert isinstance(action, Handled | Send | FrameRefused | Close)


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_arbitrary_documents_are_answered_and_keep_the_session(documents: list[bytes]) -> None:
    client = World("thin").client()
    for document in documents:
        assert client.ask(b"\x00" + document, valid=False).code == 2001


@pytest.mark.parametrize("header", [b"\x00\x00\x00\x00", b"\x00\x00\x00\x03", b"\x80\x00\x00\x00"])
def test_a_length_that_cannot_be_ends_the_connection(thin: World, header: bytes) -> None:
    session = thin.client().session
    actions = session.receive_data(encode_frame(frames.hello()) + header)
    assert kinds(actions) == [Handled, Send, FrameRefused, Close]
    assert session.receive_data(encode_frame(frames.hello())) == ()
    lone = thin.client().session
    assert kinds(lone.receive_data(header)) == [FrameRefused, Close]


def test_nothing_is_answered_behind_the_end_of_the_session(thin: World) -> None:
    client = thin.client()
    two = encode_frame(frames.logout()) + encode_frame(frames.hello())
    assert kinds(client.session.receive_data(two)) == [Handled, Send, Close]
    broken = encode_frame(frames.logout()) + bytes(4)
    assert kinds(thin.client().session.receive_data(broken)) == [Handled, Send, Close]


def test_a_lost_connection_counts_no_more(thin: World) -> None:
    client = thin.client()
    assert thin.registry.session_count("reg-a") == 1
    client.session.lost()
    client.session.lost()
    assert thin.registry.session_count("reg-a") == 0
    assert client.act(frames.hello()) == ()


@pytest.mark.parametrize(
    ("fault", "expected", "done"),
    [
        ("latency seconds=0.5", [Persist, Handled, Wait, Send], True),
        ("no-answer", [Persist, Handled], True),
        ("cut-after-effect", [Persist, Handled, Abort], True),
        ("cut-mid-frame", [Persist, Handled, Send, Abort], True),
        ("wrong-length length=3", [Persist, Handled, Send], True),
        ("close-after commands=2", [Persist, Handled, Send, Close], True),
        ("result code=2400", [Handled, Send], False),
        ("result code=2500", [Handled, Send, Close], False),
        ("result code=2502", [Handled, Send, Close], False),
        ("half-open", [GoSilent], False),
    ],
)
def test_a_fault_decides_over_the_answer_and_says_whether_there_is_an_effect(
    thin: World, fault: str, expected: list[type[SessionAction]], done: bool
) -> None:
    client = thin.client()
    thin.plan.arm(parse_fault(f"{fault} times=1 command=domain:create"))
    actions = client.act(frames.domain_create("mine.com"))
    assert kinds(actions) == expected
    assert client.session.over == (expected[-1] in {Abort, Close, GoSilent})
    assert (sponsor(thin, "mine.com") == "reg-a") is done


def test_a_result_instead_is_an_answer_like_any_other(thin: World) -> None:
    client = thin.client()
    thin.plan.arm(parse_fault("result code=2400 times=1"))
    reply = client.ask(frames.domain_check("mine.com"))
    assert (reply.code, reply.text("epp:clTRID")) == (2400, "TEST-0001")
    assert client.ask(frames.domain_check("mine.com")).code == 1000


def test_a_session_refused_by_a_fault_leaves_room_for_others() -> None:
    world = World("thin", sessions_per_account=1)
    client = world.client()
    world.plan.arm(parse_fault("result code=2500 times=1"))
    assert client.ask(frames.domain_check("mine.com")).code == 2500
    assert world.client().session.client_id == "reg-a"


def test_a_foreign_transaction_id_is_in_a_valid_answer(thin: World) -> None:
    client = thin.client()
    thin.plan.arm(parse_fault("foreign-cltrid times=1"))
    reply = client.ask(frames.domain_check("mine.com"))
    assert reply.text("epp:clTRID") == "FOREIGN-0000-0001"


def test_slow_bytes_make_the_same_answer(thin: World) -> None:
    client = thin.client()
    thin.plan.arm(parse_fault("slow-bytes times=1"))
    actions = client.act(frames.domain_check("mine.com"))
    assert reply_in(actions).code == 1000
    assert len(actions) > 300


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("silent-greeting", [GoSilent]),
        ("close-after-tls", [Close]),
        ("delay-greeting seconds=20", [Wait, Send]),
    ],
)
def test_a_greeting_can_fail_too(
    thin: World, fault: str, expected: list[type[SessionAction]]
) -> None:
    thin.plan.arm(parse_fault(fault))
    client = thin.connect()
    assert kinds(client.greeting) == expected
    assert client.session.over == (expected[-1] is not Send)


def test_with_the_schemas_at_hand_an_invalid_command_is_a_syntax_error(thin: World) -> None:
    schemas = published_schemas()
    if schemas is None:
        pytest.skip(ABSENT)
    session = ServerSession(thin.registry, FaultPlan(Random(1)), schema=schemas)
    xml = (
        frames.hello()
        .replace(b"<hello/>", b"<command><logout/></command>")
        .replace(b"<command>", b'<command colour="red">')
    )
    reply = reply_in(session.receive_data(encode_frame(xml)))
    assert (reply.code, reply.text("epp:reason")) == (2001, "not valid against the schemas")
    valid = reply_in(session.receive_data(encode_frame(frames.login("reg-a", "secret-a"))))
    assert valid.code == 1000


def test_an_answer_that_the_schemas_forbid_is_never_sent(thin: World) -> None:
    class Severe(SchemaCheck):
        def __init__(self) -> None:
            pass

        def problem(self, xml: bytes) -> str | None:
            return "no answer is good enough" if b"<response>" in xml else None

    session = ServerSession(thin.registry, FaultPlan(Random(1)), schema=Severe())
    actions = session.receive_data(encode_frame(frames.logout()) + encode_frame(frames.hello()))
    assert actions == (AnswerInvalid("no answer is good enough"),)


def test_what_a_kept_back_answer_would_have_told_is_stored(thin: World) -> None:
    class Late(SchemaCheck):
        def __init__(self) -> None:
            pass

        def problem(self, xml: bytes) -> str | None:
            return "not good enough" if b"creData" in xml else None

    session = ServerSession(thin.registry, FaultPlan(Random(1)), schema=Late())
    session.receive_data(encode_frame(frames.login("reg-a", "secret-a")))
    actions = session.receive_data(encode_frame(frames.domain_create("mine.com")))
    assert kinds(actions) == [Persist, AnswerInvalid]


def test_the_session_counts_what_it_received(thin: World) -> None:
    client: Client = thin.client()
    client.act(frames.hello())
    assert client.session.commands == 2
