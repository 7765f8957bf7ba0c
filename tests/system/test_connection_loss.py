"""A connection dies, in several ways: it is back at once, and nobody else notices."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.daemon import RunningDaemon
from tests.support.errand import Errand

CHECKS = 50
SLOW_CHECKS = "latency seconds=0.05 command=domain:check"


def start_checks(daemon: RunningDaemon) -> list[Errand]:
    return [
        daemon.begin("domain", "check", f"busy-{number}.com", "--timeout", "20s")
        for number in range(CHECKS)
    ]


def until_all_are_busy(daemon: RunningDaemon) -> None:
    def all_busy() -> bool:
        return bool(daemon.registry("verisign")["sessions"]["busy"] == 5)

    daemon.until(all_busy, what="five sessions busy")


def assert_all_answered(checks: list[Errand]) -> None:
    answers = [check.outcome().answer for check in checks]
    assert {(each["outcome"], each["code"]) for each in answers} == {("completed", 1000)}
    assert {each["name"] for each in answers} == {f"busy-{number}.com" for number in range(CHECKS)}


def out_of_service(daemon: RunningDaemon, name: str, slot: int) -> timedelta:
    """How long the session of a slot was missing, by the daemon's own clock."""
    health = daemon.json("pools")
    (registry,) = (each for each in health["registries"] if each["name"] == name)
    (row,) = (each for each in registry["connections"] if each["slot"] == slot)
    logged_in_at = datetime.fromisoformat(health["taken_at"]) - timedelta(seconds=row["age_s"])
    return logged_in_at - datetime.fromisoformat(row["last_exit_at"])


def restarted(
    before: dict[int, dict[str, Any]], after: dict[int, dict[str, Any]]
) -> dict[int, int]:
    """Restarts by slot between two looks, those that had any."""
    gained = {slot: after[slot]["restarts"] - before[slot]["restarts"] for slot in before}
    return {slot: count for slot, count in gained.items() if count}


def newest_restart(daemon: RunningDaemon) -> dict[str, Any]:
    restarts: list[dict[str, Any]] = daemon.json("history", "-n", "1")["restarts"]
    (newest,) = restarts
    return newest


def test_a_killed_connection_is_logged_in_again_within_a_second_and_no_query_is_lost(
    daemon: RunningDaemon,
) -> None:
    daemon.json("fault", "verisign", SLOW_CHECKS)
    before = daemon.connections("verisign")
    checks = start_checks(daemon)
    until_all_are_busy(daemon)

    killed = daemon.cli("stop", "epp/verisign/connections/1", "--kill")

    assert killed.exit_code == 0, killed
    assert_all_answered(checks)
    daemon.until_up("verisign")
    assert timedelta(0) < out_of_service(daemon, "verisign", 1) < timedelta(seconds=1)
    assert restarted(before, daemon.connections("verisign")) == {1: 1}


def test_history_pools_and_the_page_say_when_and_why_a_connection_was_restarted(
    daemon: RunningDaemon,
) -> None:
    earlier = datetime.fromisoformat(daemon.json("pools")["taken_at"])
    daemon.json("stop", "epp/pir/connections/2", "--kill")
    daemon.until_up("pir")
    later = datetime.fromisoformat(daemon.json("pools")["taken_at"])

    newest = newest_restart(daemon)
    assert newest["path"] == "epp/pir/connections/2"
    assert newest["reason"] == "killed"
    assert earlier < datetime.fromisoformat(newest["at"]) < later
    row = daemon.connections("pir")[2]
    assert row["last_exit"] == "killed"
    assert earlier < datetime.fromisoformat(row["last_exit_at"]) < later
    shown = daemon.cli("history", "epp/pir", "-n", "1").out
    assert "epp/pir/connections/2" in shown
    assert "killed" in shown
    with daemon.signed_in() as browser:
        assert "killed" in browser.get("/epp").text


def test_a_query_whose_link_the_registry_cuts_is_answered_on_another(
    daemon: RunningDaemon,
) -> None:
    before = daemon.connections("verisign")
    daemon.json("fault", "verisign", "cut-mid-frame times=1 command=domain:check")
    daemon.json("fault", "verisign", SLOW_CHECKS)

    assert_all_answered(start_checks(daemon))

    daemon.until_up("verisign")
    after = daemon.connections("verisign")
    (slot,) = restarted(before, after)
    assert restarted(before, after) == {slot: 1}
    assert out_of_service(daemon, "verisign", slot) < timedelta(seconds=1)
    newest = newest_restart(daemon)
    assert newest["path"] == f"epp/verisign/connections/{slot}"
    assert newest["reason"].startswith("link_lost")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("cut-after-effect", "link_lost"),
        ("wrong-length length=3", "protocol_violated"),
        ("foreign-cltrid", "protocol_violated"),
        ("result code=2500", "registry_closed"),
    ],
)
def test_a_query_whose_answer_the_registry_spoils_is_answered_on_another(
    daemon: RunningDaemon, fault: str, reason: str
) -> None:
    before = daemon.connections("pir")
    daemon.json("fault", "pir", f"{fault} times=1 command=domain:info")

    answer = daemon.ask("domain", "info", "spoilt.org").answer

    assert answer["code"] == 2303
    daemon.until_up("pir")
    after = daemon.connections("pir")
    (slot,) = restarted(before, after)
    assert restarted(before, after) == {slot: 1}
    assert after[slot]["last_exit"].startswith(reason)


def test_a_frame_against_the_protocol_is_counted(daemon: RunningDaemon) -> None:
    before = daemon.registry("verisign")["protocol_errors"]
    daemon.json("fault", "verisign", "wrong-length length=3 times=1 command=domain:check")
    daemon.json("domain", "check", "counted.com")
    assert daemon.registry("verisign")["protocol_errors"] == before + 1


def test_a_create_that_the_registry_cut_after_doing_it_is_unknown_and_done_once(
    daemon: RunningDaemon,
) -> None:
    before = daemon.registry("verisign")["unknowns"]
    daemon.json("fault", "verisign", "cut-after-effect times=1 command=domain:create")

    outcome = daemon.ask("domain", "create", "cut-once.com")

    assert outcome.exit_code == 1
    answer = outcome.answer
    assert answer["outcome"] == "unknown"
    assert answer["cltrid"]
    assert answer["cltrid"] in daemon.cli("pools").out
    listed = {each["cltrid"]: each for each in daemon.json("pools")["unknowns"]}
    assert listed[answer["cltrid"]]["command"] == "domain:create"
    assert listed[answer["cltrid"]]["object_name"] == "cut-once.com"
    assert daemon.registry("verisign")["unknowns"] == before + 1
    info = daemon.ask("domain", "info", "cut-once.com").answer
    assert info["code"] == 1000
    again = daemon.ask("domain", "create", "cut-once.com").answer
    assert (again["outcome"], again["code"]) == ("refused", 2302)


def test_a_create_without_an_answer_is_unknown_when_its_caller_s_time_is_up(
    daemon: RunningDaemon,
) -> None:
    daemon.json("fault", "verisign", "no-answer times=1 command=domain:create")

    outcome = daemon.ask("domain", "create", "silence.com", "--timeout", "500ms")

    assert outcome.exit_code == 1
    assert outcome.answer["outcome"] == "unknown"
    assert daemon.ask("domain", "info", "silence.com").answer["code"] == 1000
    rows = daemon.connections("verisign").values()
    (waiting,) = (row["path"] for row in rows if row["state"] == "busy")
    daemon.json("stop", waiting, "--kill")
