"""One child many times over, so that what was one actor's queue becomes several.

For state that falls into independent parts: each key belongs to one partition, and callers find it
with `runtime.Partitions`. A `DynamicSupervisor` that has become the bottleneck is split so too.
Source: Elixir's PartitionSupervisor.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from runtime import (
    Actor,
    Call,
    ChildFailed,
    ChildRefused,
    ChildSpec,
    Partitioned,
    Resize,
    Resized,
    Sender,
)
from supervisors.strategy import Strategy
from supervisors.supervisor import DEFAULT_INTENSITY, DEFAULT_PERIOD_S, Supervisor


class PartitionSupervisor(Supervisor, Partitioned):
    """Runs `partitions` children of one spec, called `0`, `1` and so on."""

    def __init__(
        self,
        child: ChildSpec,
        *,
        partitions: int | None = None,
        numbered: Callable[[int], Actor] | None = None,
        strategy: Strategy = Strategy.ONE_FOR_ONE,
        intensity: int = DEFAULT_INTENSITY,
        period_s: int = DEFAULT_PERIOD_S,
    ) -> None:
        """`partitions`: as many as the machine has processors unless given.

        `numbered` makes the actor of a partition from its number, in place of the spec's `start`.
        Raises ValueError for a number, an intensity or a period that makes no sense.
        """
        number = os.cpu_count() or 1 if partitions is None else partitions
        if number < 1:
            raise ValueError(f"{number} partitions make no sense")
        super().__init__(
            [
                replace(
                    child, id=str(each), start=partial(numbered, each) if numbered else child.start
                )
                for each in range(number)
            ],
            strategy=strategy,
            intensity=intensity,
            period_s=period_s,
        )
        self.partitions = self._maximum = number

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Resize, or do what every supervisor does."""
        match request:
            case Resize(partitions=partitions):
                return await self._resize(partitions)
            case _:
                return await super().handle_call(request, sender)

    def facts(self) -> dict[str, object]:
        """How many run, and how many may."""
        return {"partitions": self.partitions, "maximum": self._maximum}

    async def _resize(self, wanted: int) -> Resized | ChildRefused | ChildFailed:
        if not 0 <= wanted <= self._maximum:
            detail = f"{wanted} partitions; it may be 0 to {self._maximum}"
            return ChildRefused("bad_size", self.path, detail=detail)
        before = self.partitions
        for number in range(before, wanted):
            failed = await self._start_partition(number)
            if failed is not None:
                await self._stop_partitions(before, number)
                return failed
        self.partitions = wanted  # nobody is sent to one that is about to stop
        await self._stop_partitions(wanted, before)
        return Resized(before, wanted)

    async def _start_partition(self, number: int) -> ChildFailed | None:
        """Start one that was stopped; temporary ones were forgotten and are added anew."""
        spec = self._specs[number]
        restart = self._restart_child(spec.id) if spec.id in self._table else self.add_child(spec)
        outcome = await restart
        return outcome if isinstance(outcome, ChildFailed) else None

    async def _stop_partitions(self, first: int, end: int) -> None:
        """Stop the partitions from `first` to before `end`, last first."""
        for number in reversed(range(first, end)):
            await self._terminate_child(str(number))
