"""The daemon is killed in the middle of its work and started again."""

from collections.abc import Callable

import pytest

from tests.support.daemon import RunningDaemon
from tests.support.processes import ended_within

pytestmark = pytest.mark.timeout(180)
"""Several starts of a daemon, each of which takes seconds where others work too."""


def written(daemon: RunningDaemon) -> int:
    """Notes that have come to its database."""
    return int(daemon.json("state", "store/archive")["facts"]["written"])


def test_a_killed_daemon_comes_back_with_its_rows_and_lists_what_it_does_not_know(
    start_daemon: Callable[..., RunningDaemon],
) -> None:
    daemon = start_daemon()
    assert daemon.ask("domain", "create", "kept.com").answer["code"] == 1000
    daemon.json("fault", "verisign", "no-answer times=1 command=domain:create")
    notes = written(daemon)
    assert daemon.ask("restart", "epp/pir/pool").exit_code == 0
    (before,) = daemon.json("history", "epp/pir/pool")["restarts"]
    daemon.until(lambda: written(daemon) >= notes + 2, what="restart and command written")
    outstanding = daemon.begin("domain", "create", "half-done.com")
    daemon.until(
        lambda: daemon.registry("verisign")["sessions"]["busy"] == 1, what="the create on its way"
    )
    postgres = daemon.left_running().keys() - {daemon.pid}
    assert postgres

    daemon.kill()

    # PostgreSQL dies with its daemon, without anybody's help.
    assert {pid for pid in postgres if not ended_within(pid, 10.0)} == set()
    assert daemon.left_running() == {}
    outstanding.abandon()

    daemon.start()
    daemon.until_up("verisign", "pir")
    assert daemon.ask("domain", "info", "kept.com").answer["code"] == 1000
    health = daemon.json("pools")
    (unknown,) = health["unknowns"]
    assert unknown["object_name"] == "half-done.com"
    assert unknown["command"] == "domain:create"
    counts = {each["name"]: each["unknowns"] for each in health["registries"]}
    assert counts == {"verisign": 1, "pir": 0}
    assert unknown["cltrid"] in daemon.cli("pools").out
    assert daemon.log.all("transform.unknown", cltrid=unknown["cltrid"])
    # The registry had done it: an operator who asks before repeating learns so.
    assert daemon.ask("domain", "info", "half-done.com").answer["code"] == 1000

    # Its restarts before are not forgotten, and stand before those of this run.
    assert daemon.ask("restart", "epp/pir/pool").exit_code == 0
    now, *earlier = daemon.json("history", "epp/pir/pool")["restarts"]
    assert earlier == [before]
    assert now["at"] > before["at"]

    # Killed once more, and started before PostgreSQL can have noticed.
    daemon.kill()
    daemon.start()
    assert daemon.ask("domain", "info", "kept.com").answer["code"] == 1000
    (postmaster,) = (pid for pid, title in daemon.left_running().items() if " -D " in title)
    assert daemon.json("state", "store/postgres")["facts"]["pid"] == str(postmaster)
    assert len(daemon.json("pools")["unknowns"]) == 1
