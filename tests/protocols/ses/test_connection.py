"""The connection: its table, row by row, and what becomes of a request when the link breaks."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from protocols.ses import (
    Accepted,
    Account,
    ConnectionClosed,
    ConnectionEnded,
    ConnectionFailed,
    ConnectionLost,
    ConnectionState,
    Event,
    GetAccount,
    InvalidArgument,
    MailAnswered,
    MalformedResponse,
    NotSent,
    QueryAnswered,
    RateExceeded,
    RawContent,
    Request,
    RequestOutstanding,
    SendEmail,
    SesConnection,
    UnexpectedOctets,
    Unknown,
)
from tests.protocols.ses.samples import AT, MAIL, accepted, answer, busy, connection, refused


def _assert_dead(ended: SesConnection) -> None:
    with pytest.raises(ConnectionEnded):
        ended.send(MAIL, signed_at=AT)
    with pytest.raises(ConnectionEnded):
        ended.receive(b"")
    with pytest.raises(ConnectionEnded):
        ended.eof()
    with pytest.raises(ConnectionEnded):
        ended.abandon("again")


def test_a_mail_is_accepted_and_the_connection_serves_the_next() -> None:
    kept = busy()
    assert (kept.state, kept.outstanding) == (ConnectionState.BUSY, MAIL)
    for number in range(3):
        events = kept.receive(accepted(f"0100-{number}"))
        assert events == [MailAnswered(MAIL, Accepted(message_id=f"0100-{number}"))]
        assert (kept.state, kept.outstanding) == (ConnectionState.IDLE, None)
        assert kept.send(MAIL, signed_at=AT).startswith(b"POST /v2/email/outbound-emails ")


def test_a_query_is_answered_as_a_query() -> None:
    asking = connection()
    asking.send(GetAccount(), signed_at=AT)
    quota = {"MaxSendRate": 14.0, "Max24HourSend": 50000.0, "SentLast24Hours": 10.0}
    body = {"SendQuota": quota, "ProductionAccessEnabled": True, "SendingEnabled": True}
    [event] = asking.receive(answer(200, body))
    assert isinstance(event, QueryAnswered)
    assert isinstance(event.outcome, Account)
    assert event.request == GetAccount()


def test_a_refusal_is_an_answer_and_the_connection_stays() -> None:
    kept = busy()
    [event] = kept.receive(refused(429, "TooManyRequestsException"))
    assert isinstance(event, MailAnswered)
    assert isinstance(event.outcome, RateExceeded)
    assert kept.state is ConnectionState.IDLE


def test_a_connection_has_one_request_at_a_time() -> None:
    with pytest.raises(RequestOutstanding) as caught:
        busy().send(GetAccount(), signed_at=AT)
    assert (caught.value.label, caught.value.outstanding_label) == ("GetAccount", "SendEmail")


def test_a_request_that_cannot_be_written_leaves_the_connection_as_it_was() -> None:
    idle = connection()
    with pytest.raises(InvalidArgument):
        idle.send(SendEmail(content=RawContent(b"x"), to=("a\r\nb",)), signed_at=AT)
    assert (idle.state, idle.outstanding) == (ConnectionState.IDLE, None)
    idle.send(MAIL, signed_at=AT)


def test_a_server_that_closes_takes_no_more_requests() -> None:
    ending = busy()
    [event] = ending.receive(accepted("0100", "Connection: close"))
    assert isinstance(event, MailAnswered)
    assert ending.state is ConnectionState.ENDING
    with pytest.raises(ConnectionEnded):
        ending.send(MAIL, signed_at=AT)
    assert ending.eof() == [ConnectionClosed()]
    _assert_dead(ending)


def test_a_close_while_nothing_is_outstanding_is_an_event() -> None:
    idle = connection()
    assert idle.receive(b"") == []
    assert idle.eof() == [ConnectionClosed()]
    assert idle.state is ConnectionState.CLOSED
    _assert_dead(idle)


def test_the_end_of_the_stream_at_every_octet_of_an_answer_makes_the_mail_unknown() -> None:
    octets = accepted()
    for cut in range(len(octets)):
        breaking = busy()
        assert breaking.receive(octets[:cut]) == []
        mail, link = breaking.eof()
        assert isinstance(mail, MailAnswered)
        assert mail.request == MAIL
        assert isinstance(mail.outcome, Unknown)
        assert isinstance(link, ConnectionFailed)
        assert isinstance(link.error, ConnectionLost)
        _assert_dead(breaking)


def test_a_query_that_lost_its_answer_is_unknown_too() -> None:
    asking = connection()
    asking.send(GetAccount(), signed_at=AT)
    query, _ = asking.eof()
    assert isinstance(query, QueryAnswered)
    assert isinstance(query.outcome, Unknown)


def test_a_deadline_makes_the_mail_unknown_and_the_late_answer_is_never_read() -> None:
    late = busy()
    mail, link = late.abandon("no answer in 30 s")
    assert mail == MailAnswered(MAIL, Unknown(reason="the connection was lost: no answer in 30 s"))
    assert isinstance(link, ConnectionFailed)
    _assert_dead(late)


@pytest.mark.parametrize("request_", [MAIL, GetAccount()])
def test_only_when_certainly_nothing_left_was_the_request_not_sent(request_: Request) -> None:
    refused_link = connection()
    refused_link.send(request_, signed_at=AT)
    ended, link = refused_link.abandon("connection refused", nothing_left=True)
    assert isinstance(ended, MailAnswered | QueryAnswered)
    assert ended.outcome == NotSent(reason="connection refused")
    assert isinstance(link, ConnectionFailed)
    _assert_dead(refused_link)


@pytest.mark.parametrize("nothing_left", [True, False])
def test_giving_up_an_idle_connection_answers_nothing(nothing_left: bool) -> None:
    [event] = connection().abandon("too old", nothing_left=nothing_left)
    assert isinstance(event, ConnectionFailed)


def test_rubbish_in_the_place_of_the_answer_makes_the_mail_unknown() -> None:
    broken = busy()
    mail, link = broken.receive(b"220 smtp.example ESMTP\r\n\r\n")
    assert isinstance(mail, MailAnswered)
    assert isinstance(mail.outcome, Unknown)
    assert isinstance(link, ConnectionFailed)
    assert isinstance(link.error, MalformedResponse)
    _assert_dead(broken)


def test_a_good_answer_is_not_lost_over_what_follows_it() -> None:
    broken = busy()
    mail, link = broken.receive(accepted("0100-a") + accepted("0100-b"))
    assert mail == MailAnswered(MAIL, Accepted(message_id="0100-a"))
    assert isinstance(link, ConnectionFailed)
    assert isinstance(link.error, UnexpectedOctets)
    _assert_dead(broken)


def test_an_answer_nobody_asked_for_breaks_the_connection() -> None:
    idle = connection()
    [event] = idle.receive(answer(408))
    assert isinstance(event, ConnectionFailed)
    _assert_dead(idle)


def test_an_answer_larger_than_the_limit_makes_the_mail_unknown() -> None:
    small = SesConnection(connection()._signer, host="a.example", body_limit_bytes=10)
    small.send(MAIL, signed_at=AT)
    mail, _ = small.receive(answer(200, b"x" * 11))
    assert isinstance(mail, MailAnswered)
    assert isinstance(mail.outcome, Unknown)


class ConnectionMachine(RuleBasedStateMachine):
    """Whatever the peer does, each request that was sent comes to exactly one end."""

    def __init__(self) -> None:
        super().__init__()
        self.link = connection()
        self.sent = 0
        self.ended = 0
        self.pending = b""

    def take(self, events: list[Event]) -> None:
        self.ended += sum(isinstance(event, MailAnswered | QueryAnswered) for event in events)
        if any(isinstance(event, ConnectionFailed) for event in events):
            assert isinstance(events[-1], ConnectionFailed)
            assert self.link.state is ConnectionState.BROKEN

    def alive(self) -> bool:
        return self.link.state not in {ConnectionState.CLOSED, ConnectionState.BROKEN}

    @precondition(lambda self: self.link.state is ConnectionState.IDLE)
    @rule(request=st.sampled_from([MAIL, GetAccount()]))
    def a_request_is_sent(self, request: Request) -> None:
        self.link.send(request, signed_at=AT)
        self.sent += 1
        self.pending = b""

    @precondition(lambda self: self.link.state is ConnectionState.BUSY and not self.pending)
    @rule(octets=st.sampled_from([accepted(), accepted("a", "Connection: close"), answer(500)]))
    def the_peer_decides(self, octets: bytes) -> None:
        self.pending = octets

    @precondition(lambda self: self.pending)
    @rule(count=st.integers(1, 60))
    def some_octets_arrive(self, count: int) -> None:
        piece, self.pending = self.pending[:count], self.pending[count:]
        if self.alive():
            self.take(self.link.receive(piece))

    @precondition(lambda self: self.alive())
    @rule(data=st.binary(min_size=1, max_size=20))
    def rubbish_arrives(self, data: bytes) -> None:
        self.take(self.link.receive(data))
        self.pending = b""

    @precondition(lambda self: self.alive())
    @rule()
    def the_stream_ends(self) -> None:
        self.take(self.link.eof())

    @precondition(lambda self: self.alive())
    @rule(nothing_left=st.booleans())
    def a_deadline_passes(self, nothing_left: bool) -> None:
        self.take(self.link.abandon("deadline", nothing_left=nothing_left))

    @precondition(lambda self: not self.alive())
    @rule()
    def a_new_connection_is_made(self) -> None:
        self.link, self.pending = connection(), b""

    @invariant()
    def every_request_has_one_end(self) -> None:
        outstanding = self.link.outstanding is not None
        assert self.sent == self.ended + outstanding
        assert outstanding == (self.link.state is ConnectionState.BUSY)


TestConnectionMachine = ConnectionMachine.TestCase
TestConnectionMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
