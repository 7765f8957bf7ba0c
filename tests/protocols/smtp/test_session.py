"""The session: its table, row by row, and what becomes of a mail when the link breaks."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from protocols.smtp import (
    Accepted,
    Authenticated,
    AuthenticationRefused,
    Capabilities,
    CommandForbidden,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    Event,
    ExtensionMissing,
    GreetingReceived,
    HelloAccepted,
    HelloRefused,
    InvalidArgument,
    Mail,
    MailFinished,
    MalformedReply,
    NotSent,
    PasswordExposed,
    RecipientOutcome,
    Refused,
    Reply,
    ResetDone,
    ServerClosing,
    SessionEnded,
    SessionState,
    SmtpSession,
    TlsReady,
    TlsRefused,
    TryLater,
    UnexpectedOctets,
    UnexpectedReply,
    Unknown,
)
from tests.protocols.smtp.peer import GREETING, Peer, greeted, idle, run

_MAIL = Mail(
    sender="a@a.example",
    recipients=("b@b.example", "c@c.example", "d@d.example"),
    data=b"Subject: x\r\n\r\n.hello\r\n",
)
_ONE = Mail(sender="a@a.example", recipients=("b@b.example",), data=b"x\r\n")
_CHOICES = [("PIPELINING",), ("HELP",)]


def _assert_dead(session: SmtpSession) -> None:
    assert session.take_output() == b""
    with pytest.raises(SessionEnded):
        session.receive(b"250 late\r\n")
    with pytest.raises(SessionEnded):
        session.eof()
    with pytest.raises(SessionEnded):
        session.abandon("again")
    for command in (session.hello, session.start_tls, session.reset, session.quit):
        with pytest.raises(SessionEnded):
            command()


def _kinds(event: Event) -> list[type[RecipientOutcome]]:
    assert isinstance(event, MailFinished)
    return [type(result.outcome) for result in event.results]


def _authenticating(offer: str, **options: bool) -> tuple[SmtpSession, Peer]:
    peer = Peer(extensions=(offer,))
    return idle(peer, make=lambda: greeted(**(options or {"secure": True}))), peer


def test_a_session_begins_with_the_server_s_greeting() -> None:
    session = SmtpSession("client.example")
    assert session.receive(b"220-mx\r\n220 hello\r\n") == [
        GreetingReceived(Reply(220, ("mx", "hello")))
    ]
    assert session.state is SessionState.GREETED


@pytest.mark.parametrize("greeting", [b"554 no\r\n", b"421 4.7.0 too many\r\n", b"250 what\r\n"])
def test_another_greeting_refuses_the_connection(greeting: bytes) -> None:
    session = SmtpSession("client.example")
    [event] = session.receive(greeting)
    assert isinstance(event, ConnectionRefused)
    with pytest.raises(CommandForbidden):
        session.hello()
    assert session.eof() == [ConnectionClosed(expected=True)]
    _assert_dead(session)


@pytest.mark.parametrize("name", ["", "a b", "a\r\nMAIL FROM:<x>", "ü.example", "a" * 256])
def test_a_name_that_is_none_makes_no_session(name: str) -> None:
    with pytest.raises(InvalidArgument):
        SmtpSession(name)


def test_nothing_may_be_said_before_the_greeting_or_out_of_turn() -> None:
    session = SmtpSession("client.example")
    with pytest.raises(CommandForbidden):
        session.hello()
    session.receive(GREETING)
    with pytest.raises(CommandForbidden):
        session.send(_ONE)
    session.hello()
    with pytest.raises(CommandForbidden) as caught:
        session.quit()
    assert caught.value.state == "greeting_back"


def test_ehlo_tells_what_the_server_can_do() -> None:
    session = greeted()
    session.hello()
    assert session.take_output() == b"EHLO client.example\r\n"
    [event] = session.receive(b"250-mx.example\r\n250-PIPELINING\r\n250 SIZE 10\r\n")
    can = Capabilities(pipelining=True, size_limit_bytes=10, takes_size=True)
    assert event == HelloAccepted(can)
    assert (session.state, session.capabilities) == (SessionState.IDLE, can)


@pytest.mark.parametrize("code", [500, 502, 504, 550])
def test_a_server_that_knows_no_ehlo_is_told_helo(code: int) -> None:
    peer = Peer(answers={"EHLO": b"%d what\r\n" % code})
    session = greeted()
    session.hello()
    assert run(session, peer) == [HelloAccepted(Capabilities())]
    assert peer.commands == ["EHLO client.example", "HELO client.example"]


@pytest.mark.parametrize(
    "answers", [{"EHLO": b"450 wait\r\n"}, {"EHLO": b"502 a\r\n", "HELO": b"550 no\r\n"}]
)
def test_a_hello_that_is_refused_may_be_said_again(answers: dict[str, bytes]) -> None:
    session = greeted()
    session.hello()
    [event] = run(session, Peer(answers=answers))
    assert isinstance(event, HelloRefused)
    session.hello()
    [event] = run(session, Peer())
    assert isinstance(event, HelloAccepted)


def test_starttls_voids_what_was_said_in_clear() -> None:
    peer = Peer(extensions=("STARTTLS", "PIPELINING"))
    session = idle(peer)
    session.start_tls()
    assert run(session, peer) == [TlsReady()]
    assert (session.state, session.secure) == (SessionState.SECURING, False)
    with pytest.raises(CommandForbidden):
        session.hello()
    session.tls_started()
    assert (session.state, session.secure) == (SessionState.GREETED, True)
    assert session.capabilities == Capabilities()
    session.hello()
    run(session, Peer())
    with pytest.raises(ExtensionMissing):
        session.start_tls()


def test_starttls_is_not_asked_of_a_server_that_does_not_offer_it() -> None:
    with pytest.raises(ExtensionMissing):
        idle(Peer()).start_tls()


def test_a_refused_starttls_leaves_the_session_in_clear() -> None:
    peer = Peer(extensions=("STARTTLS",), answers={"STARTTLS": b"454 4.7.0 not now\r\n"})
    session = idle(peer)
    session.start_tls()
    [event] = run(session, peer)
    assert isinstance(event, TlsRefused)
    assert (session.state, session.secure) == (SessionState.IDLE, False)


@pytest.mark.parametrize("injected", [b"250 evil\r\n", b"2", b"\x16\x03\x01", b"hello\r\n"])
def test_octets_in_clear_behind_the_go_ahead_for_tls_break_the_session(injected: bytes) -> None:
    session = idle(Peer(extensions=("STARTTLS",)))
    session.start_tls()
    session.take_output()
    [event] = session.receive(b"220 go on\r\n" + injected)
    assert isinstance(event, ConnectionFailed)
    _assert_dead(session)


def test_octets_in_clear_that_come_later_break_the_session_too() -> None:
    session = idle(Peer(extensions=("STARTTLS",)))
    session.start_tls()
    session.take_output()
    assert session.receive(b"220 go on\r\n") == [TlsReady()]
    [event] = session.receive(b"2")
    assert isinstance(event, ConnectionFailed)
    assert isinstance(event.error, UnexpectedOctets)


def test_plain_is_said_in_one_line() -> None:
    session, peer = _authenticating("AUTH LOGIN PLAIN")
    session.authenticate("user", "pässword")
    assert run(session, peer) == [Authenticated()]
    response = base64.b64decode(peer.commands[-1].removeprefix("AUTH PLAIN "))
    assert response == "\0user\0pässword".encode()
    assert session.state is SessionState.IDLE


def test_login_is_said_when_there_is_no_plain() -> None:
    session, _ = _authenticating("AUTH LOGIN")
    session.authenticate("user", "password")
    assert session.take_output() == b"AUTH LOGIN\r\n"
    assert session.receive(b"334 VXNlcm5hbWU6\r\n") == []
    assert session.take_output() == base64.b64encode(b"user") + b"\r\n"
    assert session.receive(b"334 UGFzc3dvcmQ6\r\n") == []
    assert session.take_output() == base64.b64encode(b"password") + b"\r\n"
    assert session.receive(b"235 welcome\r\n") == [Authenticated()]


@pytest.mark.parametrize("answer", [b"535 5.7.8 wrong\r\n", b"454 4.7.0 later\r\n"])
def test_wrong_credentials_are_an_answer(answer: bytes) -> None:
    session, _ = _authenticating("AUTH PLAIN")
    session.authenticate("user", "password")
    session.take_output()
    [event] = session.receive(answer)
    assert isinstance(event, AuthenticationRefused)
    assert event.reply.code == int(answer[:3])
    assert session.state is SessionState.IDLE


def test_a_server_that_asks_for_more_than_there_is_is_told_to_stop() -> None:
    session, _ = _authenticating("AUTH PLAIN")
    session.authenticate("user", "password")
    session.take_output()
    assert session.receive(b"334 more\r\n") == []
    assert session.take_output() == b"*\r\n"
    [event] = session.receive(b"501 5.7.0 cancelled\r\n")
    assert isinstance(event, AuthenticationRefused)


def test_no_password_goes_without_tls_unless_that_is_allowed() -> None:
    session, _ = _authenticating("AUTH PLAIN", secure=False)
    with pytest.raises(PasswordExposed):
        session.authenticate("user", "password")
    assert session.take_output() == b""
    allowed, _ = _authenticating("AUTH PLAIN", allow_plain_auth=True)
    allowed.authenticate("user", "password")
    assert allowed.take_output().startswith(b"AUTH PLAIN ")


@pytest.mark.parametrize(("username", "password"), [("a\0b", "c"), ("a", "b\0"), ("\ud800", "b")])
def test_a_nul_in_a_password_is_refused(username: str, password: str) -> None:
    session, _ = _authenticating("AUTH PLAIN")
    with pytest.raises(InvalidArgument):
        session.authenticate(username, password)


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12))
def test_any_password_is_one_line(password: str) -> None:
    session, _ = _authenticating("AUTH PLAIN")
    session.authenticate("user", password)
    octets = session.take_output()
    assert octets.count(b"\r") == octets.count(b"\n") == 1
    assert octets.endswith(b"\r\n")


def test_a_mechanism_we_do_not_have_is_missing() -> None:
    session, _ = _authenticating("AUTH CRAM-MD5")
    with pytest.raises(ExtensionMissing):
        session.authenticate("user", "password")


def test_a_mail_is_pipelined_and_accepted_for_all() -> None:
    session, peer = idle(Peer()), Peer()
    session.send(_MAIL)
    assert (session.state, session.outstanding) == (SessionState.SENDING, _MAIL)
    octets = session.take_output()
    assert octets == (
        b"MAIL FROM:<a@a.example> SIZE=22\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<c@c.example>\r\n"
        b"RCPT TO:<d@d.example>\r\nDATA\r\n"
    )
    assert session.receive(peer.feed(octets)) == []
    octets = session.take_output()
    assert octets == b"Subject: x\r\n\r\n..hello\r\n.\r\n"
    [event] = session.receive(peer.feed(octets))
    assert _kinds(event) == [Accepted, Accepted, Accepted]
    assert (session.state, session.outstanding) == (SessionState.IDLE, None)
    assert peer.received[0].lines == [b"Subject: x", b"", b".hello"]


def test_a_server_without_pipelining_is_told_one_thing_at_a_time() -> None:
    peer = Peer(extensions=("HELP",))
    session = idle(peer)
    session.send(_MAIL)
    writes: list[bytes] = []
    events: list[Event] = []
    while octets := session.take_output():
        writes.append(octets)
        events += session.receive(peer.feed(octets))
    assert [write[:4] for write in writes] == [b"MAIL", b"RCPT", b"RCPT", b"RCPT", b"DATA", b"Subj"]
    assert _kinds(events[0]) == [Accepted] * 3


@pytest.mark.parametrize("extensions", _CHOICES)
def test_each_recipient_has_its_own_outcome(extensions: tuple[str, ...]) -> None:
    answers = {"RCPT TO:<b": b"550 5.1.1 no\r\n", "RCPT TO:<d": b"450 4.2.1 later\r\n"}
    peer = Peer(answers=answers, extensions=extensions)
    session = idle(peer)
    session.send(_MAIL)
    [event] = run(session, peer)
    assert _kinds(event) == [Refused, Accepted, TryLater]
    assert peer.received[0].recipients == ["c@c.example"]


@pytest.mark.parametrize("extensions", _CHOICES)
@pytest.mark.parametrize(
    "answers",
    [
        {"MAIL": b"550 5.1.8 no\r\n"},
        {"RCPT": b"550 5.1.1 no\r\n"},
        {"DATA": b"550 5.7.1 no\r\n"},
        {".": b"550 5.7.1 no\r\n"},
        {"RCPT": b"550 no\r\n", "DATA": b"354 go on\r\n", ".": b"554 nobody\r\n"},
    ],
)
def test_a_refusal_of_all_leaves_the_session_good_for_the_next_mail(
    extensions: tuple[str, ...], answers: dict[str, bytes]
) -> None:
    peer = Peer(answers=answers, extensions=extensions)
    session = idle(peer)
    session.send(_MAIL)
    [event] = run(session, peer)
    assert _kinds(event) == [Refused] * 3
    assert peer.received == []
    peer.answers = {}
    session.send(_ONE)
    [event] = run(session, peer)
    assert _kinds(event) == [Accepted]
    assert peer.received[0].recipients == ["b@b.example"]


def test_a_server_that_holds_a_sender_is_reset_before_the_next_mail() -> None:
    peer = Peer(answers={"RCPT": b"550 5.1.1 no\r\n"}, extensions=("HELP",))
    session = idle(peer)
    session.send(_ONE)
    run(session, peer)
    peer.answers = {"RSET": b"451 4.3.0 cannot\r\n"}
    session.send(_ONE)
    [event] = run(session, peer)
    assert _kinds(event) == [TryLater]
    session.send(_ONE)
    assert session.take_output() == b"RSET\r\n"


def test_a_server_that_cannot_forget_a_sender_gets_no_mail_in_that_name() -> None:
    peer = Peer(answers={"RCPT": b"550 5.1.1 no\r\n"})
    session = idle(peer)
    session.send(_ONE)
    run(session, peer)
    peer.answers = {"RSET": b"451 4.3.0 cannot\r\n"}
    session.send(_ONE)
    assert session._output[0].startswith(b"RSET\r\nMAIL ")
    finished, failed = run(session, peer)
    assert _kinds(finished) == [TryLater]
    assert isinstance(failed, ConnectionFailed)
    assert peer.received == []


def test_nobody_left_and_a_go_ahead_means_the_dot_alone() -> None:
    session = idle(Peer())
    session.send(_ONE)
    session.take_output()
    assert session.receive(b"250 ok\r\n550 no\r\n354 go on\r\n") == []
    assert session.take_output() == b".\r\n"
    [event] = session.receive(b"250 took nothing\r\n")
    assert _kinds(event) == [Refused]


def test_a_server_that_refuses_the_sender_and_goes_on_gets_no_empty_mail() -> None:
    session = idle(Peer())
    session.send(_ONE)
    session.take_output()
    finished, failed = session.receive(b"550 no\r\n250 ok\r\n354 go on\r\n")
    assert _kinds(finished) == [Refused]
    assert isinstance(failed, ConnectionFailed)
    _assert_dead(session)


@pytest.mark.parametrize("extensions", _CHOICES)
@pytest.mark.parametrize("command", ["MAIL", "RCPT TO:<b", "RCPT TO:<d", "DATA", "."])
def test_421_decides_all_who_are_left_and_ends_the_session(
    command: str, extensions: tuple[str, ...]
) -> None:
    peer = Peer(extensions=extensions)
    session = idle(peer)
    session.send(_MAIL)
    peer.answers = {command: b"421 4.3.2 closing\r\n"}
    [event] = run(session, peer)
    assert _kinds(event) == [TryLater] * 3
    assert session.state is SessionState.ENDING
    assert session.eof() == [ConnectionClosed(expected=True)]


def test_reset_answers() -> None:
    peer = Peer()
    session = idle(peer)
    session.reset()
    assert run(session, peer) == [ResetDone()]
    session.reset()
    session.take_output()
    [event] = session.receive(b"500 what\r\n")
    assert isinstance(event, ConnectionFailed)


def test_quit_ends_the_session() -> None:
    peer = Peer()
    session = idle(peer)
    session.quit()
    assert run(session, peer) == [ServerClosing(Reply(221, ("2.0.0 bye",)))]
    with pytest.raises(CommandForbidden):
        session.send(_ONE)
    assert session.eof() == [ConnectionClosed(expected=True)]
    _assert_dead(session)


_STARTS: list[tuple[Callable[[SmtpSession], None], type[Event]]] = [
    (SmtpSession.hello, HelloRefused),
    (SmtpSession.reset, ServerClosing),
    (SmtpSession.quit, ServerClosing),
    (SmtpSession.start_tls, TlsRefused),
    (lambda session: session.authenticate("a", "b"), AuthenticationRefused),
]


@pytest.mark.parametrize(("start", "kind"), _STARTS)
def test_421_may_answer_anything(start: Callable[[SmtpSession], None], kind: type[Event]) -> None:
    peer = Peer(extensions=("STARTTLS", "AUTH PLAIN"))
    session = greeted(allow_plain_auth=True)
    if start is not SmtpSession.hello:
        session = idle(peer, make=lambda: greeted(allow_plain_auth=True))
    start(session)
    session.take_output()
    [event] = session.receive(b"421 4.4.2 timeout\r\n")
    assert isinstance(event, kind)
    assert session.state is SessionState.ENDING


def test_421_while_nothing_is_asked_says_that_the_server_closes() -> None:
    session = idle(Peer())
    [event] = session.receive(b"421 4.4.2 timeout\r\n")
    assert isinstance(event, ServerClosing)
    [event] = session.receive(b"421 again\r\n")
    assert isinstance(event, ConnectionFailed)


def test_a_close_while_nothing_is_outstanding_is_an_event() -> None:
    session = idle(Peer())
    assert session.eof() == [ConnectionClosed(expected=False)]
    _assert_dead(session)


def test_a_close_in_the_middle_of_a_reply_is_a_loss() -> None:
    session = idle(Peer())
    session.receive(b"42")
    [event] = session.eof()
    assert isinstance(event, ConnectionFailed)
    assert isinstance(event.error, ConnectionLost)


def test_a_close_before_the_greeting_is_a_loss() -> None:
    [event] = SmtpSession("client.example").eof()
    assert isinstance(event, ConnectionFailed)


@pytest.mark.parametrize("octets", [b"250 nobody asked\r\n", b"rubbish\r\n"])
def test_what_nobody_waits_for_breaks_the_session(octets: bytes) -> None:
    session = idle(Peer())
    [event] = session.receive(octets)
    assert isinstance(event, ConnectionFailed)
    assert isinstance(event.error, UnexpectedReply | MalformedReply)
    _assert_dead(session)


@pytest.mark.parametrize(
    "octets", [b"250 a\r\n" * 4 + b"354 b\r\n250 c\r\n", b"250 a\r\n334 b\r\n"]
)
def test_a_reply_before_its_question_or_out_of_place_takes_no_mail(octets: bytes) -> None:
    session = idle(Peer())
    session.send(_MAIL)
    session.take_output()
    finished, failed = session.receive(octets)
    assert _kinds(finished) == [NotSent] * 3
    assert isinstance(failed, ConnectionFailed)
    assert isinstance(failed.error, UnexpectedReply)
    _assert_dead(session)


@pytest.mark.parametrize(
    "answer", [b"251 will forward\r\n", b"354 more\r\n", b"2\r\n", b"25O ok\r\n"]
)
def test_an_answer_to_the_dot_that_nobody_understands_leaves_doubt(answer: bytes) -> None:
    peer = Peer(answers={".": answer})
    session = idle(peer)
    session.send(_ONE)
    finished, failed = run(session, peer)
    assert _kinds(finished) == [Unknown]
    assert isinstance(failed, ConnectionFailed)


def test_a_good_reply_is_not_lost_over_what_follows_it() -> None:
    peer = Peer(answers={".": b"250 ok\r\n250 again\r\n"})
    session = idle(peer)
    session.send(_ONE)
    finished, failed = run(session, peer)
    assert _kinds(finished) == [Accepted]
    assert isinstance(failed, ConnectionFailed)


@pytest.mark.parametrize("extensions", _CHOICES)
@pytest.mark.parametrize("by_deadline", [True, False])
def test_a_link_that_ends_at_every_octet_leaves_doubt_only_after_the_dot(
    extensions: tuple[str, ...], *, by_deadline: bool
) -> None:
    for cut in range(10_000):
        peer = Peer(extensions=extensions)
        session = idle(peer)
        session.send(_MAIL)
        budget, dot_left, done = cut, False, False
        while octets := session.take_output():
            dot_left = dot_left or octets.endswith(b"\r\n.\r\n")
            answer = peer.feed(octets)[:budget]
            budget -= len(answer)
            done = bool(session.receive(answer))
            if not budget:
                break
        if done:
            break
        finished, failed = session.abandon("deadline") if by_deadline else session.eof()
        assert _kinds(finished) == [Unknown if dot_left else NotSent] * 3
        assert isinstance(failed, ConnectionFailed)
        _assert_dead(session)
    else:
        pytest.fail("the mail never ended")
    assert cut > 60


def test_refusals_before_the_loss_stay_refusals() -> None:
    session = idle(Peer())
    session.send(_MAIL)
    session.take_output()
    session.receive(b"250 ok\r\n550 no\r\n250 ok\r\n450 later\r\n354 go on\r\n")
    assert session.take_output().endswith(b"\r\n.\r\n")
    finished, _ = session.eof()
    assert _kinds(finished) == [Refused, Unknown, TryLater]


def test_a_dot_that_was_never_given_out_did_not_leave() -> None:
    session = idle(Peer())
    session.send(_ONE)
    session.take_output()
    session.receive(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    finished, _ = session.abandon("socket failed")
    assert _kinds(finished) == [NotSent]
    assert session.take_output() == b""


@pytest.mark.parametrize("extensions", _CHOICES)
def test_a_cut_at_every_octet_yields_the_same_events(extensions: tuple[str, ...]) -> None:
    answers = {"RCPT TO:<c": b"550-5.1.1 no\r\n550 5.1.1 such\r\n"}

    def events(cut: int) -> list[Event]:
        peer = Peer(answers=answers, extensions=extensions)
        session = idle(peer)
        session.send(_MAIL)
        seen: list[Event] = []
        while octets := session.take_output():
            answer = peer.feed(octets)
            for piece in (answer[: cut % (len(answer) + 1)], answer[cut % (len(answer) + 1) :]):
                seen += session.receive(piece)
        return seen

    whole = events(0)
    assert _kinds(whole[0]) == [Accepted, Refused, Accepted]
    for cut in range(1, 120):
        assert events(cut) == whole


@given(st.binary(max_size=80), st.integers(0, 3))
def test_any_octets_give_events_and_one_end_of_the_mail(data: bytes, stage: int) -> None:
    session = idle(Peer())
    session.send(_ONE)
    session.take_output()
    events = session.receive([b"", b"250 a\r\n", b"250 a\r\n250 b\r\n"][min(stage, 2)])
    events += session.receive(data)
    if session.state is not SessionState.BROKEN:
        events += session.eof()
    assert sum(isinstance(event, MailFinished) for event in events) == 1


class SessionMachine(RuleBasedStateMachine):
    """Whatever the server does, each mail ends once, and is accepted only if the server took it."""

    def __init__(self) -> None:
        super().__init__()
        self.connect(pipelining=True)
        self.sent = self.finished = 0

    def connect(self, *, pipelining: bool) -> None:
        self.peer = Peer(extensions=("PIPELINING" if pipelining else "HELP",))
        self.session = idle(self.peer)
        self.pending = b""
        self.taken_before = 0

    def alive(self) -> bool:
        ends = {SessionState.ENDING, SessionState.CLOSED, SessionState.BROKEN}
        return self.session.state not in ends

    def take(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, MailFinished):
                self.finished += 1
                taken = len(self.peer.received) > self.taken_before
                accepted = any(isinstance(one.outcome, Accepted) for one in event.results)
                doubtful = any(isinstance(one.outcome, Unknown) for one in event.results)
                assert not accepted or taken
                assert not taken or accepted or doubtful
                assert len(event.results) == len(event.mail.recipients)

    @precondition(lambda self: self.session.state is SessionState.IDLE)
    @rule(
        mail=st.sampled_from([_MAIL, _ONE]),
        answers=st.dictionaries(
            st.sampled_from(["MAIL", "RCPT TO:<b", "RCPT TO:<c", "DATA", "."]),
            st.sampled_from([b"450 4.2.1 later\r\n", b"550 no\r\n", b"421 closing\r\n"]),
            max_size=2,
        ),
    )
    def a_mail_is_sent(self, mail: Mail, answers: dict[str, bytes]) -> None:
        self.taken_before = len(self.peer.received)
        self.peer.answers = answers
        self.session.send(mail)
        self.sent += 1

    @precondition(lambda self: self.alive() and not self.pending)
    @rule()
    def octets_are_written(self) -> None:
        self.pending = self.peer.feed(self.session.take_output())

    @precondition(lambda self: self.alive() and self.pending)
    @rule(count=st.integers(1, 50))
    def some_octets_arrive(self, count: int) -> None:
        piece, self.pending = self.pending[:count], self.pending[count:]
        self.take(self.session.receive(piece))

    @precondition(lambda self: self.alive())
    @rule(by_deadline=st.booleans())
    def the_link_ends(self, by_deadline: bool) -> None:
        self.take(self.session.abandon("deadline") if by_deadline else self.session.eof())

    @precondition(lambda self: not self.alive())
    @rule(pipelining=st.booleans())
    def a_new_connection_is_made(self, pipelining: bool) -> None:
        self.connect(pipelining=pipelining)

    @invariant()
    def every_mail_has_one_end(self) -> None:
        assert self.sent == self.finished + (self.session.outstanding is not None)


TestSessionMachine = SessionMachine.TestCase
TestSessionMachine.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
