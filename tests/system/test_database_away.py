"""The database is away: queries go on, transforms wait for better times, and it is said so."""

import os
import signal

from tests.support.daemon import RunningDaemon


def unready(daemon: RunningDaemon) -> str | None:
    status, body = daemon.readiness()
    return body if status == 503 else None


def postmaster_of(daemon: RunningDaemon) -> int:
    return int(daemon.json("state", "store/postgres")["facts"]["pid"])


def ready(daemon: RunningDaemon) -> bool:
    return daemon.readiness()[0] == 200


def test_without_a_database_queries_go_on_and_transforms_are_not_sent(
    daemon: RunningDaemon,
) -> None:
    before = daemon.registry("verisign")["unknowns"]
    daemon.json("stop", "store/postgres")
    try:
        body = daemon.until(lambda: unready(daemon), what="not ready", within_s=20.0)
        assert "database" in body
        assert daemon.ask("domain", "check", "ledger.com").answer["code"] == 1000
        refused = daemon.ask("domain", "create", "ledger.com", "--timeout", "5s")
        assert (refused.exit_code, refused.answer["outcome"]) == (1, "unreachable")
        assert "ledger" in refused.answer["reason"]
        assert daemon.http.get("/healthz").status_code == 200
        assert daemon.cli("login").exit_code == 1
    finally:
        daemon.json("restart", "store/postgres")
    daemon.until(lambda: ready(daemon), what="ready again", within_s=20.0)
    assert daemon.ask("domain", "info", "ledger.com").answer["code"] == 2303
    assert daemon.ask("domain", "create", "ledger.com").answer["code"] == 1000
    assert daemon.registry("verisign")["unknowns"] == before


def test_a_killed_database_server_is_started_again_and_no_session_is_lost(
    daemon: RunningDaemon,
) -> None:
    before = {name: daemon.connections(name) for name in ("verisign", "pir")}
    assert daemon.ask("domain", "create", "survivor.com").answer["code"] == 1000
    postmaster = postmaster_of(daemon)

    os.kill(postmaster, signal.SIGKILL)

    daemon.log.fact("actor.restarted", actor="store/postgres", within_s=30.0)
    daemon.until(lambda: ready(daemon), what="ready again", within_s=30.0)
    assert postmaster_of(daemon) != postmaster
    assert daemon.ask("domain", "create", "survivor.net").answer["code"] == 1000
    assert daemon.ask("domain", "info", "survivor.com").answer["code"] == 1000
    for name, rows in before.items():
        after = daemon.connections(name)
        assert {slot: row["restarts"] for slot, row in after.items()} == {
            slot: row["restarts"] for slot, row in rows.items()
        }
    history = daemon.json("history", "store")["restarts"]
    assert "store/postgres" in {each["path"] for each in history}
    assert daemon.log.all("supervisor.gave_up") == ()
