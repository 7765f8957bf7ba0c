from collections.abc import AsyncIterator

import pytest

from actors.thespian import Caretaker, Playhouse
from runtime import System
from tests.actors.thespian.players import Ear
from tests.runtime.fixtures import clock, inline_calls, quiet_logs, system

__all__ = ["clock", "ear", "house", "inline_calls", "quiet_logs", "system"]


@pytest.fixture
async def house(system: System) -> AsyncIterator[Playhouse]:
    """The playhouse of a virtual system; the fixture of the system sees that nothing is left."""
    house = Playhouse.of(system)
    system.spawn(Caretaker, name="thespian")
    yield house
    house.threads.close()


@pytest.fixture
def ear(house: Playhouse) -> Ear:
    """Somebody outside, with an address."""
    return Ear(house)
