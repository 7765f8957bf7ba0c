"""What all tests share, and the two switches under which the same tests have to pass.

`--no-inline-calls` sends every call by the mailbox; `--frozen-messages` refuses every message that
two actors could both write to. Both hold for systems made in the tests' own process.
"""

import pytest
import structlog
from hypothesis import settings

from runtime import System
from runtime.freezing import FrozenProcess

pytest_plugins = ["tests.support.postgres"]

# No test is about time: a loaded machine may take as long as it wants for an example.
settings.register_profile("engset", deadline=None)
settings.load_profile("engset")

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


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("engset")
    group.addoption("--no-inline-calls", action="store_true", help="every call by the mailbox")
    group.addoption("--frozen-messages", action="store_true", help="refuse mutable messages")


def pytest_configure(config: pytest.Config) -> None:
    System.inline_calls_by_default = not config.getoption("--no-inline-calls")
    if config.getoption("--frozen-messages"):
        System.process_type = FrozenProcess
