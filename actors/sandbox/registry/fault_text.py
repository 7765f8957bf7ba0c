"""Faults as people write them: `latency seconds=0.5 times=3 command=domain:check`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Final, TypeVar

from msgspec import Meta, ValidationError, convert

from actors.sandbox.registry.fault import (
    GREETING,
    ArmedFault,
    CloseAfter,
    CloseAfterTls,
    Count,
    CutAfterEffect,
    CutMidFrame,
    DelayGreeting,
    Fault,
    ForeignClTrid,
    GreetingFault,
    HalfOpen,
    Latency,
    NoAnswer,
    ResultInstead,
    SilentGreeting,
    SlowBytes,
    WrongLength,
)
from protocols.epp_server.requests import COMMAND_LABELS, UNREADABLE

FAULTS: Final[Mapping[str, type[Fault]]] = {
    "latency": Latency,
    "no-answer": NoAnswer,
    "cut-after-effect": CutAfterEffect,
    "cut-mid-frame": CutMidFrame,
    "wrong-length": WrongLength,
    "foreign-cltrid": ForeignClTrid,
    "result": ResultInstead,
    "half-open": HalfOpen,
    "close-after": CloseAfter,
    "slow-bytes": SlowBytes,
    "silent-greeting": SilentGreeting,
    "close-after-tls": CloseAfterTls,
    "delay-greeting": DelayGreeting,
}
"""Every fault by the name that people use."""

LABELS: Final = (GREETING, UNREADABLE, *COMMAND_LABELS)
"""Everything that `command=` may name."""

_NAMES: Final = {kind: name for name, kind in FAULTS.items()}


@dataclass(frozen=True, slots=True)
class _Conditions:
    """What every fault takes: how often, how likely, at which command."""

    times: Count | None = None
    probability: Annotated[float, Meta(gt=0.0, le=1.0)] = 1.0
    command: str | None = None


_CONDITIONS: Final = tuple(field.name for field in fields(_Conditions))
_Value = TypeVar("_Value")


class FaultTextError(ValueError):
    """A text that names no fault, or not rightly; `reason` says what there is."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        """Build the sentence from the fields."""
        return f"{self.text!r}: {self.reason}"


def parse_fault(text: str) -> ArmedFault:
    """Read a fault's name and its `key=value` pairs; raises FaultTextError."""
    name, *pairs = text.split() or [""]
    kind = FAULTS.get(name)
    if kind is None:
        raise FaultTextError(text, f"no such fault; there are {', '.join(FAULTS)}")
    own = tuple(field.name for field in fields(kind))
    values = dict(_pair(text, name, pair, (*own, *_CONDITIONS)) for pair in pairs)
    fault = _converted(text, {key: values[key] for key in own if key in values}, kind)
    conditions = _converted(
        text, {key: values[key] for key in _CONDITIONS if key in values}, _Conditions
    )
    _require_fitting_label(text, fault, conditions.command)
    return ArmedFault(fault, conditions.times, conditions.probability, conditions.command)


def describe_fault(armed: ArmedFault) -> str:
    """Write a fault so that `parse_fault` reads the same."""
    conditions = _Conditions(armed.times, armed.probability, armed.command)
    told = {
        key: value
        for key, value in asdict(conditions).items()
        if value != getattr(_Conditions(), key)
    }
    pairs = {**asdict(armed.fault), **told}
    return " ".join((_NAMES[type(armed.fault)], *(f"{key}={pairs[key]}" for key in pairs)))


def _pair(text: str, name: str, pair: str, known: tuple[str, ...]) -> tuple[str, str]:
    key, equals, value = pair.partition("=")
    if not equals or key not in known:
        raise FaultTextError(text, f"{name} takes {', '.join(f'{one}=…' for one in known)}")
    return key, value


def _converted(text: str, values: Mapping[str, str], kind: type[_Value]) -> _Value:
    try:
        return convert(values, kind, strict=False)
    except ValidationError as error:
        raise FaultTextError(text, str(error)) from error


def _require_fitting_label(text: str, fault: Fault, label: str | None) -> None:
    """A fault of the greeting waits for nothing else; only SlowBytes can wait for both."""
    if label is None:
        return
    if label not in LABELS:
        raise FaultTextError(text, f"no such command; there are {', '.join(LABELS)}")
    at_greeting = label == GREETING
    if not isinstance(fault, SlowBytes) and at_greeting != isinstance(fault, GreetingFault):
        there = "only at the greeting" if not at_greeting else "not at the greeting"
        raise FaultTextError(text, f"{_NAMES[type(fault)]} is played {there}")
