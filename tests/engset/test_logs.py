"""Log lines: one JSON object a fact, with the actor, and without secrets."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from actors.control import Logbook, LogFilter
from engset.logs import configure_logs
from runtime import Actor, System
from runtime.testing import settle

log = structlog.get_logger("test")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    configure_logs(stream=stream)
    return stream


def facts(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class Witness(Actor):
    """Logs what it is told."""

    def handle_cast(self, message: object) -> None:
        log.info("message.seen", what=str(message))


def test_a_fact_is_one_json_line(stream: io.StringIO) -> None:
    log.info("connection.lost", registry="verisign", after_s=312.4, reason="two\nlines")
    log.warning("registry.degraded", zones=("com", "net"))
    first, second = facts(stream)
    assert first["event"] == "connection.lost"
    assert first["level"] == "info"
    assert (first["registry"], first["after_s"]) == ("verisign", 312.4)
    assert first["reason"] == "two\nlines"
    assert datetime.fromisoformat(first["timestamp"]).tzinfo is not None
    assert second["zones"] == ["com", "net"]
    assert "actor" not in first


async def test_the_actor_is_named(stream: io.StringIO) -> None:
    async with System() as system:
        witness = await system.start(Witness, name="epp/witness")
        witness.cast("hello")
        await settle(system)
    [fact] = facts(stream)
    assert fact["actor"] == "epp/witness"


async def test_a_fact_about_another_actor_keeps_that_one_s_name(stream: io.StringIO) -> None:
    log.info("actor.restarted", actor="epp/pir/pool")
    assert facts(stream)[0]["actor"] == "epp/pir/pool"


def test_a_traceback_is_part_of_its_line(stream: io.StringIO) -> None:
    log.error("actor.crashed", exc_info=ValueError("broken by someone@example.com"))
    [fact] = facts(stream)
    assert "ValueError: broken by [address]" in fact["exception"]
    assert "exc_info" not in fact


def test_secrets_are_hidden_whoever_wrote_them(stream: io.StringIO) -> None:
    log.info("login.sent", password="hunter2", auth_info="hunter2", to="someone@example.com")
    assert "hunter2" not in stream.getvalue()
    assert "someone" not in stream.getvalue()
    assert facts(stream)[0]["to"] == "[address]"


def test_wire_lines_are_left_out_unless_asked_for() -> None:
    stream = io.StringIO()
    configure_logs(stream=stream)
    log.debug("frame.sent")
    assert stream.getvalue() == ""
    configure_logs(stream=stream, level="debug")
    log.debug("frame.sent")
    assert facts(stream)[0]["event"] == "frame.sent"


def test_a_logbook_sees_each_fact_complete() -> None:
    logbook = Logbook(lambda: datetime(2026, 1, 1, tzinfo=UTC))
    configure_logs(logbook, stream=io.StringIO())
    log.error("actor.crashed", actor="epp", token="hunter2", exc_info=ValueError("broken"))
    [entry] = logbook.latest(10, LogFilter())
    told = dict(entry.fields)
    assert (entry.event, entry.level, entry.actor) == ("actor.crashed", "error", "epp")
    assert "ValueError: broken" in told["exception"]
    assert "hunter2" not in str(entry)


def test_what_libraries_log_becomes_a_fact(stream: io.StringIO) -> None:
    logging.getLogger("asyncio").error("Exception in %s", "callback")
    logging.getLogger("asyncssh").info("Accepted connection")
    logging.getLogger("odd").log(35, "between warning and error")
    first, second = facts(stream)
    assert first["event"] == "library.logged"
    assert (first["library"], first["level"]) == ("asyncio", "error")
    assert first["message"] == "Exception in callback"
    assert second["level"] == "warning"


def test_a_terminal_gets_lines_for_people() -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    configure_logs(stream=stream)
    log.error("actor.crashed", actor="epp/pir/pool", exc_info=ValueError("broken"))
    told = stream.getvalue()
    assert "actor.crashed" in told
    assert "ValueError: broken" in told
    assert not told.startswith("{")


def test_a_reader_that_went_away_kills_nobody() -> None:
    stream = io.StringIO()
    configure_logs(stream=stream)
    stream.close()
    log.error("daemon.gave_up")
