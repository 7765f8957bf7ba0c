from random import Random

from actors.sandbox.registry import ArmedFault, FaultPlan
from actors.sandbox.registry.fault import (
    GREETING,
    CloseAfter,
    Fault,
    Latency,
    NoAnswer,
    SilentGreeting,
    SlowBytes,
)

SLOW = Latency(1.0)


def plan_of(*armed: ArmedFault) -> FaultPlan:
    plan = FaultPlan(Random(11))
    for fault in armed:
        plan.arm(fault)
    return plan


def test_a_fault_fires_as_often_as_it_was_armed_for() -> None:
    plan = plan_of(ArmedFault(SLOW, times=2))
    fired = [plan.faults_for("login") for _ in range(3)]
    assert fired == [(SLOW,), (SLOW,), ()]
    assert plan.armed == ()


def test_the_times_that_are_left_can_be_looked_at() -> None:
    plan = plan_of(ArmedFault(SLOW, times=3))
    plan.faults_for("login")
    assert plan.armed == ((1, ArmedFault(SLOW, times=2)),)


def test_a_fault_without_times_fires_for_ever() -> None:
    plan = plan_of(ArmedFault(SLOW))
    assert all(plan.faults_for("login") == (SLOW,) for _ in range(50))


def test_a_fault_waits_for_its_command() -> None:
    plan = plan_of(ArmedFault(SLOW, command="domain:create"), ArmedFault(NoAnswer()))
    assert plan.faults_for("domain:check") == (NoAnswer(),)
    assert plan.faults_for("domain:create") == (SLOW, NoAnswer())


def test_the_greeting_has_faults_of_its_own() -> None:
    plan = plan_of(
        ArmedFault(SLOW), ArmedFault(SilentGreeting()), ArmedFault(SlowBytes(), command=GREETING)
    )
    assert plan.faults_for(GREETING) == (SilentGreeting(), SlowBytes())
    assert plan.faults_for("login") == (SLOW,)


def test_chance_decides_where_a_probability_is_given() -> None:
    plan = plan_of(ArmedFault(SLOW, probability=0.3))
    fired = sum(bool(plan.faults_for("login")) for _ in range(1000))
    assert 250 < fired < 350


def test_a_close_after_commands_is_due_from_the_last_of_them_on() -> None:
    plan = plan_of(ArmedFault(CloseAfter(3), times=1))
    fired: list[tuple[Fault, ...]] = [plan.faults_for("hello", commands=n) for n in (1, 2, 3, 4)]
    assert fired == [(), (), (CloseAfter(3),), ()]


def test_faults_are_taken_back_by_number_or_all_at_once() -> None:
    plan = plan_of(ArmedFault(SLOW), ArmedFault(NoAnswer()), ArmedFault(NoAnswer()))
    assert (plan.disarm(2), plan.disarm(2)) == (True, False)
    assert plan.clear() == 2
    assert plan.faults_for("login") == ()
