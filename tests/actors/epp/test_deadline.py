from collections.abc import AsyncIterator

import pytest

from actors.epp.deadline import Deadline, Due
from runtime import Actor, System
from runtime.testing import VirtualClock


class Patient(Actor):
    """Notes when its deadline passed."""

    def init(self) -> None:
        self.deadline = Deadline(self)
        self.passed_at: list[float] = []
        self.rings = 0

    def handle_cast(self, message: object) -> None:
        if isinstance(message, float):
            self.deadline.set(self.clock.monotonic(), message)
        else:
            self.deadline.lift()

    def handle_info(self, message: object) -> None:
        assert message == Due()
        self.rings += 1
        if self.deadline.has_passed():
            self.passed_at.append(self.clock.monotonic())


@pytest.fixture
async def patient() -> AsyncIterator[Patient]:
    async with System(clock=VirtualClock(), frozen_messages=True) as system:
        made = Patient()
        system.spawn(lambda: made)
        yield made


async def after(patient: Patient, seconds: float, message: object = None) -> None:
    clock = patient.clock
    assert isinstance(clock, VirtualClock)
    await clock.advance(seconds, system=patient.system)
    if message is not None:
        patient.ref.cast(message)
        await clock.advance(0.0, system=patient.system)


async def test_it_passes_once_at_its_moment(patient: Patient) -> None:
    await after(patient, 0.0, 5.0)
    await after(patient, 4.9)
    assert not patient.passed_at
    await after(patient, 100.0)
    assert patient.passed_at == [5.0]


async def test_a_thousand_moves_are_one_timer(patient: Patient) -> None:
    for _ in range(1_000):
        await after(patient, 0.0, 5.0)
    clock = patient.clock
    assert isinstance(clock, VirtualClock)
    assert clock.pending == 1


async def test_moved_on_it_passes_at_the_later_moment(patient: Patient) -> None:
    await after(patient, 0.0, 5.0)
    await after(patient, 3.0, 5.0)
    await after(patient, 100.0)
    assert patient.passed_at == [8.0]
    assert patient.rings == 2


async def test_moved_forward_it_passes_at_the_earlier_moment(patient: Patient) -> None:
    await after(patient, 0.0, 50.0)
    await after(patient, 1.0, 2.0)
    await after(patient, 100.0)
    assert patient.passed_at == [3.0]


async def test_lifted_it_does_not_pass(patient: Patient) -> None:
    await after(patient, 0.0, 5.0)
    await after(patient, 1.0, "lift")
    await after(patient, 100.0)
    assert not patient.passed_at


async def test_after_it_passed_it_can_be_set_again(patient: Patient) -> None:
    await after(patient, 0.0, 5.0)
    await after(patient, 10.0, 5.0)
    await after(patient, 10.0)
    assert patient.passed_at == [5.0, 15.0]
