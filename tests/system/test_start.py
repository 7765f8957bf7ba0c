"""A fresh start: nothing but a data directory, and all that is promised is there."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.daemon import RunningDaemon

TREE_KEYS = {"path", "kind", "state", "restarts", "mailbox", "children"}


def branches(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from branches(child)


def test_a_fresh_start_is_ready_with_all_its_sessions_logged_in(daemon: RunningDaemon) -> None:
    status, body = daemon.readiness()
    assert (status, json.loads(body)) == (200, {"ready": True, "reasons": []})
    pools = daemon.json("pools")
    assert {each["name"]: each["state"] for each in pools["registries"]} == {
        "verisign": "up",
        "pir": "up",
    }
    for registry in pools["registries"]:
        sessions = registry["sessions"]
        assert sessions == {"ready": 5, "busy": 0, "wanted": 5, "allowed": 5}
        assert all(each["tls"].startswith("TLSv1.3") for each in registry["connections"])


def test_one_check_is_answered_by_both_registries(daemon: RunningDaemon) -> None:
    ended = daemon.cli("domain", "check", "example.com", "example.org")
    assert ended.exit_code == 0, ended
    assert "verisign" in ended.out
    assert "pir" in ended.out
    answers = daemon.json("domain", "check", "example.com", "example.org")["answers"]
    assert [(each["registry"], each["name"], each["code"]) for each in answers] == [
        ("verisign", "example.com", 1000),
        ("pir", "example.org", 1000),
    ]


def test_every_branch_of_the_tree_has_the_promised_keys(daemon: RunningDaemon) -> None:
    nodes = list(branches(daemon.json("tree")))
    assert all(node.keys() >= TREE_KEYS for node in nodes)
    paths = {node["path"] for node in nodes}
    assert paths >= {
        "engset",
        "store/postgres",
        "control/ssh",
        "sandbox/pir/server",
        "epp/verisign/pool",
        "epp/verisign/connections/5",
        "web/server",
    }
    assert len(paths) == len(nodes)


def test_every_actor_of_a_fresh_daemon_gets_only_mail_it_knows(daemon: RunningDaemon) -> None:
    assert daemon.log.all("message.unhandled") == ()
    assert daemon.log.all("actor.crashed") == ()


def test_the_pages_are_alive_before_anybody_signs_in(daemon: RunningDaemon) -> None:
    assert daemon.http.get("/healthz").status_code == 200
    answer = daemon.http.get("/epp")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_metrics_name_every_registry(daemon: RunningDaemon) -> None:
    text = daemon.http.get("/metrics").text
    for name in ("verisign", "pir"):
        assert f'registry="{name}"' in text


@pytest.mark.parametrize("name", ["verisign", "pir"])
def test_the_practice_accounts_are_printed(daemon: RunningDaemon, name: str) -> None:
    assert daemon.said.line(f"practice registry {name} (", within_s=1.0).count("practice-1") == 1
