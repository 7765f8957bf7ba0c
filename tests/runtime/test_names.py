import pytest

from runtime import AlreadyStarted, System
from tests.runtime.scripts import PlainScript


async def test_the_names_are_listed_in_order(system: System) -> None:
    refs = [system.spawn(PlainScript, name=name) for name in ("b", "a", "c")]
    assert system.names.paths() == ("b", "a", "c")
    assert list(system.names) == refs
    assert len(system.names) == 3


async def test_only_the_holder_frees_a_name(system: System) -> None:
    holder, other = system.spawn(PlainScript, name="a"), system.spawn(PlainScript)
    system.names.unregister("a", other)
    assert system.names.whereis("a") is holder
    with pytest.raises(AlreadyStarted):
        system.names.register("a", other)


async def test_the_nearest_names_come_best_first(system: System) -> None:
    for name in ("epp/verisign/pool", "epp/pir/pool", "web"):
        system.spawn(PlainScript, name=name)
    assert system.names.nearest("epp/pirr/pool") == ("epp/pir/pool", "epp/verisign/pool")
    assert system.names.nearest("epp/pirr/pool", limit=1) == ("epp/pir/pool",)
