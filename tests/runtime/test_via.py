import pytest

from runtime import NotRunning, Ref, System, Via
from runtime.testing import Probe, behind
from tests.runtime.scripts import Echo, Flavour, Tell, heard


async def test_a_path_is_looked_up_at_each_use(system: System, flavour: Flavour) -> None:
    address = Via.path(system, "echo")
    first = system.spawn(flavour.script, name="echo")
    assert address.whereis() is first
    assert await address.call(Echo(1)) == 1
    await first.stop()
    second = system.spawn(flavour.script, name="echo")
    address.cast("cast")
    address.send("sent")
    assert await heard(second) == ("cast", "sent")
    assert repr(address) == "<Via echo>"


async def test_a_name_nobody_has_is_not_running(system: System) -> None:
    address = Via.path(system, "nobody")
    assert address.whereis() is None
    with pytest.raises(NotRunning, match="nobody is not running"):
        await address.call(Echo(1))
    with pytest.raises(NotRunning):
        address.cast("lost")
    with pytest.raises(NotRunning):
        address.send("lost")


async def test_whoever_hears_of_a_death_finds_no_trace_of_it(
    system: System, flavour: Flavour
) -> None:
    found: list[Ref | None] = []
    address = Via.path(system, "victim")
    victim = system.spawn(flavour.script, name="victim")
    system.on_death(victim, lambda _: found.append(address.whereis()))
    watcher = system.spawn(Probe)
    behind(watcher, Probe).monitor(victim)
    victim.cast(Tell(lambda script: script.stop()))
    await victim.join()
    assert found == [None]
