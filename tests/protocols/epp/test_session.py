"""The session: its table, row by row, and what breaks it."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp import (
    CheckDomains,
    ClientSession,
    Command,
    CommandForbidden,
    CommandOutstanding,
    ConnectionClosed,
    ConnectionLost,
    ConnectionRefused,
    DeleteDomain,
    Event,
    ForbiddenDoctype,
    ForeignTransactionId,
    FrameTooLarge,
    FrameTooShort,
    GreetingReceived,
    Hello,
    InvalidElement,
    Login,
    Logout,
    MalformedXml,
    PollRequest,
    RemoteProtocolError,
    ResponseReceived,
    SessionEnded,
    SessionState,
    UnencodableCharacter,
    UnexpectedFrame,
    encode_command,
    encode_frame,
)
from tests.protocols.epp.samples import DOMAIN, greeting_frame, response_frame

_LOGIN = Login(client_id="client", password="secret", objects=(DOMAIN,))
_CHECK = CheckDomains(("a.example",))


def _greeted() -> ClientSession:
    session = ClientSession()
    session.receive_data(greeting_frame())
    return session


def _idle() -> ClientSession:
    session = _greeted()
    session.send(_LOGIN, "LOG-1")
    session.receive_data(response_frame(1000, cltrid="LOG-1"))
    return session


def _busy() -> ClientSession:
    session = _idle()
    session.send(_CHECK, "ABC-1")
    return session


def _assert_dead(session: ClientSession) -> None:
    with pytest.raises(SessionEnded):
        session.send(Hello(), "ABC-2")
    with pytest.raises(SessionEnded):
        session.receive_data(response_frame())
    with pytest.raises(SessionEnded):
        session.receive_eof()


def test_a_session_begins_with_the_server_s_greeting() -> None:
    session = ClientSession()
    assert (session.state, session.greeting) == (SessionState.CONNECTING, None)
    [event] = session.receive_data(greeting_frame())
    assert isinstance(event, GreetingReceived)
    assert session.greeting == event.greeting
    assert session.state is SessionState.READY_TO_LOGIN


def test_nothing_may_be_sent_before_the_greeting() -> None:
    with pytest.raises(CommandForbidden):
        ClientSession().send(Hello(), "ABC-1")


def test_login_opens_the_session() -> None:
    session = _greeted()
    assert session.send(_LOGIN, "ABC-1") == encode_frame(encode_command(_LOGIN, "ABC-1"))
    assert (session.state, session.outstanding) == (SessionState.LOGGING_IN, _LOGIN)
    [event] = session.receive_data(response_frame(1000))
    assert isinstance(event, ResponseReceived)
    assert (event.command, event.cltrid, event.response.code) == (_LOGIN, "ABC-1", 1000)
    assert (session.state, session.outstanding) == (SessionState.IDLE, None)


def test_a_refused_login_may_be_tried_again() -> None:
    session = _greeted()
    session.send(_LOGIN, "ABC-1")
    session.receive_data(response_frame(2200))
    assert session.state is SessionState.READY_TO_LOGIN
    session.send(_LOGIN, "ABC-2")


@pytest.mark.parametrize("command", [_CHECK, Logout(), PollRequest()])
def test_only_hello_and_login_go_before_login(command: Command) -> None:
    session = _greeted()
    with pytest.raises(CommandForbidden):
        session.send(command, "ABC-1")
    session.send(_LOGIN, "ABC-1")


def test_one_session_has_one_login() -> None:
    session = _idle()
    with pytest.raises(CommandForbidden):
        session.send(_LOGIN, "ABC-1")
    assert session.state is SessionState.IDLE


@pytest.mark.parametrize("make", [_greeted, _idle])
def test_hello_brings_a_new_greeting_and_the_session_back_to_where_it_was(
    make: Callable[[], ClientSession],
) -> None:
    session = make()
    before = session.state
    session.send(Hello(), "ABC-1")
    assert session.state is SessionState.BUSY
    [event] = session.receive_data(greeting_frame())
    assert isinstance(event, GreetingReceived)
    assert (session.state, session.outstanding) == (before, None)


def test_a_command_makes_the_session_busy_until_its_answer() -> None:
    session = _busy()
    assert (session.state, session.outstanding) == (SessionState.BUSY, _CHECK)
    with pytest.raises(CommandOutstanding) as caught:
        session.send(Hello(), "ABC-2")
    assert caught.value.outstanding_cltrid == "ABC-1"
    session.receive_data(response_frame(2302))
    assert session.state is SessionState.IDLE


def test_a_command_that_cannot_be_written_leaves_the_session_as_it_was() -> None:
    session = _idle()
    with pytest.raises(UnencodableCharacter):
        session.send(DeleteDomain("a\x00.example"), "ABC-1")
    assert (session.state, session.outstanding) == (SessionState.IDLE, None)
    session.send(_CHECK, "ABC-1")


@pytest.mark.parametrize("code", [1500, 1000])
def test_logout_ends_with_an_expected_close(code: int) -> None:
    session = _idle()
    session.send(Logout(), "ABC-1")
    assert (session.state, session.outstanding) == (SessionState.LOGGING_OUT, Logout())
    session.receive_data(response_frame(code))
    assert (session.state, session.outstanding) == (SessionState.ENDING, None)
    with pytest.raises(CommandForbidden):
        session.send(_CHECK, "ABC-2")
    assert session.receive_eof() == ConnectionClosed(expected=True)
    assert (session.state, session.outstanding) == (SessionState.CLOSED, None)
    _assert_dead(session)


def test_a_refused_logout_leaves_the_session_open() -> None:
    session = _idle()
    session.send(Logout(), "ABC-1")
    session.receive_data(response_frame(2400))
    assert session.state is SessionState.IDLE


@pytest.mark.parametrize("code", [2500, 2501, 2502])
def test_an_answer_that_announces_the_end_ends_the_session(code: int) -> None:
    session = _busy()
    session.receive_data(response_frame(code))
    assert session.state is SessionState.ENDING
    with pytest.raises(UnexpectedFrame):
        session.receive_data(greeting_frame())


def test_a_failure_in_the_place_of_the_greeting_refuses_the_connection() -> None:
    session = ClientSession()
    [event] = session.receive_data(response_frame(2502, cltrid=None))
    assert isinstance(event, ConnectionRefused)
    assert event.response.code == 2502
    assert session.receive_eof() == ConnectionClosed(expected=True)


def test_a_success_in_the_place_of_the_greeting_is_wrong() -> None:
    with pytest.raises(UnexpectedFrame):
        ClientSession().receive_data(response_frame(1000))


def test_a_close_while_nothing_is_outstanding_is_an_event() -> None:
    session = _idle()
    assert session.receive_eof() == ConnectionClosed(expected=False)
    _assert_dead(session)


def test_a_close_before_the_answer_names_the_command_whose_fate_is_unknown() -> None:
    session = _busy()
    with pytest.raises(ConnectionLost) as caught:
        session.receive_eof()
    assert (caught.value.state, caught.value.label, caught.value.cltrid) == (
        "busy",
        "domain:check",
        "ABC-1",
    )
    assert session.outstanding == _CHECK
    _assert_dead(session)


def test_a_close_before_the_greeting_is_a_loss() -> None:
    with pytest.raises(ConnectionLost) as caught:
        ClientSession().receive_eof()
    assert caught.value.label is None


@pytest.mark.parametrize("octets", [1, 4, 20])
def test_a_close_in_the_middle_of_a_frame_is_a_loss(octets: int) -> None:
    session = _idle()
    session.receive_data(response_frame()[:octets])
    with pytest.raises(ConnectionLost):
        session.receive_eof()
    assert session.state is SessionState.BROKEN


def test_a_foreign_transaction_id_breaks_the_session() -> None:
    session = _busy()
    with pytest.raises(ForeignTransactionId) as caught:
        session.receive_data(response_frame(cltrid="XYZ-9"))
    assert (caught.value.expected, caught.value.received) == ("ABC-1", "XYZ-9")
    _assert_dead(session)


def test_a_success_without_a_transaction_id_breaks_the_session() -> None:
    session = _busy()
    with pytest.raises(ForeignTransactionId) as caught:
        session.receive_data(response_frame(cltrid=None))
    assert caught.value.received is None
    assert session.state is SessionState.BROKEN


@pytest.mark.parametrize("code", [2000, 2001, 2400, 2500])
def test_a_failure_may_come_without_a_transaction_id(code: int) -> None:
    session = _busy()
    [event] = session.receive_data(response_frame(code, cltrid=None))
    assert isinstance(event, ResponseReceived)
    assert event.response.code == code


def test_a_hello_may_be_answered_by_a_failure_but_by_no_other_response() -> None:
    session = _idle()
    session.send(Hello(), "ABC-1")
    [event] = session.receive_data(response_frame(2400, cltrid=None))
    assert isinstance(event, ResponseReceived)
    assert session.state is SessionState.IDLE
    session.send(Hello(), "ABC-2")
    with pytest.raises(UnexpectedFrame):
        session.receive_data(response_frame(1000, cltrid=None))
    other = _idle()
    other.send(Hello(), "ABC-1")
    with pytest.raises(ForeignTransactionId):
        other.receive_data(response_frame(2400, cltrid="ABC-1"))


@pytest.mark.parametrize(
    ("make", "frame"),
    [
        (_idle, response_frame()),
        (_idle, greeting_frame()),
        (_idle, response_frame(2500, cltrid=None)),
        (_greeted, greeting_frame()),
        (_busy, greeting_frame()),
    ],
)
def test_a_frame_nobody_waits_for_breaks_the_session(
    make: Callable[[], ClientSession], frame: bytes
) -> None:
    session = make()
    with pytest.raises(UnexpectedFrame):
        session.receive_data(frame)
    _assert_dead(session)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x00\x00\x00\x00", FrameTooShort),
        (b"\x00\x00\x00\x03", FrameTooShort),
        (b"\x00\x00\x00\x04", FrameTooShort),
        (b"\x80\x00\x00\x00", FrameTooLarge),
        (encode_frame(b"x" * 5 * 1024 * 1024), FrameTooLarge),
        (encode_frame(b"not XML"), MalformedXml),
        (encode_frame(b"<a>" * 10_000 + b"</a>" * 10_000), MalformedXml),
        (encode_frame(b"<!DOCTYPE epp><epp/>"), ForbiddenDoctype),
        (encode_frame(b"<epp/>"), InvalidElement),
    ],
)
def test_what_cannot_be_read_breaks_the_session(
    data: bytes, error: type[RemoteProtocolError]
) -> None:
    session = _busy()
    with pytest.raises(error):
        session.receive_data(data)
    assert session.outstanding == _CHECK
    _assert_dead(session)


def test_the_limit_of_a_frame_may_be_another() -> None:
    with pytest.raises(FrameTooLarge):
        ClientSession(limit_bytes=100).receive_data(greeting_frame())


@pytest.mark.parametrize("rubbish", [response_frame(), b"\x00\x00\x00\x00", greeting_frame()])
def test_a_good_answer_is_not_lost_over_what_follows_it(rubbish: bytes) -> None:
    session = _busy()
    [event] = session.receive_data(response_frame(1000) + rubbish)
    assert isinstance(event, ResponseReceived)
    assert session.state is SessionState.BROKEN
    with pytest.raises(RemoteProtocolError):
        session.send(_CHECK, "ABC-2")
    _assert_dead(session)


def test_an_abandoned_session_is_never_read_again() -> None:
    session = _busy()
    session.abandon()
    assert (session.state, session.outstanding) == (SessionState.BROKEN, _CHECK)
    _assert_dead(session)


@given(st.lists(st.integers(0, 10_000), max_size=12))
def test_any_split_of_the_bytes_yields_the_same_events(cuts: list[int]) -> None:
    answers = {
        _LOGIN: [greeting_frame()],
        _CHECK: [response_frame(1000, cltrid="LOG-1")],
        Logout(): [response_frame(1000, cltrid="ABC-1")],
    }
    session = ClientSession()
    events: list[Event] = []
    for command, cltrid in ((_LOGIN, "LOG-1"), (_CHECK, "ABC-1"), (Logout(), "ABC-2")):
        stream = b"".join(answers[command])
        edges = sorted({0, len(stream), *(cut % len(stream) for cut in cuts)})
        pieces = [stream[a:b] for a, b in pairwise(edges)]
        events += [event for piece in pieces for event in session.receive_data(piece)]
        session.send(command, cltrid)
    assert [type(event) for event in events] == [
        GreetingReceived,
        ResponseReceived,
        ResponseReceived,
    ]


@given(st.binary(max_size=300), st.sampled_from([ClientSession, _greeted, _idle, _busy]))
def test_any_octets_give_events_or_a_remote_protocol_error(
    data: bytes, make: Callable[[], ClientSession]
) -> None:
    session = make()
    try:
        session.receive_data(data)
        session.receive_eof()
    except RemoteProtocolError:
        assert session.state is SessionState.BROKEN
    else:
        assert session.state is SessionState.CLOSED
