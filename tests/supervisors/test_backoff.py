import pytest

from runtime import (
    Backoff,
    RestartChild,
    System,
    TerminateChild,
)
from runtime.testing import VirtualClock, in_background, settle
from supervisors import Strategy
from tests.runtime.scripts import Flavour
from tests.supervisors.ward import Ward, end, states, supervise, supervisor_behind

REST = Strategy.REST_FOR_ONE


@pytest.fixture
def ward(flavour: Flavour) -> Ward:
    return Ward(flavour)


BACKOFF = Backoff(initial_s=1.0, factor=2.0, maximum_s=5.0, jitter=0.0, healthy_after_s=60.0)


async def test_a_child_with_backoff_returns_ever_slower_and_spends_no_intensity(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF)], intensity=0)
    waits: list[float] = []
    for _ in range(6):
        died_s = clock.monotonic()
        await end(system, "top/a")
        while system.whereis("top/a") is None:
            assert await states(top) == {"a": "restarting"}
            await clock.advance(0.5, system=system)
        waits.append(clock.monotonic() - died_s)
    assert waits == [0.0, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert supervisor_behind(top).intensity_label() == "0/0 in 5 s"
    assert [record.attempt for record in system.telemetry.history()] == [6, 5, 4, 3, 2, 1]


async def test_a_healthy_life_forgets_the_past(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    await supervise(system, [ward.spec("a", backoff=BACKOFF)])
    for _ in range(3):
        await end(system, "top/a")
        await clock.advance(10.0, system=system)
    await clock.advance(60.0, system=system)
    await end(system, "top/a")
    assert system.whereis("top/a") is not None


async def test_a_child_with_backoff_that_fails_to_start_waits_too(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    await supervise(system, [ward.spec("a", backoff=BACKOFF)], intensity=0)
    ward.refusals["a"] = 3
    await end(system, "top/a")
    assert system.whereis("top/a") is None
    await clock.advance(1.0 + 2.0 + 3.9, system=system)
    assert system.whereis("top/a") is None
    await clock.advance(0.1, system=system)
    assert system.whereis("top/a") is not None


async def test_a_child_in_backoff_is_shown_in_the_tree(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [*ward.specs("z"), ward.spec("a", backoff=BACKOFF)])
    await top.call(TerminateChild("z"))
    await end(system, "top/a")
    await end(system, "top/a")
    tree = system.tree(top)
    assert (tree.actor.strategy, tree.actor.intensity) == ("one_for_one", "0/3 in 5 s")
    stopped, absent = (node.actor for node in tree.children)
    assert (stopped.path, stopped.state) == ("top/z", "stopped")
    assert (absent.path, absent.state, absent.last_exit) == ("top/a", "backing_off", "lost")
    await clock.advance(1.0, system=system)
    assert [node.actor.state for node in system.tree(top).children] == ["stopped", "idle"]


async def test_siblings_wait_with_a_child_in_backoff(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF), ward.spec("b")], REST)
    await end(system, "top/a")
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a -b"
    assert await states(top) == {"a": "restarting", "b": "restarting"}
    await clock.advance(1.0, system=system)
    assert ward.news() == "+a +b"


async def test_a_crash_next_door_brings_a_child_in_backoff_back_early_and_once(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    await supervise(system, [ward.spec("a"), ward.spec("b", backoff=BACKOFF)], REST)
    await end(system, "top/b")
    await end(system, "top/b")
    ward.news()
    await end(system, "top/a")
    assert ward.news() == "-a +a +b"
    await clock.advance(10.0, system=system)
    assert ward.news() == ""


async def test_a_stopped_supervisor_leaves_no_backoff_timer(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF)])
    await end(system, "top/a")
    await end(system, "top/a")
    assert clock.pending == 1
    await top.stop()
    assert clock.pending == 0


async def test_a_note_of_an_earlier_attempt_restarts_nobody(
    system: System, ward: Ward, clock: VirtualClock
) -> None:
    top = await supervise(system, [ward.spec("a", backoff=BACKOFF)])
    await end(system, "top/a")
    await end(system, "top/a")
    top.suspend()
    await clock.advance(1.0, system=system)  # the note now waits in the mailbox
    terminated = in_background(top.call(TerminateChild("a")))
    await settle(system)
    top.resume()
    await terminated
    await top.call(RestartChild("a"))
    ward.news()
    await end(system, "top/a")
    await end(system, "top/a")
    assert ward.news() == "-a +a -a"
