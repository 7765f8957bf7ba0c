"""Which refusal an error of SES is: by its name, and where AWS tells apart no further, its text."""

from collections.abc import Mapping
from typing import Final, TypeAlias

import msgspec

from protocols.ses.outcomes import (
    AccountPaused,
    AccountSuspended,
    BadCredentials,
    BadRequest,
    ClockSkewed,
    DailyQuotaExceeded,
    ExpiredCredentials,
    LimitExceeded,
    NotFound,
    NotPermitted,
    NotVerified,
    RateExceeded,
    Refusal,
    Rejected,
    Retry,
    Suppressed,
    Unknown,
)
from protocols.ses.response import HttpResponse

_Kind: TypeAlias = type[Refusal]

_BY_CODE: Final[Mapping[str, _Kind]] = {
    "TooManyRequestsException": RateExceeded,
    "ThrottlingException": RateExceeded,
    "Throttling": RateExceeded,
    "RequestLimitExceeded": RateExceeded,
    "LimitExceededException": LimitExceeded,
    "MessageRejected": Rejected,
    "MailFromDomainNotVerifiedException": NotVerified,
    "SendingPausedException": AccountPaused,
    "AccountSuspendedException": AccountSuspended,
    "NotFoundException": NotFound,
    "BadRequestException": BadRequest,
    "AccessDeniedException": NotPermitted,
    "AccessDenied": NotPermitted,
    "NotAuthorized": NotPermitted,
    "OptInRequired": NotPermitted,
    "UnrecognizedClientException": BadCredentials,
    "InvalidClientTokenId": BadCredentials,
    "InvalidSignatureException": BadCredentials,
    "SignatureDoesNotMatch": BadCredentials,
    "IncompleteSignature": BadCredentials,
    "IncompleteSignatureException": BadCredentials,
    "MissingAuthenticationToken": BadCredentials,
    "MissingAuthenticationTokenException": BadCredentials,
    "ExpiredTokenException": ExpiredCredentials,
    "ExpiredToken": ExpiredCredentials,
    "RequestExpired": ClockSkewed,
    "RequestTimeout": Retry,
    "RequestTimeoutException": Retry,
}
_BY_STATUS: Final[Mapping[int, _Kind]] = {
    401: BadCredentials,
    403: NotPermitted,
    404: NotFound,
    408: Retry,
    425: Retry,
    429: RateExceeded,
}
"""An error without a name, or with one that no page of AWS has; any other 4xx is BadRequest."""

_BY_TEXT: Final[Mapping[_Kind, tuple[tuple[str, _Kind], ...]]] = {
    RateExceeded: (("daily message quota", DailyQuotaExceeded),),
    Rejected: (("is not verified", NotVerified), ("address blacklisted", Suppressed)),
    BadCredentials: (
        ("signature expired", ClockSkewed),
        ("signature not yet current", ClockSkewed),
        ("token included in the request is expired", ExpiredCredentials),
    ),
    NotPermitted: (("token included in the request is expired", ExpiredCredentials),),
}
"""What AWS says by text alone."""


class _Error(msgspec.Struct, frozen=True):
    """The body of an error; AWS has more than one name for the same thing."""

    kind: str | None = msgspec.field(name="__type", default=None)
    code: str | None = None
    message: str | None = None
    message_too: str | None = msgspec.field(name="Message", default=None)


def refusal_of(response: HttpResponse) -> Refusal | Unknown:
    """What a response other than 2xx means. Only a 4xx is a refusal; all else leaves doubt."""
    error = _read_error(response.body)
    named = response.header("x-amzn-errortype") or error.kind or error.code or ""
    code = named.partition(":")[0].rpartition("#")[2].strip()
    message = error.message or error.message_too or ""
    if not 400 <= response.status < 500:
        return Unknown(reason=code or f"HTTP status {response.status}", status=response.status)
    return _kind(code, response.status, message)(
        status=response.status,
        code=code,
        message=message,
        request_id=response.header("x-amzn-requestid"),
    )


def _kind(code: str, status: int, message: str) -> _Kind:
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status, BadRequest)
    lower = message.lower()
    return next((other for text, other in _BY_TEXT.get(kind, ()) if text in lower), kind)


def _read_error(body: bytes) -> _Error:
    try:
        return msgspec.json.decode(body, type=_Error)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Error()
