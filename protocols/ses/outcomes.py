"""Answers as named outcomes: what SES said, and so what to do.

Every refusal is a type of its own, so that a `match` decides by name and both type checkers see a
forgotten case. A refusal is certain: SES did not take the mail. Whatever leaves doubt (no answer,
a 5xx, an answer that cannot be read) is `Unknown`, and a mail is then never sent again blindly.
Source: AWS "Amazon SES API v2 Reference", SendEmail and "Common errors"; "Errors related to the
sending quotas"; "Amazon SES email sending errors".
"""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """SES took the mail; `message_id` is in all its events."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    status: int
    code: str
    """The name of the error, such as `MessageRejected`; empty when the answer had none."""
    message: str = field(repr=False)
    """SES's words. They may name addresses, so they are not for logs."""
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateExceeded(_Refused):
    """Above the sending rate: dropped, to be sent again, slower. Wait 1 s at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyQuotaExceeded(_Refused):
    """The quota of 24 hours is used up: dropped, to be sent again. Wait longer and longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitExceeded(_Refused):
    """There are too many of some resource. SES names no time; back off as for the quota."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed(_Refused):
    """The recipient is on SES's global suppression list. Final for this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(_Refused):
    """SES will not carry this mail because of what is in it. Final for this mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotVerified(_Refused):
    """The sender, or in the sandbox the recipient, is not verified. Pause this sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPaused(_Refused):
    """Sending is paused for the account or the configuration set. Pause; somebody resumes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSuspended(_Refused):
    """AWS has shut the account down for sending, for good. Stop this account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCredentials(_Refused):
    """The key is unknown or its secret is wrong. Stop this account until it is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredCredentials(_Refused):
    """The key was good until it expired: get a new one, then send again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSkewed(_Refused):
    """Our clock and AWS's are more than 5 minutes apart. Pause; set the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPermitted(_Refused):
    """The key is good but its policy does not allow this. Pause; change the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(_Refused):
    """The configuration set, identity or list is not there. Pause what uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRequest(_Refused):
    """SES does not understand the request, or one of its values. Final for this request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry(_Refused):
    """Certainly not done, for a reason that passes. Send again with back-off."""


Refusal: TypeAlias = (
    RateExceeded
    | DailyQuotaExceeded
    | LimitExceeded
    | Suppressed
    | Rejected
    | NotVerified
    | AccountPaused
    | AccountSuspended
    | BadCredentials
    | ExpiredCredentials
    | ClockSkewed
    | NotPermitted
    | NotFound
    | BadRequest
    | Retry
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Whether it was done cannot be known from the answer. A query may simply be repeated."""

    reason: str
    status: int | None = None
    """None when there was no whole answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """No octet of the request left: it may be sent again."""

    reason: str


SendOutcome: TypeAlias = Accepted | Refusal | Unknown | NotSent
