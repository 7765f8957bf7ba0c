"""Where facts go: to standard error as lines, and to the logbook that pages and `log` read."""

import logging
import sys
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from actors.control.redaction import HIDDEN, is_secret, without_addresses
from runtime import CURRENT

_LIBRARY_LEVEL = logging.WARNING
"""Libraries tell of every connection at `info`; our own actors do that with a path."""


def configure_logs(*extra: Processor, level: str = "info", stream: TextIO | None = None) -> None:
    """Set logging up for the daemon: one line a fact, JSON unless the stream is a terminal.

    `stream` is standard error unless given. `extra` processors (the logbook) see each fact
    complete, before it is rendered. What libraries log through `logging` becomes facts too.
    """
    target = sys.stderr if stream is None else stream
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if target.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _name_actor,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _hide_secrets,
            *extra,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Patient(target))),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Libraries()], level=_LIBRARY_LEVEL, force=True)


def _name_actor(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every line says on whose behalf it was written."""
    process = CURRENT.get()
    if process is not None:
        event.setdefault("actor", process.path)
    return event


def _hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """No auth codes, passwords or mail addresses, whoever forgot to leave them out."""
    for key, value in event.items():
        if is_secret(key):
            event[key] = HIDDEN
        elif isinstance(value, str):
            event[key] = without_addresses(value)
    return event


class _Libraries(logging.Handler):
    """Hands what libraries log to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        """Make a fact of it."""
        structlog.get_logger("engset").log(
            min(max(record.levelno // 10, 1), 5) * 10,  # libraries may have levels in between
            "library.logged",
            library=record.name,
            message=record.getMessage(),
            exc_info=record.exc_info,
        )


class _Patient:
    """A stream whose reader may go away: lines are lost then, and no actor dies of it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except (OSError, ValueError):  # ValueError: it was closed
            return 0

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return
