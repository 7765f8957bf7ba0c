"""Actors seen from outside and from inside, at rest and in the middle of a handler."""

import pytest

from actors.control import Desk, ExitCode, Problem
from runtime import Actor, Ref
from runtime.testing import settle
from tests.actors.control.scripted import ScriptedPorts, document, run


class Waiting(Actor):
    """Is always in the middle of a handler, and keeps a secret."""

    def __init__(self) -> None:
        self.seen = 0
        self.token = "hunter2"

    async def handle_cast(self, message: object) -> None:
        self.seen += 1
        await self.system.loop.create_future()


@pytest.fixture
async def waiting(ports: ScriptedPorts) -> Ref:
    ref = await ports.system.start(Waiting, name="waiting")
    ref.cast("mail")
    await settle(ports.system)
    return ref


async def problem(desk: Desk, line: str) -> Problem:
    (event,) = await run(desk, line)
    assert isinstance(event, Problem)
    return event


async def test_ps_shows_kind_state_mail_its_age_and_rates(desk: Desk) -> None:
    rows = {row["path"]: row for row in (await document(desk, "ps"))["actors"]}
    assert rows["team"]["kind"] == "supervisor"
    assert {"mailbox", "oldest_s", "messages", "rate", "restarts", "blocked"} <= rows["team"].keys()
    assert rows["counter"]["oldest_s"] is None


@pytest.mark.parametrize(
    "order", ["mailbox", "oldest", "messages", "rate", "restarts", "blocked", "dropped", "uptime"]
)
async def test_ps_sorts_by_what_there_is_most_of(
    desk: Desk, ports: ScriptedPorts, order: str
) -> None:
    await run(desk, "suspend counter")
    for _ in range(3):
        await run(desk, "send counter Reset")
    await run(desk, "stop team/one --kill")
    ports.system.telemetry.blocked("deaf", "rooms:f:1", 0.2)
    key = {"oldest": "oldest_s", "uptime": "uptime_s"}.get(order, order)
    values = [row[key] or 0 for row in (await document(desk, f"ps --sort {order}"))["actors"]]
    assert values == sorted(values, reverse=True)


async def test_ps_keeps_the_order_of_the_tree_unless_told_otherwise(desk: Desk) -> None:
    paths = [row["path"] for row in (await document(desk, "ps"))["actors"]]
    assert paths == ["engset", "counter", "deaf", "team", "team/one", "team/brief"]


async def test_info_tells_bonds_and_tasks_of_a_busy_actor_at_once(desk: Desk, waiting: Ref) -> None:
    info = await document(desk, "info waiting")
    assert info["state"] == "running"
    assert info["tasks"][0]["awaits"][-1].split(":")[1] == "Waiting.handle_cast"
    assert info["blocked"] == {"times": 0}
    assert (await document(desk, "info counter"))["parent"] == "engset"
    assert "team/one" in (await document(desk, "info team"))["links"]


async def test_info_of_an_actor_that_does_not_run_tells_what_is_left(desk: Desk) -> None:
    await run(desk, "stop counter")
    info = await document(desk, "info counter")
    assert info["state"] == "stopped"
    assert "links" not in info


async def test_info_tells_who_held_the_loop(desk: Desk, ports: ScriptedPorts) -> None:
    ports.system.telemetry.blocked("counter", "rooms:f:1", 0.2)
    ports.system.telemetry.blocked("counter", "rooms:g:2", 0.1)
    blocked = (await document(desk, "info counter"))["blocked"]
    assert (blocked["times"], blocked["longest_s"]) == (2, 0.2)
    assert blocked["function"] == "rooms:g:2"


async def test_the_state_of_a_busy_actor_takes_its_time_or_is_half_done(
    desk: Desk, waiting: Ref
) -> None:
    late = await problem(desk, "state waiting --timeout 1ms")
    assert late.exit_code is ExitCode.TIMED_OUT
    assert "`state waiting --now`" in late.message
    facts = (await document(desk, "state waiting --now"))["facts"]
    assert facts["seen"] == "1"
    assert "hunter2" not in str(facts)


async def test_suspending_a_busy_actor_takes_its_time_and_holds(desk: Desk, waiting: Ref) -> None:
    late = await problem(desk, "suspend waiting --timeout 1ms")
    assert late.exit_code is ExitCode.TIMED_OUT
    assert (await document(desk, "info waiting"))["suspended"] is True


async def test_debug_counts_and_keeps_events_until_it_is_switched_off(desk: Desk) -> None:
    shown = await document(desk, "debug counter --statistics on --log 2")
    assert list(shown["debug"]) == ["statistics", "log of 2"]
    await run(desk, "call counter Add amount=1")
    info = await document(desk, "info counter")
    assert info["statistics"]["calls"] == 1
    assert len(info["log"]) == 2
    assert (await document(desk, "debug counter --statistics off"))["statistics"] is None
    assert (await document(desk, "debug counter --log 0"))["debug"] == ()
    await run(desk, "debug counter --log 5")
    assert (await document(desk, "debug counter --off"))["debug"] == ()
