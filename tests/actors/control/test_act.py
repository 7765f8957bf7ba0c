"""Restart and stop, where the actor or its supervisor does not do what one hopes."""

from functools import partial

import pytest

from actors.control import Desk, ExitCode, Problem
from runtime import (
    IGNORE,
    Actor,
    Backoff,
    ChildSpec,
    Mark,
    Restart,
    StartChild,
)
from supervisors import Supervisor
from tests.actors.control.scripted import Counter, ScriptedPorts, document, run


class Fragile(Actor):
    """Starts as often as it has lives."""

    def __init__(self, lives: list[int]) -> None:
        self._lives = lives

    def init(self) -> None:
        self._lives.pop()


class Shy(Actor):
    """Starts once, and then finds that there is nothing to do."""

    def __init__(self, starts: list[int]) -> None:
        self._starts = starts

    def init(self) -> Mark | None:
        self._starts.append(1)
        return IGNORE if len(self._starts) > 1 else None


class Stuck(Actor):
    """Handles one message for ever."""

    messages = (int,)

    async def handle_cast(self, message: object) -> None:
        await self.system.loop.create_future()


async def add(ports: ScriptedPorts, spec: ChildSpec) -> None:
    await ports.root.call(StartChild(spec))


async def problem(desk: Desk, line: str) -> Problem:
    (event,) = await run(desk, line)
    assert isinstance(event, Problem)
    return event


async def test_a_child_that_backs_off_is_shown_so(desk: Desk, ports: ScriptedPorts) -> None:
    start = partial(Fragile, [1])
    await add(ports, ChildSpec(id="fragile", start=start, backoff=Backoff(initial_s=60.0)))
    answer = await document(desk, "stop fragile --kill")
    assert answer["state"] == "restarting"
    assert (await document(desk, "info fragile"))["state"] == "backing_off"
    assert (await problem(desk, "restart fragile")).code == "backing_off"


async def test_a_temporary_child_stays_away(desk: Desk, ports: ScriptedPorts) -> None:
    start = partial(Counter, 1)
    await add(ports, ChildSpec(id="brief", start=start, restart=Restart.TEMPORARY))
    assert (await document(desk, "stop brief --kill"))["state"] == "stopped"


async def test_a_child_that_does_not_start_says_why(desk: Desk, ports: ScriptedPorts) -> None:
    await add(ports, ChildSpec(id="fragile", start=partial(Fragile, [1])))
    await run(desk, "stop fragile")
    answer = await problem(desk, "restart fragile")
    assert answer.code == "start_failed"
    assert "IndexError" in answer.message


async def test_a_child_that_chooses_not_to_start_is_no_failure(
    desk: Desk, ports: ScriptedPorts
) -> None:
    await add(ports, ChildSpec(id="shy", start=partial(Shy, [])))
    await run(desk, "stop shy")
    assert (await document(desk, "restart shy"))["state"] == "ignored"


async def test_a_supervisor_that_gives_up_is_named(desk: Desk, ports: ScriptedPorts) -> None:
    children = (ChildSpec(id="fragile", start=partial(Fragile, [1])),)
    start = partial(Supervisor, children, intensity=0)
    await add(ports, ChildSpec(id="weak", start=start, restart=Restart.TEMPORARY))
    assert (await problem(desk, "stop weak/fragile --kill")).code == "supervisor_ended"


async def test_an_actor_that_does_not_end_is_reported_with_the_way_out(
    desk: Desk, ports: ScriptedPorts
) -> None:
    await add(ports, ChildSpec(id="stuck", start=Stuck))
    ports.system.lookup("stuck").cast(1)
    answer = await problem(desk, "restart stuck --timeout 10ms")
    assert answer.exit_code is ExitCode.TIMED_OUT
    assert "`stop stuck --kill`" in answer.message
    assert (await document(desk, "stop stuck --kill"))["state"] == "running"


@pytest.mark.parametrize("line", ["stop loner", "stop loner --kill"])
async def test_an_actor_outside_the_tree_is_seen_and_stopped(
    desk: Desk, ports: ScriptedPorts, line: str
) -> None:
    await ports.system.start(partial(Counter, 1), name="loner")
    assert (await document(desk, "info loner"))["state"] == "idle"
    assert "loner" in [row["path"] for row in (await document(desk, "ps"))["actors"]]
    assert (await problem(desk, "restart loner")).code == "not_supervised"
    await run(desk, line)
    assert ports.system.whereis("loner") is None
