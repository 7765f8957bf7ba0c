"""What became of a mail at one recipient, as named outcomes.

A 4xx or 5xx is certain: the server did not take the mail for this recipient. Doubt comes only from
a link that ends between the final dot and the reply to it. Source: RFC 5321 section 4.2.1; RFC
3463; AWS "Amazon SES SMTP issues" for what SES's own server says.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from protocols.smtp.reply import Reply

_THROTTLED: Final = 454
_CLOSING: Final = 421
_SYSTEM_OR_NETWORK: Final = ("4.3.", "4.4.")
_POLICY: Final = "4.7."


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the mail and answers for it. SES's reply has the message id."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class TryLater:
    """4xx: not now. Send again with back-off."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class RateLimited:
    """454, 421 or an enhanced 4.7.x: too fast, too many. Send again, slower.

    A 421 that tells of the server's own trouble (4.3.x, 4.4.x) is `TryLater`.
    """

    reply: Reply


@dataclass(frozen=True, slots=True)
class DailyQuotaExceeded:
    """SES's 454 for the quota of 24 hours. Wait longer and longer."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Refused:
    """5xx: never, for this mail and recipient."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Unknown:
    """The final dot may have arrived, and no reply came: never sent again blindly."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The mail did not leave: certainly not taken, may be sent again."""

    reason: str


RecipientOutcome: TypeAlias = (
    Accepted | TryLater | RateLimited | DailyQuotaExceeded | Refused | Unknown | NotSent
)


def refusal_of(reply: Reply) -> TryLater | RateLimited | DailyQuotaExceeded | Refused:
    """What a reply of 400 or above means."""
    if reply.code >= 500:
        return Refused(reply)
    enhanced = reply.enhanced or ""
    if reply.code == _THROTTLED and "daily message quota" in reply.text.lower():
        return DailyQuotaExceeded(reply)
    if reply.code == _CLOSING and enhanced.startswith(_SYSTEM_OR_NETWORK):
        return TryLater(reply)
    if reply.code in {_THROTTLED, _CLOSING} or enhanced.startswith(_POLICY):
        return RateLimited(reply)
    return TryLater(reply)
