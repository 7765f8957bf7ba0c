"""The ring of log lines: bounded, filtered, without secrets."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
import structlog

from actors.control import Logbook, LogFilter
from actors.control.redaction import is_secret, without_addresses


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def book(*events: Mapping[str, object], capacity: int = 100) -> Logbook:
    logbook = Logbook(now, capacity=capacity)
    for event in events:
        logbook(None, str(event.get("level", "info")), dict(event))
    return logbook


def test_the_ring_keeps_the_latest_lines() -> None:
    logbook = book(*({"event": str(number)} for number in range(5)), capacity=3)
    assert [entry.event for entry in logbook.latest(10, LogFilter())] == ["2", "3", "4"]
    assert [entry.event for entry in logbook.latest(1, LogFilter())] == ["4"]
    assert logbook.latest(0, LogFilter()) == ()


def test_lines_are_filtered_by_level_and_by_place_in_the_tree() -> None:
    logbook = book(
        {"event": "a", "actor": "epp/pir", "level": "warning"},
        {"event": "b", "actor": "epp/pir/pool", "level": "info"},
        {"event": "c", "actor": "epp/pirate", "level": "error"},
        {"event": "d", "level": "error"},
    )
    wanted = [entry.event for entry in logbook.latest(9, LogFilter("info", "epp/pir"))]
    assert wanted == ["a", "b"]
    assert [entry.event for entry in logbook.latest(9, LogFilter("error"))] == ["c", "d"]


def test_secrets_and_addresses_never_get_in() -> None:
    logbook = book({"event": "x", "password": "hunter2", "note": "to ada@example.com, now"})
    (entry,) = logbook.latest(1, LogFilter())
    assert dict(entry.fields) == {"password": "•••", "note": "to [address], now"}


def test_tracebacks_and_stamps_are_left_out_and_numbers_are_short() -> None:
    logbook = book({"event": "x", "timestamp": "t", "exc_info": ValueError(), "after_s": 1 / 3})
    (entry,) = logbook.latest(1, LogFilter())
    assert entry.fields == (("after_s", "0.333333"),)


def test_it_is_a_processor_of_structlog() -> None:
    logbook = Logbook(now)
    structlog.wrap_logger(
        structlog.ReturnLogger(),
        processors=[
            structlog.processors.add_log_level,
            logbook,
            structlog.processors.JSONRenderer(),
        ],
    ).warning("link.lost", actor="a/b")
    (entry,) = logbook.latest(1, LogFilter())
    assert (entry.level, entry.event, entry.actor) == ("warning", "link.lost", "a/b")


async def test_a_slow_reader_loses_the_oldest_lines_and_hears_how_many() -> None:
    logbook = Logbook(now)
    subscription = logbook.subscribe(LogFilter(), capacity=2)
    for number in range(5):
        logbook(None, "info", {"event": str(number)})
    lines = aiter(subscription)
    assert [(await anext(lines)).event, (await anext(lines)).event] == ["3", "4"]
    assert subscription.dropped == 3
    logbook.unsubscribe(subscription)
    logbook.unsubscribe(subscription)
    assert logbook.subscribers == 0


@pytest.mark.parametrize(
    "key", ["password", "smtp_password", "auth_info", "auth", "access_key", "api_token", "cookie"]
)
def test_keys_of_secrets_are_known(key: str) -> None:
    assert is_secret(key)


@pytest.mark.parametrize(
    "key", ["password_file", "password_env", "host", "authorized_keys", "keys", "author", "tls_ca"]
)
def test_other_keys_are_shown(key: str) -> None:
    assert not is_secret(key)


def test_addresses_are_replaced_wherever_they_stand() -> None:
    assert without_addresses("<a.b+c@mail.example.org>") == "<[address]>"
    assert without_addresses("admin@localhost, see epp/pir") == "admin@localhost, see epp/pir"
