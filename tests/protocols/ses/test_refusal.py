"""Which outcome an answer to SendEmail is: by the name of the error, its text, its status."""

import json
from typing import assert_never

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.ses import (
    Accepted,
    AccountPaused,
    AccountSuspended,
    BadCredentials,
    BadRequest,
    ClockSkewed,
    DailyQuotaExceeded,
    ExpiredCredentials,
    HttpResponse,
    LimitExceeded,
    MailAnswered,
    NotFound,
    NotPermitted,
    NotSent,
    NotVerified,
    RateExceeded,
    Refusal,
    Rejected,
    Retry,
    SendOutcome,
    Suppressed,
    Unknown,
    send_outcome,
)
from tests.protocols.ses.samples import accepted, answer, busy, refused


def _outcome(octets: bytes) -> SendOutcome:
    [event] = busy().receive(octets)
    assert isinstance(event, MailAnswered)
    return event.outcome


_RATE = "Maximum sending rate exceeded."
_QUOTA = "Daily message quota exceeded."
_UNVERIFIED = "Email address is not verified. The following identities failed the check in region X"


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (429, "TooManyRequestsException", _RATE, RateExceeded),
        (429, "TooManyRequestsException", _QUOTA, DailyQuotaExceeded),
        (429, "TooManyRequestsException", "", RateExceeded),
        (429, "", _QUOTA, DailyQuotaExceeded),
        (429, "", "", RateExceeded),
        (400, "ThrottlingException", _RATE, RateExceeded),
        (400, "ThrottlingException", "Rate exceeded", RateExceeded),
        (400, "Throttling", _QUOTA, DailyQuotaExceeded),
        (400, "LimitExceededException", "", LimitExceeded),
        (400, "MessageRejected", "Bad content", Rejected),
        (400, "MessageRejected", _UNVERIFIED, NotVerified),
        (400, "MessageRejected", "Address blacklisted.", Suppressed),
        (400, "MailFromDomainNotVerifiedException", "", NotVerified),
        (400, "AccountSuspendedException", "", AccountSuspended),
        (400, "SendingPausedException", "", AccountPaused),
        (400, "BadRequestException", "Missing final '@domain'", BadRequest),
        (404, "NotFoundException", "Configuration set <main> does not exist.", NotFound),
        (404, "", "", NotFound),
        (403, "UnrecognizedClientException", "", BadCredentials),
        (403, "InvalidSignatureException", "The signature does not match.", BadCredentials),
        (403, "InvalidSignatureException", "Signature expired: 1 is now earlier", ClockSkewed),
        (403, "InvalidSignatureException", "Signature not yet current: 1", ClockSkewed),
        (403, "SignatureDoesNotMatch", "", BadCredentials),
        (403, "MissingAuthenticationTokenException", "", BadCredentials),
        (401, "", "", BadCredentials),
        (400, "RequestExpired", "", ClockSkewed),
        (403, "ExpiredTokenException", "", ExpiredCredentials),
        (
            403,
            "UnrecognizedClientException",
            "The security token included in the request is expired",
            ExpiredCredentials,
        ),
        (403, "AccessDeniedException", "User is not authorized to perform", NotPermitted),
        (403, "", "", NotPermitted),
        (408, "", "", Retry),
        (400, "RequestTimeout", "", Retry),
        (400, "", "", BadRequest),
        (418, "TeapotException", "", BadRequest),
        (500, "InternalServiceErrorException", "", Unknown),
        (503, "ServiceUnavailable", "", Unknown),
        (504, "", "", Unknown),
        (301, "", "", Unknown),
    ],
)
def test_each_error_has_its_outcome(
    status: int, code: str, message: str, kind: type[Refusal | Unknown]
) -> None:
    outcome = _outcome(refused(status, code, message))
    assert type(outcome).__name__ == kind.__name__
    if isinstance(outcome, Unknown):
        assert outcome.status == status
    else:
        assert not isinstance(outcome, Accepted | NotSent)
        assert (outcome.status, outcome.code, outcome.message) == (status, code, message)


@pytest.mark.parametrize(
    "octets",
    [
        answer(400, {"__type": "com.amazonaws.sesv2#MessageRejected", "message": "no"}),
        answer(400, {"__type": "MessageRejected", "Message": "no"}),
        answer(400, {"code": "MessageRejected", "message": "no"}),
        answer(400, {"message": "no"}, "X-AMZN-ERRORTYPE: MessageRejected"),
        answer(400, {"message": "no", "x": [1]}, "x-amzn-errortype: a#MessageRejected:http://b"),
    ],
)
def test_the_name_of_an_error_stands_in_several_places(octets: bytes) -> None:
    outcome = _outcome(octets)
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.message) == ("MessageRejected", "no")


def test_a_refusal_knows_the_request_id_and_shows_no_text() -> None:
    outcome = _outcome(answer(400, {"message": "ann@example.org"}, "x-amzn-RequestId: r-1"))
    assert isinstance(outcome, BadRequest)
    assert outcome.request_id == "r-1"
    assert "ann@example.org" not in repr(outcome)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"message": 1}', b"\xff", b"null"])
def test_an_error_whose_body_cannot_be_read_is_known_by_its_status(body: bytes) -> None:
    assert isinstance(_outcome(answer(429, body or b" ")), RateExceeded)
    assert isinstance(_outcome(answer(502, body or b" ")), Unknown)


@pytest.mark.parametrize(
    "octets",
    [
        answer(200, {}),
        answer(200, {"MessageId": ""}),
        answer(200, {"MessageId": 7}),
        answer(200, b"<html>"),
        answer(200, b"\xff\xfe"),
        answer(202, {"MessageId": "a"}),
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ],
)
def test_a_success_that_cannot_be_read_leaves_doubt(octets: bytes) -> None:
    assert isinstance(_outcome(octets), Unknown)


def test_an_accepted_mail_has_its_id() -> None:
    assert _outcome(accepted("0100-x")) == Accepted(message_id="0100-x")


@given(st.integers(100, 599), st.binary(max_size=60))
def test_every_status_with_any_body_has_an_outcome(status: int, body: bytes) -> None:
    outcome = send_outcome(HttpResponse(status, (), body, reusable=True))
    if not 400 <= status < 500:
        assert isinstance(outcome, Unknown)
    assert _is_certain(outcome) == (400 <= status < 500)


def _is_certain(outcome: SendOutcome) -> bool:
    """All outcomes by name, as a mailer has them: the type checkers see that none is missing."""
    match outcome:
        case RateExceeded() | DailyQuotaExceeded() | LimitExceeded() | Retry():
            return True
        case Suppressed() | Rejected() | BadRequest() | NotFound():
            return True
        case NotVerified() | AccountPaused() | AccountSuspended() | NotPermitted():
            return True
        case BadCredentials() | ExpiredCredentials() | ClockSkewed():
            return True
        case Accepted() | NotSent():
            return True
        case Unknown():
            return False
        case _ as never:
            assert_never(never)


def test_the_sample_of_a_refusal_is_json() -> None:
    assert json.loads(refused(400, "a", "b").partition(b"\r\n\r\n")[2]) == {"message": "b"}
