import pytest

from tests.actors.sandbox.registry import practice


@pytest.fixture
def thin() -> practice.World:
    return practice.World("thin")


@pytest.fixture
def thick() -> practice.World:
    return practice.World("thick")
