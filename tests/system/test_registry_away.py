"""A registry that is away or refuses sessions is a state: shown, waited out, and over by itself."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.daemon import RunningDaemon
from tests.support.registry import StandaloneRegistry, standalone_registry

pytestmark = pytest.mark.timeout(180)
"""Several starts of a daemon, each of which takes seconds where others work too."""

WANTED = 5
NOTHING_SPENT = "0/3 in 5 s"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[StandaloneRegistry]:
    with standalone_registry(tmp_path / "registry", "--sessions", "2") as registry:
        yield registry


def standing(daemon: RunningDaemon, name: str) -> tuple[str, int]:
    health = daemon.registry(name)
    return health["state"], health["sessions"]["ready"]


def until_standing(daemon: RunningDaemon, name: str, state: str, ready: int) -> dict[str, Any]:
    daemon.until(
        lambda: standing(daemon, name) == (state, ready),
        what=f"{name} {state} with {ready} sessions",
        within_s=20.0,
    )
    return daemon.registry(name)


def assert_nothing_spent(daemon: RunningDaemon, name: str) -> None:
    for path in ("epp", f"epp/{name}", f"epp/{name}/connections"):
        assert daemon.json("info", path)["intensity"] == NOTHING_SPENT
    assert daemon.log.all("supervisor.gave_up") == ()


def test_a_registry_that_refuses_sessions_or_stops_is_waited_for_without_a_command(
    registry: StandaloneRegistry, tmp_path: Path, start_daemon: Callable[..., RunningDaemon]
) -> None:
    config = tmp_path / "engset.toml"
    config.write_text(registry.section("outside", sessions=WANTED, limit_backoff_s=0.3))
    daemon = start_daemon(config=config)

    # Whoever looks at the configuration or the log does not see the password.
    password = registry.announced["accounts"][0]["password"]
    shown = daemon.json("config")["registry"]["outside"]
    assert shown["port"] == registry.port
    assert shown["password"] not in {None, password}
    assert password not in daemon.cli("config").out
    assert password not in "\n".join(daemon.log.lines)

    # It lets two in and answers 2502 to the others.
    health = until_standing(daemon, "outside", "degraded", 2)
    daemon.until(
        lambda: daemon.registry("outside")["sessions"]["wanted"] == 2, what="three refused"
    )
    assert health["sessions"]["allowed"] == WANTED
    assert "2502" in daemon.registry("outside")["why"]
    assert daemon.ask("domain", "check", "example.com").answer["code"] == 1000
    assert daemon.readiness()[0] == 200
    assert_nothing_spent(daemon, "outside")

    # It stops: no session is left, and what is asked meanwhile is told so.
    assert registry.stop() == 0
    health = until_standing(daemon, "outside", "down", 0)
    assert "refused" in health["why"]
    assert "next attempt" in health["why"]
    away = daemon.ask("domain", "check", "example.com", "--timeout", "300ms")
    assert (away.exit_code, away.answer["outcome"]) == (1, "unreachable")
    assert_nothing_spent(daemon, "outside")

    # It is back, with room for all.
    registry.start("--sessions", str(WANTED))
    until_standing(daemon, "outside", "up", WANTED)
    assert daemon.ask("domain", "check", "example.com").answer["code"] == 1000
    assert_nothing_spent(daemon, "outside")
    commands = [fact.fields["command"] for fact in daemon.log.all("command.recorded")]
    assert commands == []


def test_a_practice_registry_that_is_stopped_leaves_the_others_alone(
    daemon: RunningDaemon,
) -> None:
    before = daemon.connections("pir")
    daemon.json("stop", "sandbox/verisign/server")
    try:
        health = until_standing(daemon, "verisign", "down", 0)
        assert health["why"]
        both = daemon.ask("domain", "check", "away.com", "here.org", "--timeout", "300ms")
        assert both.exit_code == 1
        assert [each["outcome"] for each in both.document["answers"]] == [
            "unreachable",
            "completed",
        ]
        assert standing(daemon, "pir") == ("up", 5)
    finally:
        daemon.json("restart", "sandbox/verisign/server")
    daemon.until_up("verisign")
    after = daemon.connections("pir")
    assert {slot: row["restarts"] for slot, row in after.items()} == {
        slot: row["restarts"] for slot, row in before.items()
    }
    assert_nothing_spent(daemon, "verisign")


def test_a_transform_that_no_session_can_take_was_never_sent(daemon: RunningDaemon) -> None:
    before = daemon.registry("verisign")["unknowns"]
    daemon.json("stop", "sandbox/verisign/server")
    try:
        until_standing(daemon, "verisign", "down", 0)
        away = daemon.ask("domain", "create", "unsent.com", "--timeout", "300ms")
        assert (away.exit_code, away.answer["outcome"]) == (1, "unreachable")
    finally:
        daemon.json("restart", "sandbox/verisign/server")
    daemon.until_up("verisign")
    assert daemon.registry("verisign")["unknowns"] == before
    assert daemon.ask("domain", "info", "unsent.com").answer["code"] == 2303


def test_one_session_too_many_is_shown_with_the_registry_s_own_words(
    daemon: RunningDaemon,
) -> None:
    daemon.json("fault", "pir", "result code=2502 command=login")
    daemon.json("stop", "epp/pir/connections/3", "--kill")
    try:
        health = until_standing(daemon, "pir", "degraded", 4)
        daemon.until(lambda: daemon.registry("pir")["sessions"]["wanted"] == 4, what="one refused")
        health = daemon.registry("pir")
        assert "2502" in health["why"]
        row = daemon.connections("pir")[3]
        assert row["state"] == "backing_off"
        assert 50.0 < row["retry_in_s"] <= 60.0
        assert_nothing_spent(daemon, "pir")
    finally:
        daemon.json("fault", "pir", "--clear")
        daemon.json("stop", "epp/pir/connections/3", "--kill")
    daemon.until_up("pir")
