"""Result codes (RFC 5730 section 3)."""

from enum import IntEnum
from typing import Final


class ResultCode(IntEnum):
    """Every code the RFC knows. 1xxx is success, 2xxx failure; the second digit is the kind."""

    COMPLETED = 1000
    ACTION_PENDING = 1001
    NO_MESSAGES = 1300
    ACK_TO_DEQUEUE = 1301
    ENDING_SESSION = 1500
    UNKNOWN_COMMAND = 2000
    SYNTAX_ERROR = 2001
    USE_ERROR = 2002
    MISSING_PARAMETER = 2003
    VALUE_RANGE_ERROR = 2004
    VALUE_SYNTAX_ERROR = 2005
    UNIMPLEMENTED_VERSION = 2100
    UNIMPLEMENTED_COMMAND = 2101
    UNIMPLEMENTED_OPTION = 2102
    UNIMPLEMENTED_EXTENSION = 2103
    BILLING_FAILURE = 2104
    NOT_ELIGIBLE_FOR_RENEWAL = 2105
    NOT_ELIGIBLE_FOR_TRANSFER = 2106
    AUTHENTICATION_ERROR = 2200
    AUTHORIZATION_ERROR = 2201
    INVALID_AUTH_INFO = 2202
    PENDING_TRANSFER = 2300
    NOT_PENDING_TRANSFER = 2301
    OBJECT_EXISTS = 2302
    OBJECT_DOES_NOT_EXIST = 2303
    STATUS_PROHIBITS = 2304
    ASSOCIATION_PROHIBITS = 2305
    VALUE_POLICY_ERROR = 2306
    UNIMPLEMENTED_OBJECT_SERVICE = 2307
    DATA_POLICY_VIOLATION = 2308
    COMMAND_FAILED = 2400
    COMMAND_FAILED_CLOSING = 2500
    AUTHENTICATION_ERROR_CLOSING = 2501
    SESSION_LIMIT_EXCEEDED = 2502


FIRST_FAILURE: Final = 2000


def is_failure(code: int) -> bool:
    """Whether the server did not do what was asked."""
    return code >= FIRST_FAILURE


def ends_session(code: int) -> bool:
    """Whether the server closes the connection after this answer: 15xx and 25xx."""
    return code // 100 in {15, 25}
