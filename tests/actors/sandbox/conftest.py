from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.actors.sandbox.stage import Stage, WatchedRepository, practice_in, staged


@pytest.fixture
def repository() -> WatchedRepository:
    return WatchedRepository()


@pytest.fixture
async def stage(tmp_path: Path, repository: WatchedRepository) -> AsyncIterator[Stage]:
    """A thin registry."""
    async with staged(practice_in(tmp_path), repository) as stage:
        yield stage


@pytest.fixture
async def thick_stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(practice_in(tmp_path, "thick")) as stage:
        yield stage


@pytest.fixture
async def single(tmp_path: Path) -> AsyncIterator[Stage]:
    """A thin registry whose accounts may have one session each."""
    async with staged(practice_in(tmp_path, sessions_per_account=1)) as stage:
        yield stage
