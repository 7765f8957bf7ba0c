"""Streams of what actors do."""

from contextlib import aclosing

import pytest

from actors.control import Desk, ExitCode, Problem
from actors.control.events import TopShown, Traced
from actors.control.text import TextRenderer
from runtime import System, sys
from runtime.testing import in_background, until
from tests.actors.control.scripted import ADMIN, VIEWER, ScriptedPorts, run


async def trace(desk: Desk, system: System, line: str, *, does: str) -> list[Traced]:
    """What a trace says of what another command does."""
    tracing = in_background(run(desk, line))
    await until(lambda: "trace" in sys.get_status(system, "counter").debug)
    await run(desk, does)
    events = await tracing
    assert all(isinstance(event, Traced) for event in events)
    return [event for event in events if isinstance(event, Traced)]


async def test_trace_shows_what_an_actor_does_and_ends_by_itself(
    desk: Desk, ports: ScriptedPorts
) -> None:
    events = await trace(
        desk, ports.system, "trace counter -n 3 -t 30s", does="call counter Add amount=1"
    )
    documents = [event.document() for event in events]
    assert [(each["actor"], each["event"]) for each in documents if isinstance(each, dict)] == [
        ("counter", "received"),
        ("counter", "replied"),
        ("counter", "handled"),
    ]
    assert sys.get_status(ports.system, "counter").debug == ()


async def test_trace_ends_after_its_time(desk: Desk) -> None:
    assert await run(desk, "trace counter -t 10ms") == []


async def test_trace_ends_with_the_actor(desk: Desk, ports: ScriptedPorts) -> None:
    events = await trace(desk, ports.system, "trace counter", does="stop counter --kill")
    line = TextRenderer().render(events[-1])
    assert line.endswith("ended    killed\n")


async def test_a_trace_that_is_left_lets_go_of_the_actor(desk: Desk, ports: ScriptedPorts) -> None:
    stream = desk.take(["trace", "counter"], ADMIN).run()
    async with aclosing(stream):
        waiting = in_background(anext(stream))
        await until(lambda: "trace" in sys.get_status(ports.system, "counter").debug)
        waiting.cancel()
        await until(waiting.done)
    assert sys.get_status(ports.system, "counter").debug == ()


async def test_trace_is_for_operators_and_needs_an_end(desk: Desk) -> None:
    (refused,) = await run(desk, "trace counter", VIEWER)
    assert refused.exit_code is ExitCode.NOT_PERMITTED
    (wrong,) = await run(desk, "trace counter -n 0")
    assert isinstance(wrong, Problem)
    assert wrong.exit_code is ExitCode.USAGE


async def test_events_are_lines_in_the_terminal(desk: Desk, ports: ScriptedPorts) -> None:
    events = await trace(desk, ports.system, "trace counter -n 3", does="call counter Add amount=2")
    text = "".join(TextRenderer(width=200).render(event) for event in events)
    received, replied, handled = text.splitlines()
    assert received.endswith("call     Add(amount=2, factors=[])")
    assert replied.endswith("reply    7 to Add")
    assert " handled  Add in " in handled


async def test_top_shows_messages_a_second_since_the_last_refresh(desk: Desk) -> None:
    stream = desk.take(["top", "--every", "100ms", "-r", "2", "--sort", "rate"], ADMIN).run()
    async with aclosing(stream):
        first = await anext(stream)
        for _ in range(5):
            await run(desk, "call counter Add amount=1")
        second = await anext(stream)
        assert [event async for event in stream] == []
    assert isinstance(first, TopShown)
    assert isinstance(second, TopShown)
    assert first.actors == second.actors == 6
    assert second.rows[0].path == "counter"
    assert second.rows[0].rate > 5
    idle = {row.path: row.rate for row in second.rows}
    assert idle["deaf"] == 0.0


@pytest.mark.parametrize(
    "order", ["mailbox", "oldest", "messages", "restarts", "blocked", "path", "rate"]
)
async def test_top_sorts_and_shows_only_so_many(desk: Desk, order: str) -> None:
    (event,) = await run(desk, f"top -r 1 -n 3 --sort {order}")
    assert isinstance(event, TopShown)
    assert len(event.rows) == 3


async def test_top_is_one_document_a_refresh(desk: Desk) -> None:
    (event,) = await run(desk, "top -r 1 --json")
    document = event.document()
    assert isinstance(document, dict)
    assert document.keys() == {"at", "totals", "actors"}


async def test_top_wipes_the_screen_of_a_terminal_and_no_file(desk: Desk) -> None:
    (event,) = await run(desk, "top -r 1")
    assert TextRenderer(colour=True).render(event).startswith("\x1b[H\x1b[2J")
    assert "\x1b" not in TextRenderer().render(event)
    assert "messages a second" in TextRenderer().render(event)


async def test_top_does_not_refresh_without_rest(desk: Desk) -> None:
    (event,) = await run(desk, "top --every 1ms")
    assert event.exit_code is ExitCode.USAGE
