from collections.abc import AsyncIterator

import pytest

from actors.control import Desk
from runtime import System
from tests.actors.control.scripted import ScriptedPorts, start


@pytest.fixture
async def system() -> AsyncIterator[System]:
    async with System(frozen_messages=True) as system:
        yield system


@pytest.fixture
async def ports(system: System) -> ScriptedPorts:
    return await start(system)


@pytest.fixture
def desk(ports: ScriptedPorts) -> Desk:
    return Desk(ports)
