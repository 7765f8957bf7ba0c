"""Result codes and their texts (RFC 5730 section 3)."""

from enum import IntEnum


class ResultCode(IntEnum):
    """A result code that this server may answer with."""

    DONE = 1000
    PENDING = 1001
    NO_MESSAGES = 1300
    ACK_TO_DEQUEUE = 1301
    ENDING_SESSION = 1500
    UNKNOWN_COMMAND = 2000
    SYNTAX = 2001
    USE = 2002
    MISSING_PARAMETER = 2003
    VALUE_RANGE = 2004
    VALUE_SYNTAX = 2005
    UNIMPLEMENTED_VERSION = 2100
    UNIMPLEMENTED_COMMAND = 2101
    UNIMPLEMENTED_OPTION = 2102
    UNIMPLEMENTED_EXTENSION = 2103
    NOT_ELIGIBLE_FOR_RENEWAL = 2105
    NOT_ELIGIBLE_FOR_TRANSFER = 2106
    AUTHENTICATION = 2200
    AUTHORIZATION = 2201
    INVALID_AUTH_INFO = 2202
    PENDING_TRANSFER = 2300
    NOT_PENDING_TRANSFER = 2301
    EXISTS = 2302
    DOES_NOT_EXIST = 2303
    STATUS_PROHIBITS = 2304
    ASSOCIATION_PROHIBITS = 2305
    VALUE_POLICY = 2306
    UNIMPLEMENTED_SERVICE = 2307
    FAILED = 2400
    FAILED_CLOSING = 2500
    AUTHENTICATION_CLOSING = 2501
    SESSION_LIMIT_CLOSING = 2502

    @property
    def text(self) -> str:
        """The message that RFC 5730 section 3 gives this code."""
        return _TEXTS[self]

    @property
    def ends_session(self) -> bool:
        """Whether the server closes the connection after an answer with this code."""
        return self in _ENDINGS


_ENDINGS = frozenset(
    {
        ResultCode.ENDING_SESSION,
        ResultCode.FAILED_CLOSING,
        ResultCode.AUTHENTICATION_CLOSING,
        ResultCode.SESSION_LIMIT_CLOSING,
    }
)

_TEXTS = {
    ResultCode.DONE: "Command completed successfully",
    ResultCode.PENDING: "Command completed successfully; action pending",
    ResultCode.NO_MESSAGES: "Command completed successfully; no messages",
    ResultCode.ACK_TO_DEQUEUE: "Command completed successfully; ack to dequeue",
    ResultCode.ENDING_SESSION: "Command completed successfully; ending session",
    ResultCode.UNKNOWN_COMMAND: "Unknown command",
    ResultCode.SYNTAX: "Command syntax error",
    ResultCode.USE: "Command use error",
    ResultCode.MISSING_PARAMETER: "Required parameter missing",
    ResultCode.VALUE_RANGE: "Parameter value range error",
    ResultCode.VALUE_SYNTAX: "Parameter value syntax error",
    ResultCode.UNIMPLEMENTED_VERSION: "Unimplemented protocol version",
    ResultCode.UNIMPLEMENTED_COMMAND: "Unimplemented command",
    ResultCode.UNIMPLEMENTED_OPTION: "Unimplemented option",
    ResultCode.UNIMPLEMENTED_EXTENSION: "Unimplemented extension",
    ResultCode.NOT_ELIGIBLE_FOR_RENEWAL: "Object is not eligible for renewal",
    ResultCode.NOT_ELIGIBLE_FOR_TRANSFER: "Object is not eligible for transfer",
    ResultCode.AUTHENTICATION: "Authentication error",
    ResultCode.AUTHORIZATION: "Authorization error",
    ResultCode.INVALID_AUTH_INFO: "Invalid authorization information",
    ResultCode.PENDING_TRANSFER: "Object pending transfer",
    ResultCode.NOT_PENDING_TRANSFER: "Object not pending transfer",
    ResultCode.EXISTS: "Object exists",
    ResultCode.DOES_NOT_EXIST: "Object does not exist",
    ResultCode.STATUS_PROHIBITS: "Object status prohibits operation",
    ResultCode.ASSOCIATION_PROHIBITS: "Object association prohibits operation",
    ResultCode.VALUE_POLICY: "Parameter value policy error",
    ResultCode.UNIMPLEMENTED_SERVICE: "Unimplemented object service",
    ResultCode.FAILED: "Command failed",
    ResultCode.FAILED_CLOSING: "Command failed; server closing connection",
    ResultCode.AUTHENTICATION_CLOSING: "Authentication error; server closing connection",
    ResultCode.SESSION_LIMIT_CLOSING: "Session limit exceeded; server closing connection",
}
