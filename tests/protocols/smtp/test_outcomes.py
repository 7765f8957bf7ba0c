"""What a refusal means, by its code, its enhanced code and, for SES, its text."""

from typing import assert_never

import pytest

from protocols.smtp import (
    Accepted,
    DailyQuotaExceeded,
    Mail,
    MailFinished,
    NotSent,
    RateLimited,
    RecipientOutcome,
    Refused,
    Reply,
    TryLater,
    Unknown,
)
from tests.protocols.smtp.peer import Peer, idle, run

_MAIL = Mail(sender="a@a.example", recipients=("b@b.example",), data=b"x\r\n")


def _outcome(command: str, answer: bytes) -> RecipientOutcome:
    peer = Peer(answers={command: answer})
    session = idle(peer)
    session.send(_MAIL)
    [event] = run(session, peer)
    assert isinstance(event, MailFinished)
    [result] = event.results
    assert result.recipient == "b@b.example"
    return result.outcome


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"454 Throttling failure: Maximum sending rate exceeded.\r\n", RateLimited),
        (b"454 Throttling failure: Daily message quota exceeded.\r\n", DailyQuotaExceeded),
        (b"454 4.7.0 busy\r\n", RateLimited),
        (b"421 Too many concurrent SMTP connections\r\n", RateLimited),
        (b"421 4.7.28 Our system has detected an unusual rate\r\n", RateLimited),
        (b"421 4.3.2 shutting down\r\n", TryLater),
        (b"421 4.4.2 timeout\r\n", TryLater),
        (b"450 4.7.1 rate limited\r\n", RateLimited),
        (b"450 4.2.0 greylisted\r\n", TryLater),
        (b"451 Temporary service failure\r\n", TryLater),
        (b"452 4.2.2 mailbox full\r\n", TryLater),
        (b"550 5.1.1 no such user\r\n", Refused),
        (b"554 Message rejected: Email address is not verified.\r\n", Refused),
        (b"552-5.2.3 too\r\n552 5.2.3 large\r\n", Refused),
    ],
)
def test_each_refusal_has_its_name_wherever_it_comes(
    command: str, answer: bytes, kind: type[RecipientOutcome]
) -> None:
    outcome = _outcome(command, answer)
    assert type(outcome).__name__ == kind.__name__
    assert _reply(outcome).code == int(answer[:3])


def _reply(outcome: RecipientOutcome) -> Reply:
    """All outcomes by name, as a mailer has them: the type checkers see that none is missing."""
    match outcome:
        case Accepted(reply) | TryLater(reply) | RateLimited(reply):
            return reply
        case DailyQuotaExceeded(reply) | Refused(reply):
            return reply
        case Unknown() | NotSent():
            raise AssertionError
        case _ as never:
            assert_never(never)


def test_an_accepted_mail_has_the_server_s_reply() -> None:
    outcome = _outcome(".", b"250 Ok 0100-abc-000000\r\n")
    assert outcome == Accepted(Reply(250, ("Ok 0100-abc-000000",)))
