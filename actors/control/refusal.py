"""A command that cannot be carried out: what is said, and the exit code it ends with."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended, for scripts. The high numbers are those of sysexits.h."""

    OK = 0
    FAILED = 1
    """Refused or failed."""
    NOT_FOUND = 2
    USAGE = 64
    UNAVAILABLE = 69
    NOT_PERMITTED = 77
    TIMED_OUT = 124


class Refusal(Exception):
    """Raised by a command, or by a port on its behalf; shown to the visitor as a `Problem`."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        exit_code: ExitCode = ExitCode.FAILED,
        nearest: tuple[str, ...] = (),
        known: tuple[str, ...] = (),
        usage: str | None = None,
    ) -> None:
        """`nearest` are names that look like the wrong one, `known` all that exist."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.exit_code = exit_code
        self.nearest = nearest
        self.known = known
        self.usage = usage


class UsageError(Refusal):
    """The words do not fit the command."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "usage",
        nearest: tuple[str, ...] = (),
        known: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code, message, exit_code=ExitCode.USAGE, nearest=nearest, known=known)
