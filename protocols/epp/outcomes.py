"""Answers as typed outcomes: what the registry said, and so what to do (RFC 5730 section 3).

`Completed` and `Pending` carry the whole answer. Every refusal is a type of its own, so that a
`match` decides by name and both type checkers see a forgotten case. A lost answer is not among
them: that is `ConnectionLost`, and a transform is then unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from protocols.epp.codes import ResultCode, is_failure
from protocols.epp.responses import Response


@dataclass(frozen=True, slots=True)
class Completed:
    """Done: 1000, 1300 (queue empty), 1301 (a message: store it, then acknowledge), 1500."""

    response: Response


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted, not done: 1001. Never final; the end comes through the poll queue (panData)."""

    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    code: int
    message: str
    reasons: tuple[str, ...]
    """The server's own words, beside its message; empty when it gave none."""
    svtrid: str
    cltrid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageError(_Refused):
    """2000 to 2003: our mistake or a session in the wrong state. No retry.

    2002 right after a login means that the server lost the session: reconnect once.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyViolation(_Refused):
    """2004, 2005, 2306, 2308: a value is out of range, malformed or against policy. Final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unimplemented(_Refused):
    """2100 to 2103, 2307: a version, command, option, extension or object service. Final.

    Drop the extension and mark it on the registry.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingFailure(_Refused):
    """2104: our account at the registry is empty. Pause what costs money there, and alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEligible(_Refused):
    """2105, 2106: the domain cannot be renewed, or transferred, now. Final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationFailed(_Refused):
    """2200, 2501: wrong credentials. Stop this account at once: a loop gets it locked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAuthorized(_Refused):
    """2201: the object is not ours to see or change. Final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidAuthInfo(_Refused):
    """2202: the authInfo of the object is another. Final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTransfer(_Refused):
    """2300: a transfer of the object is under way. Final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPendingTransfer(_Refused):
    """2301: there is no transfer to decide. Final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectExists(_Refused):
    """2302. After a create of unknown outcome: ask `info` for sponsor and creation time first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDoesNotExist(_Refused):
    """2303. Final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusProhibits(_Refused):
    """2304: a status of the object forbids it. Final until the status changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationProhibits(_Refused):
    """2305: other objects depend on it. Final until they do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailed(_Refused):
    """2400: the server's own trouble, perhaps passing; the session stays.

    Queries: retry with back-off, at most three times. Transforms: ask `info` first.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerClosing(_Refused):
    """2500: the server failed and closes. Reconnect with back-off; a transform is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimitExceeded(_Refused):
    """2502: too many sessions; the server closes.

    This slot waits for minutes, doubling; lower the pool to the sessions that are logged in.
    """


Refusal: TypeAlias = (
    UsageError
    | PolicyViolation
    | Unimplemented
    | BillingFailure
    | NotEligible
    | AuthenticationFailed
    | NotAuthorized
    | InvalidAuthInfo
    | PendingTransfer
    | NotPendingTransfer
    | ObjectExists
    | ObjectDoesNotExist
    | StatusProhibits
    | AssociationProhibits
    | CommandFailed
    | ServerClosing
    | SessionLimitExceeded
)
ResponseOutcome: TypeAlias = Completed | Pending | Refusal

_BY_CODE: Final[Mapping[int, type[Refusal]]] = {
    ResultCode.VALUE_RANGE_ERROR: PolicyViolation,
    ResultCode.VALUE_SYNTAX_ERROR: PolicyViolation,
    ResultCode.BILLING_FAILURE: BillingFailure,
    ResultCode.NOT_ELIGIBLE_FOR_RENEWAL: NotEligible,
    ResultCode.NOT_ELIGIBLE_FOR_TRANSFER: NotEligible,
    ResultCode.AUTHENTICATION_ERROR: AuthenticationFailed,
    ResultCode.INVALID_AUTH_INFO: InvalidAuthInfo,
    ResultCode.PENDING_TRANSFER: PendingTransfer,
    ResultCode.NOT_PENDING_TRANSFER: NotPendingTransfer,
    ResultCode.OBJECT_EXISTS: ObjectExists,
    ResultCode.OBJECT_DOES_NOT_EXIST: ObjectDoesNotExist,
    ResultCode.STATUS_PROHIBITS: StatusProhibits,
    ResultCode.ASSOCIATION_PROHIBITS: AssociationProhibits,
    ResultCode.UNIMPLEMENTED_OBJECT_SERVICE: Unimplemented,
    ResultCode.AUTHENTICATION_ERROR_CLOSING: AuthenticationFailed,
    ResultCode.SESSION_LIMIT_EXCEEDED: SessionLimitExceeded,
}
_BY_KIND: Final[Mapping[int, type[Refusal]]] = {
    20: UsageError,
    21: Unimplemented,
    22: NotAuthorized,
    23: PolicyViolation,
    24: CommandFailed,
    25: ServerClosing,
}
"""By the first two digits: what most codes of a kind are, and how a code of no RFC is taken."""


def outcome_of(response: Response) -> ResponseOutcome:
    """What `response` means. A code that no RFC knows counts as its kind, else as 2400 does."""
    worst = response.worst
    if worst.code == ResultCode.ACTION_PENDING:
        return Pending(response)
    if not is_failure(worst.code):
        return Completed(response)
    refusal = _BY_CODE.get(worst.code) or _BY_KIND.get(worst.code // 100, CommandFailed)
    return refusal(
        code=worst.code,
        message=worst.message,
        reasons=response.reasons,
        svtrid=response.svtrid,
        cltrid=response.cltrid,
    )
