from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from runtime import System
from runtime.testing import VirtualClock
from tests.support.epp_bench import Bench, PacedBench, one_turn, steady_random
from tests.support.registry_peer import RegistryPeer

BenchMaker = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[RegistryPeer]:
    """An obliging registry."""
    peer = RegistryPeer(tmp_path)
    await peer.start()
    yield peer
    await peer.stop()
    for _ in range(3):
        await one_turn()  # a handshake that was called off closes its socket


@pytest.fixture
async def system() -> AsyncIterator[System]:
    """A system in real time."""
    async with System(random=steady_random(), frozen_messages=True) as system:
        yield system


@pytest.fixture
async def slow_system() -> AsyncIterator[System]:
    """A system whose time stands still until told."""
    async with System(clock=VirtualClock(), random=steady_random(), frozen_messages=True) as system:
        yield system


@pytest.fixture
def bench(peer: RegistryPeer, system: System) -> Callable[..., Bench]:
    """Makes the bench with these settings."""

    def make(**settings: Any) -> Bench:
        return Bench(system, peer, **settings)

    return make


@pytest.fixture
def paced(peer: RegistryPeer, slow_system: System) -> Callable[..., PacedBench]:
    """Makes a bench whose time stands still."""

    def make(**settings: Any) -> PacedBench:
        return PacedBench(slow_system, peer, **settings)

    return make
