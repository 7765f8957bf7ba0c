"""Queues and jobs by the commands of an operator: through the socket, with PostgreSQL behind."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from actors.control.refusal import ExitCode
from tests.support.daemon import RunningDaemon

REHEARSAL = "engset.Rehearsal"
FAILING = json.dumps({"outcome": "crash"})


@pytest.fixture
def tag(daemon: RunningDaemon, request: pytest.FixtureRequest) -> Iterator[str]:
    """What all jobs of the test carry; afterwards there are none of them, and the queue runs."""
    tag = str(request.node.name)[:60]
    yield tag
    daemon.json("queue", "resume", "default")
    daemon.json("queue", "scale", "default", "configured")
    daemon.json("job", "cancel", "--tag", tag, "--yes")
    daemon.until(lambda: forget(daemon, tag), what="all jobs deleted")


def forget(daemon: RunningDaemon, tag: str) -> bool:
    """Delete them; one that is being stopped is spared and asks for another try."""
    daemon.json("job", "delete", "--tag", tag, "--yes")
    return not listed(daemon, "--tag", tag)


def insert(daemon: RunningDaemon, tag: str, *words: str) -> int:
    number = daemon.json("job", "insert", REHEARSAL, "--tag", tag, *words)["id"]
    assert isinstance(number, int)
    return number


def listed(daemon: RunningDaemon, *words: str) -> dict[int, dict[str, Any]]:
    """Jobs that fit, by number."""
    return {job["id"]: job for job in daemon.json("job", "list", *words)["jobs"]}


def watched(daemon: RunningDaemon, number: int) -> str:
    """How a job ended."""
    return str(daemon.ask("job", "watch", str(number)).documents[-1]["state"])


def queue(daemon: RunningDaemon) -> dict[str, Any]:
    found: dict[str, Any] = daemon.json("queue", "show", "default")
    return found


def test_a_job_for_later_waits_until_it_is_retried(daemon: RunningDaemon, tag: str) -> None:
    number = insert(daemon, tag, "--in", "1h", "--priority", "3")
    (job,) = listed(daemon, "--tag", tag, "--state", "scheduled").values()
    assert (job["id"], job["queue"], job["priority"]) == (number, "default", 3)
    nobody = daemon.ask("job", "list", "--tag", tag, "--worker", "nobody.Else")
    assert nobody.exit_code == ExitCode.NOT_FOUND
    assert daemon.json("job", "retry", str(number))["jobs"] == 1
    assert watched(daemon, number) == "completed"


def test_jobs_are_listed_by_state(daemon: RunningDaemon, tag: str) -> None:
    done, later = insert(daemon, tag), insert(daemon, tag, "--in", "1h")
    assert watched(daemon, done) == "completed"
    assert [*listed(daemon, "--tag", tag)] == [later, done]
    assert [*listed(daemon, "--tag", tag, "--state", "completed")] == [done]
    assert [*listed(daemon, "--tag", tag, "--queue", "default", "--limit", "1")] == [later]


def test_all_discarded_jobs_are_retried_at_once(daemon: RunningDaemon, tag: str) -> None:
    failed = [insert(daemon, tag, "--args", FAILING, "--max-attempts", "1") for _ in range(2)]
    assert [watched(daemon, number) for number in failed] == ["discarded"] * 2
    chosen = ("job", "retry", "--state", "discarded", "--tag", tag)
    assert daemon.ask(*chosen).exit_code == ExitCode.USAGE  # a script must say --yes
    assert daemon.json(*chosen, "--yes")["jobs"] == 2
    assert [watched(daemon, number) for number in failed] == ["discarded"] * 2
    assert {job["attempt"] for job in listed(daemon, "--tag", tag).values()} == {2}


def test_a_running_job_is_cancelled_and_deleted(daemon: RunningDaemon, tag: str) -> None:
    number = insert(daemon, tag, "--args", json.dumps({"steps": 2, "step_s": 600}))
    daemon.until(lambda: listed(daemon, "--tag", tag, "--state", "executing"), what="running")
    assert daemon.ask("job", "delete", str(number), "--yes").exit_code == ExitCode.FAILED
    assert daemon.json("job", "cancel", str(number))["jobs"] == 1
    assert watched(daemon, number) == "cancelled"
    assert daemon.json("job", "delete", str(number), "--yes")["jobs"] == 1
    assert daemon.ask("job", "show", str(number)).exit_code == ExitCode.NOT_FOUND


def test_a_paused_queue_begins_nothing_until_it_goes_on(daemon: RunningDaemon, tag: str) -> None:
    daemon.json("queue", "pause", "default")
    daemon.until(lambda: queue(daemon)["here"]["state"] == "paused", what="paused")
    number = insert(daemon, tag)
    (job,) = listed(daemon, "--tag", tag).values()
    assert (job["state"], job["attempt"]) == ("available", 0)
    daemon.json("queue", "resume", "default")
    assert watched(daemon, number) == "completed"


def test_a_queue_is_scaled_and_goes_back_to_what_is_configured(
    daemon: RunningDaemon, tag: str
) -> None:
    configured = queue(daemon)["here"]["limit"]
    daemon.json("queue", "scale", "default", "3")
    daemon.until(lambda: queue(daemon)["here"]["limit"] == 3, what="scaled")
    daemon.json("queue", "scale", "default", "configured")
    daemon.until(lambda: queue(daemon)["here"]["limit"] == configured, what="as configured")
    assert tag


def test_the_clock_is_a_table_and_the_node_is_this_one(daemon: RunningDaemon) -> None:
    assert isinstance(daemon.json("job", "clock")["clock"], list)
    (node,) = daemon.json("job", "nodes")["nodes"]
    assert (node["pid"], node["here"]) == (daemon.pid, "yes")
