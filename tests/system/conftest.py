"""Daemons for system tests. Starting one takes seconds, so what leaves no trace shares one."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.daemon import LENT, RunningDaemon, fresh_daemon, running_daemon

PRACTICE = ("verisign", "pir")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the daemons that a failed test could have used have logged."""
    report = yield
    if report.failed:
        launched = (daemon for daemon in LENT if hasattr(daemon, "log"))
        report.sections.extend((f"log of {one.data_dir}", one.log.tail(60)) for one in launched)
    return report


@pytest.fixture(scope="session")
def shared_daemon() -> Iterator[RunningDaemon]:
    """The daemon of this test process; by way of `daemon`."""
    with running_daemon() as daemon:
        yield daemon


@pytest.fixture
def daemon(shared_daemon: RunningDaemon) -> Iterator[RunningDaemon]:
    """A daemon with both practice registries up and no faults, given back as it was lent."""
    shared_daemon.until_up(*PRACTICE)
    yield shared_daemon
    for name in PRACTICE:
        shared_daemon.json("fault", name, "--clear")


@pytest.fixture
def start_daemon() -> Iterator[Callable[..., RunningDaemon]]:
    """Starts a daemon of the test's own."""
    with ExitStack() as stack:

        def start(**options: Any) -> RunningDaemon:
            return stack.enter_context(running_daemon(**options))

        yield start


@pytest.fixture
def unstarted_daemon() -> Iterator[RunningDaemon]:
    """A daemon of the test's own that was not started yet."""
    with fresh_daemon() as daemon:
        yield daemon
