import asyncio
from datetime import UTC, datetime

from structlog.testing import capture_logs

from runtime import Blocking, RestartRecord, System, Telemetry, sys
from runtime.mailbox import Info, Resume
from runtime.telemetry import BLOCKINGS, HISTORY, message_name
from runtime.testing import settle, turns
from tests.runtime.scripts import Echo, PlainScript, Tell, raising


def record(path: str) -> RestartRecord:
    return RestartRecord(path, datetime(2026, 1, 1, tzinfo=UTC), "link_lost", 1, 0.5)


async def test_restarts_are_remembered_newest_first_and_the_oldest_forgotten() -> None:
    telemetry = Telemetry()
    for number in range(HISTORY + 1):
        telemetry.restarted(record(str(number)))
    history = telemetry.history()
    assert telemetry.restarts == HISTORY + 1
    assert (history[0].path, history[-1].path, len(history)) == (str(HISTORY), "1", HISTORY)


async def test_what_earlier_runs_knew_stands_before_it_once_and_is_no_news() -> None:
    telemetry = Telemetry()
    heard: list[str] = []
    telemetry.on_restart(lambda record: heard.append(record.path))
    telemetry.restarted(record("of this run"))
    for _ in range(2):
        telemetry.recall(map(record, ("of this run", "later", "earlier")))
    await turns()
    assert [one.path for one in telemetry.history()] == ["of this run", "later", "earlier"]
    assert (telemetry.restarts, heard) == (1, ["of this run"])


def test_no_more_is_recalled_than_is_remembered() -> None:
    telemetry = Telemetry()
    telemetry.recall(record(str(number)) for number in range(HISTORY + 1))
    history = telemetry.history()
    assert (history[0].path, history[-1].path, len(history)) == ("0", str(HISTORY - 1), HISTORY)


async def test_listeners_hear_of_each_restart_after_it() -> None:
    telemetry = Telemetry()
    heard: list[str] = []
    telemetry.on_restart(lambda record: heard.append(record.path))
    telemetry.restarted(record("a"))
    assert heard == []
    telemetry.restarted(record("b"))
    await turns()
    assert heard == ["a", "b"]


async def test_a_listener_that_fails_is_the_loops_matter() -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context["exception"])
    )

    def broken(_: RestartRecord) -> None:
        raise ValueError("no page")

    telemetry = Telemetry()
    telemetry.on_restart(broken)
    telemetry.restarted(record("a"))
    await turns()
    assert [str(error) for error in complaints] == ["no page"]


async def test_a_message_is_named_by_its_class_and_never_by_its_contents(system: System) -> None:
    assert message_name(Info(Echo("secret"))) == "Echo"
    assert message_name(Resume("secret")) == "str"
    assert message_name(Echo("secret")) == "Echo"
    assert message_name("terminate") == "terminate"


async def test_a_crash_tells_the_events_before_it_where_they_were_kept(system: System) -> None:
    ref = system.spawn(PlainScript)
    sys.start_log(system, ref, 2)
    ref.cast("last words")
    ref.cast(Tell(raising))
    with capture_logs() as logs:
        await settle(system)
    assert [event.partition("(")[0] for event in logs[0]["recent"]] == ["Handled", "Received"]


def test_blocking_is_counted_by_actor_with_the_longest_and_the_latest() -> None:
    telemetry = Telemetry()
    telemetry.blocked("hog", "rooms:f:1", 0.3)
    telemetry.blocked("hog", "rooms:g:2", 0.1)
    telemetry.blocked(None, None, 0.2)
    assert telemetry.blockings == {
        "hog": Blocking(2, 0.4, 0.3, "rooms:g:2"),
        "": Blocking(1, 0.2, 0.2, None),
    }


def test_the_paths_whose_blocking_is_counted_are_bounded() -> None:
    telemetry = Telemetry()
    for number in range(BLOCKINGS + 5):
        telemetry.blocked(str(number), None, 0.1)
    assert len(telemetry.blockings) == BLOCKINGS + 1
    assert telemetry.blockings[""].times == 5
