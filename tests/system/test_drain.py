"""The daemon is told to stop: what is in hand is finished, and nothing is left behind."""

import signal
from collections.abc import Callable

import pytest

from tests.support.daemon import RunningDaemon
from tests.support.errand import Errand
from tests.support.processes import descendants, ended_within

pytestmark = pytest.mark.timeout(180)
"""Several starts of a daemon, each of which takes seconds where others work too."""

SESSIONS = 10
"""Of both practice registries."""


def start_slow_create(daemon: RunningDaemon, *, seconds: float) -> Errand:
    """A create that the registry has in hand for so long."""
    daemon.json("fault", "verisign", f"latency seconds={seconds:g} times=1 command=domain:create")
    errand = daemon.begin("domain", "create", "in-hand.com", "--timeout", "60s")
    daemon.until(
        lambda: daemon.registry("verisign")["sessions"]["busy"] == 1, what="the create on its way"
    )
    return errand


def test_a_stopped_daemon_finishes_what_is_in_hand_logs_out_and_leaves_nothing(
    start_daemon: Callable[..., RunningDaemon],
) -> None:
    daemon = start_daemon(log_level="debug")
    daemon.until_up("verisign", "pir")
    below = descendants(daemon.pid)
    assert below
    create = start_slow_create(daemon, seconds=2.0)

    daemon.signal(signal.SIGTERM)

    # While it drains it is not ready and takes nothing new.
    daemon.log.fact("daemon.draining")
    status, body = daemon.readiness()
    assert (status, "stopping" in body) == (503, True)
    refused = daemon.ask("domain", "check", "example.org")
    assert (refused.exit_code, refused.answer["outcome"]) == (1, "unreachable")
    # What was in hand is finished and answered.
    outcome = create.outcome()
    assert (outcome.exit_code, outcome.answer["code"]) == (0, 1000)
    assert daemon.ended() == 0
    assert len(daemon.log.all("request.handled", label="logout", code=1500)) == SESSIONS
    assert daemon.log.all("actor.crashed") == ()
    # Nothing is left.
    assert all(ended_within(pid, 0.0) for pid in below)
    assert daemon.left_running() == {}
    assert not daemon.socket.exists()
    assert not daemon.socket.with_name("ssh.sock").exists()


def test_ctrl_c_and_the_shutdown_command_end_it_in_order_too(
    start_daemon: Callable[..., RunningDaemon],
) -> None:
    daemon = start_daemon()
    daemon.signal(signal.SIGINT)
    assert daemon.ended() == 0
    assert daemon.log.all("daemon.drained")
    assert daemon.left_running() == {}

    daemon.start()  # the lock on the data directory is free
    assert daemon.cli("shutdown").exit_code == 64
    assert daemon.cli("shutdown", "--yes").exit_code == 0
    assert daemon.ended() == 0
    assert daemon.log.all("daemon.drained")
    assert daemon.left_running() == {}


def test_a_second_signal_does_not_wait_for_what_is_in_hand(
    start_daemon: Callable[..., RunningDaemon],
) -> None:
    daemon = start_daemon()
    create = start_slow_create(daemon, seconds=60.0)
    daemon.signal(signal.SIGTERM)
    daemon.log.fact("daemon.draining")

    daemon.signal(signal.SIGTERM)

    outcome = create.outcome()
    assert (outcome.exit_code, outcome.answer["outcome"]) == (1, "unknown")
    assert daemon.ended(within_s=15.0) == 1
    assert daemon.left_running() == {}
    assert "Traceback" not in "\n".join(daemon.log.lines)


def test_a_daemon_that_is_still_starting_stops_as_well(unstarted_daemon: RunningDaemon) -> None:
    unstarted_daemon.launch()
    unstarted_daemon.log.fact("postgres.initialised", within_s=50.0)

    unstarted_daemon.signal(signal.SIGTERM)

    assert unstarted_daemon.ended() == 0
    assert unstarted_daemon.left_running() == {}
    assert "Traceback" not in "\n".join(unstarted_daemon.log.lines)
