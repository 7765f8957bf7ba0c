"""Connections as a roster sees them, without any that lives."""

from dataclasses import dataclass
from typing import cast

from runtime import Ref


@dataclass(frozen=True, slots=True)
class Past:
    """What its supervisor knows of a connection."""

    restarts: int = 0
    last_exit: str | None = None


class StandInRef:
    """A living connection with a past."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def snapshot(self) -> Past:
        return self._past


def ref_of(past: Past) -> Ref:
    return cast("Ref", StandInRef(past))
