import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.sandbox.registry import ArmedFault, FaultTextError, describe_fault, parse_fault
from actors.sandbox.registry.fault import (
    CloseAfter,
    CutAfterEffect,
    DelayGreeting,
    Fault,
    HalfOpen,
    Latency,
    ResultInstead,
    SilentGreeting,
    SlowBytes,
    WrongLength,
)
from actors.sandbox.registry.fault_text import FAULTS, LABELS

SECONDS = st.floats(0.0, 3600.0)
ANSWER_FAULTS: st.SearchStrategy[Fault] = st.one_of(
    st.builds(Latency, SECONDS),
    st.just(CutAfterEffect()),
    st.builds(WrongLength, st.integers(0, 2**32 - 1)),
    st.builds(ResultInstead, st.sampled_from((2400, 2500, 2502))),
    st.just(HalfOpen()),
    st.builds(CloseAfter, st.integers(1, 1000)),
)


@pytest.mark.parametrize(
    ("text", "armed"),
    [
        (
            "latency seconds=0.5 times=3 command=domain:check",
            ArmedFault(Latency(0.5), times=3, command="domain:check"),
        ),
        ("result code=2502 command=login", ArmedFault(ResultInstead(2502), command="login")),
        ("cut-after-effect times=1", ArmedFault(CutAfterEffect(), times=1)),
        ("half-open probability=0.25", ArmedFault(HalfOpen(), probability=0.25)),
        ("close-after commands=10", ArmedFault(CloseAfter(10))),
        ("delay-greeting seconds=20", ArmedFault(DelayGreeting(20.0))),
        ("silent-greeting command=greeting", ArmedFault(SilentGreeting(), command="greeting")),
        ("slow-bytes command=greeting", ArmedFault(SlowBytes(), command="greeting")),
    ],
)
def test_a_fault_is_read_with_its_conditions(text: str, armed: ArmedFault) -> None:
    assert parse_fault(text) == armed


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_a_name(name: str) -> None:
    values = {
        "latency": "seconds=1",
        "wrong-length": "length=3",
        "result": "code=2400",
        "close-after": "commands=2",
        "delay-greeting": "seconds=1",
    }
    armed = parse_fault(f"{name} {values.get(name, '')}")
    assert type(armed.fault) is FAULTS[name]
    assert describe_fault(armed).startswith(name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no such fault; there are latency, no-answer"),
        ("latancy seconds=1", "no such fault; there are latency, no-answer"),
        ("latency", "Object missing required field `seconds`"),
        ("latency 5", "latency takes seconds=…, times=…, probability=…, command=…"),
        ("latency secs=5", "latency takes seconds=…, times=…, probability=…, command=…"),
        ("latency seconds=soon", "Expected `float`, got `str` - at `$.seconds`"),
        ("latency seconds=-1", "Expected `float` >= 0.0 - at `$.seconds`"),
        ("latency seconds=nan", "Expected `float` >= 0.0 - at `$.seconds`"),
        ("result code=1000", "Invalid enum value 1000 - at `$.code`"),
        ("no-answer times=0", "Expected `int` >= 1 - at `$.times`"),
        ("no-answer probability=2", "Expected `float` <= 1.0 - at `$.probability`"),
        ("no-answer command=domain:chek", "no such command; there are greeting, unreadable"),
        ("no-answer command=greeting", "no-answer is played not at the greeting"),
        ("silent-greeting command=login", "silent-greeting is played only at the greeting"),
    ],
)
def test_a_text_that_is_no_fault_is_told_what_there_is(text: str, reason: str) -> None:
    with pytest.raises(FaultTextError) as caught:
        parse_fault(text)
    assert caught.value.reason.startswith(reason)
    assert repr(text) in str(caught.value)


@given(
    ANSWER_FAULTS,
    st.none() | st.integers(1, 99),
    st.floats(0.001, 1.0),
    st.none() | st.sampled_from(LABELS[1:]),
)
def test_a_described_fault_reads_the_same(
    fault: Fault, times: int | None, probability: float, command: str | None
) -> None:
    armed = ArmedFault(fault, times, probability, command)
    assert parse_fault(describe_fault(armed)) == armed
