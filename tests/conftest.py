"""Fixtures for all tests."""

import structlog

pytest_plugins = ["tests.support.postgres"]

# As the daemon does it: plain tracebacks. Rich ones take a third of a second each.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ],
    cache_logger_on_first_use=False,
)
