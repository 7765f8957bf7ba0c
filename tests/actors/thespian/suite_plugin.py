"""A pytest plugin that runs Thespian's own test suite, unchanged, on our system base.

    python -m pytest -p tests.actors.thespian.suite_plugin \\
        --pyargs thespian.test -k simpleSystemBase --timeout 30

The suite asks for its bases by name, and skips by name what a local base cannot do. So our module
takes the place of `thespian.system.simpleSystemBase` before anything is collected. Were the name
wrong, the suite would quietly test Thespian's own base: a run in which none of our bases was made
has failed, whatever its tests said.
"""

from types import ModuleType
from typing import Any, Literal

import pytest
from thespian.actors import ActorSystem

from actors.thespian import ActorSystemBase, install

TAKEN_NAME = "simpleSystemBase"


class CountedBase(ActorSystemBase):
    """Our base, with a count of those that were made."""

    made = 0

    def __init__(
        self, system: ActorSystem, logDefs: "dict[str, Any] | Literal[False] | None" = None
    ) -> None:
        super().__init__(system, logDefs)
        CountedBase.made += 1


def _module() -> ModuleType:
    module = ModuleType(f"thespian.system.{TAKEN_NAME}")
    module.__dict__["ActorSystemBase"] = CountedBase
    return module


install(TAKEN_NAME, _module())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that tested somebody else's base."""
    if CountedBase.made == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many bases of ours were made."""
    terminalreporter.write_line(f"bases of ours that were made: {CountedBase.made}")
    if CountedBase.made == 0:
        terminalreporter.write_line("FAILED: the suite did not run on our base", red=True)
