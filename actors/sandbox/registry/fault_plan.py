"""Which faults are armed, and which of them fire now."""

from dataclasses import replace
from random import Random

from actors.sandbox.registry.fault import ArmedFault, CloseAfter, Fault


class FaultPlan:
    """All armed faults of one registry, each under a number."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._armed: dict[int, ArmedFault] = {}
        self._last_number = 0

    @property
    def armed(self) -> tuple[tuple[int, ArmedFault], ...]:
        """The faults that wait, by number, with the times that are left."""
        return tuple(self._armed.items())

    def arm(self, fault: ArmedFault) -> int:
        """Let a fault wait for its moment; returns its number."""
        self._last_number += 1
        self._armed[self._last_number] = fault
        return self._last_number

    def disarm(self, number: int) -> bool:
        """Take one fault back; False when there is none of this number."""
        return self._armed.pop(number, None) is not None

    def clear(self) -> int:
        """Take all faults back; returns how many there were."""
        count = len(self._armed)
        self._armed.clear()
        return count

    def faults_for(self, label: str, *, commands: int = 0) -> tuple[Fault, ...]:
        """The faults that fire at this request, the session's `commands`-th; each counts down."""
        return tuple(
            armed.fault
            for number, armed in self.armed
            if armed.waits_for(label)
            and _is_due(armed.fault, commands)
            and self._fires(number, armed)
        )

    def _fires(self, number: int, armed: ArmedFault) -> bool:
        if armed.probability < 1.0 and self._random.random() >= armed.probability:
            return False
        if armed.times is not None:
            if armed.times <= 1:
                del self._armed[number]
            else:
                self._armed[number] = replace(armed, times=armed.times - 1)
        return True


def _is_due(fault: Fault, commands: int) -> bool:
    return not isinstance(fault, CloseAfter) or commands >= fault.commands
