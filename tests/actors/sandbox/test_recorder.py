from collections.abc import AsyncIterator, Sequence
from random import Random

import pytest
from structlog.testing import capture_logs

from actors.sandbox import MemoryRepository, Recorder
from actors.sandbox.messages import Load, Save, Store, Stored
from actors.sandbox.registry import Change
from runtime import System
from runtime.testing import Probe, VirtualClock, settle
from store import DatabaseUnreachable

ONE = Change("domain", "one.com", b"1")
TWO = Change("domain", "one.com", b"2")


class Moody(MemoryRepository):
    """A database that is away so many times."""

    def __init__(self, away: int = 0) -> None:
        super().__init__()
        self.away = away
        self.tried = 0

    async def load_all(self) -> Sequence[Change]:
        self._fail()
        return await super().load_all()

    async def save(self, changes: Sequence[Change]) -> None:
        self._fail()
        await super().save(changes)

    def _fail(self) -> None:
        self.tried += 1
        if self.away:
            self.away -= 1
            raise DatabaseUnreachable(database="main", reason="it is away")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def system(clock: VirtualClock) -> AsyncIterator[System]:
    async with System(clock=clock, random=Random(1), frozen_messages=True) as system:
        yield system


async def test_what_is_saved_can_be_loaded(system: System) -> None:
    recorder = await system.start(lambda: Recorder(MemoryRepository()))
    assert await recorder.call(Load()) == ()
    await recorder.call(Save((ONE,)))
    await recorder.call(Save((TWO,)))
    assert await recorder.call(Load()) == (TWO,)


async def test_a_session_hears_when_its_changes_are_safe(system: System) -> None:
    repository = MemoryRepository()
    recorder = await system.start(lambda: Recorder(repository))
    probe = Probe()
    recorder.cast(Store((ONE,), await system.start(lambda: probe)))
    await probe.receive(Stored)
    assert await repository.load_all() == (ONE,)
    assert dict(recorder.snapshot().facts) == {"stored": "1", "database": "here"}


async def test_while_the_database_is_away_it_tries_ever_slower_and_says_so_once(
    system: System, clock: VirtualClock
) -> None:
    repository = Moody(away=8)
    recorder = await system.start(lambda: Recorder(repository))
    probe = Probe()
    owner = await system.start(lambda: probe)
    with capture_logs() as lines:
        recorder.cast(Store((ONE,), owner))
        recorder.cast(Store((TWO,), owner))
        await settle(system)
        assert dict(recorder.snapshot().facts)["database"] == "away"
        await clock.advance(4.0, system=system)
        assert repository.tried in {5, 6, 7}
        assert probe.seen == []
        await clock.advance(30.0, system=system)
    assert probe.seen == [Stored(), Stored()]
    assert await repository.load_all() == (TWO,)
    events = [line["event"] for line in lines]
    assert events == ["records.deferred", "records.resumed"]


async def test_a_recorder_that_waits_for_its_database_can_be_stopped(
    system: System, clock: VirtualClock
) -> None:
    recorder = await system.start(lambda: Recorder(Moody(away=10**6)))
    recorder.cast(Store((ONE,), await system.start(Probe)))
    await settle(system)
    recorder.kill()
    await recorder.join()
    assert clock.pending == 0
