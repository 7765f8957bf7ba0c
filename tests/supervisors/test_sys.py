"""`runtime.sys` on supervisors: they are actors like all others."""

from functools import partial

import pytest

from runtime import ChildSpec, NotRunning, Shutdown, System, WhichChildren, sys
from runtime.debug_events import Received
from runtime.testing import Probe, in_background, settle, turns
from supervisors import Supervisor


async def start(system: System) -> None:
    children = (ChildSpec(id="one", start=Probe), ChildSpec(id="two", start=Probe))
    await system.start(partial(Supervisor, children), name="team")


async def test_a_supervisor_shows_its_state_and_its_links(system: System) -> None:
    await start(system)
    assert set(await sys.get_state(system, "team")) == {"strategy", "intensity", "auto_shutdown"}
    status = sys.get_status(system, "team")
    assert status.links == ("team/one", "team/two")
    assert status.actor.kind == "supervisor"


async def test_a_suspended_supervisor_restarts_nobody_until_it_is_resumed(system: System) -> None:
    await start(system)
    await sys.suspend(system, "team")
    first = system.lookup("team/one")
    first.kill()
    asking = in_background(system.call("team", WhichChildren()))
    await settle(system)
    assert system.whereis("team/one") is None
    assert not asking.done()
    sys.resume(system, "team")
    assert all(child.state == "running" for child in await asking)
    assert system.whereis("team/one") not in (None, first)


async def test_a_supervisor_is_traced_and_counted(system: System) -> None:
    await start(system)
    sys.start_statistics(system, "team")
    with sys.trace(system, "team", limit=1) as events:
        system.lookup("team/two").kill()
        seen = [event async for event in events]
    assert isinstance(seen[0], Received)
    assert (seen[0].message, seen[0].sender) == ("Exited", "team/two")
    await settle(system)
    counted = sys.statistics(system, "team")
    assert counted is not None
    assert counted.handled == counted.received > 0


async def test_a_supervisor_that_is_terminated_stops_its_children(system: System) -> None:
    await start(system)
    one = system.lookup("team/one")
    await sys.terminate(system, "team", Shutdown("by hand"))
    assert not one.alive
    with pytest.raises(NotRunning):
        sys.get_status(system, "team")
    await turns()
