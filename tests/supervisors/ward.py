"""Children whose starts and ends a test decides, and the log they keep of both."""

import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from runtime import (
    IGNORE,
    Child,
    ChildSpec,
    ExitReason,
    Failed,
    Ref,
    System,
    WhichChildren,
)
from runtime.testing import behind, settle
from supervisors import Strategy, Supervisor
from tests.runtime.scripts import PLAIN, Flavour, Script, Tell

LOST = Failed("lost")


class StartRefused(Exception):
    """What a child raises that was told not to start."""


class Ward:
    """Makes specs. `log` holds `+id` for each start and `-id` for each orderly end."""

    def __init__(self, flavour: Flavour = PLAIN) -> None:
        self._flavour = flavour
        self.log: list[str] = []
        self.starts: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        """How many of the next starts of a child fail."""
        self.ignoring: set[str] = set()

    def spec(self, child_id: str, *, traps: bool = True, **options: Any) -> ChildSpec:
        return ChildSpec(id=child_id, start=self.factory(child_id, traps=traps), **options)

    def specs(self, ids: str, **options: Any) -> list[ChildSpec]:
        return [self.spec(child_id, **options) for child_id in ids]

    def factory(self, child_id: str, *, traps: bool = True) -> "partial[Script]":
        behaviour = self._flavour.trapper if traps else self._flavour.script
        return partial(
            behaviour,
            on_init=lambda _: self._init(child_id),
            on_terminate=lambda _, __: self.log.append(f"-{child_id}"),
        )

    def _init(self, child_id: str) -> Any:
        if child_id in self.ignoring:
            return IGNORE
        if self.refusals[child_id] > 0:
            self.refusals[child_id] -= 1
            self.log.append(f"!{child_id}")
            raise StartRefused(child_id)
        self.log.append(f"+{child_id}")
        self.starts[child_id] += 1
        return None

    def news(self) -> str:
        """The log since the last look, as words."""
        news = " ".join(self.log)
        self.log.clear()
        return news


async def supervise(
    system: System,
    children: Sequence[ChildSpec],
    strategy: Strategy = Strategy.ONE_FOR_ONE,
    **options: Any,
) -> Ref:
    """A supervisor called `top`, started."""
    return await system.start(
        partial(Supervisor, children, strategy=strategy, **options), name="top"
    )


async def end(system: System, path: str, reason: ExitReason = LOST) -> None:
    """Let the actor at `path` end by itself, and everybody hear of it."""
    system.cast(path, Tell(lambda script: script.stop(reason)))
    await settle(system)


async def states(top: Ref) -> dict[str, str]:
    """The state of each child by its id."""
    return {child.id: child.state for child in await top.call(WhichChildren())}


async def child_of(top: Ref, child_id: str) -> Child:
    """One row of `WhichChildren`."""
    (row,) = (row for row in await top.call(WhichChildren()) if row.id == child_id)
    return row


def supervisor_behind(ref: Ref) -> Supervisor:
    """The actor behind a supervisor's ref."""
    return behind(ref, Supervisor)


@contextmanager
def counted() -> Generator[Callable[[], int]]:
    """Count the calls of functions, our own and built in, that are made meanwhile."""
    steps = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal steps
        steps += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        yield lambda: steps
    finally:
        sys.setprofile(None)
