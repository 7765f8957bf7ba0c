"""A plain model of a supervisor beside the real one, driven by hypothesis.

The model is supervisor.erl in thirty lines: rows in start order, who runs, which restarts count.
What the real tree did is read from the children's own log of starts and orderly ends.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from runtime import (
    NORMAL,
    SHUTDOWN,
    AutoShutdown,
    ChildSpec,
    Failed,
    Ref,
    Restart,
    RestartChild,
    StartChild,
    Started,
    System,
    TerminateChild,
)
from runtime.testing import VirtualClock, settle
from supervisors import Strategy
from tests.runtime.scripts import ASYNC, PLAIN, Flavour, Tell
from tests.supervisors.ward import Ward, states, supervise

Result = TypeVar("Result")

PERIOD_S = 5


@dataclass
class Row:
    """One child of the model."""

    id: str
    restart: Restart
    significant: bool = False
    runs: bool = True
    starts: int = 1


@dataclass
class Model:
    """What OTP would do."""

    strategy: Strategy
    allowed: int
    auto_shutdown: AutoShutdown = AutoShutdown.NEVER
    rows: list[Row] = field(default_factory=list[Row])
    restarts: list[int] = field(default_factory=list[int])
    alive: bool = True
    log: list[str] = field(default_factory=list[str])

    def running(self) -> list[Row]:
        return [row for row in self.rows if row.runs]

    def start(self, row: Row) -> None:
        row.runs = True
        row.starts += 1
        self.log.append(f"+{row.id}")

    def stop(self, row: Row) -> None:
        if row.runs:
            row.runs = False
            self.log.append(f"-{row.id}")

    def stop_all(self) -> None:
        for row in reversed(self.rows):
            self.stop(row)
        self.alive = False

    def ended(self, row: Row, now: int, *, abnormal: bool) -> None:
        self.stop(row)
        if row.restart is Restart.TEMPORARY:
            self.rows.remove(row)
        elif row.restart is Restart.PERMANENT or abnormal:
            self.restarts = [*(at for at in self.restarts if at >= now - PERIOD_S), now]
            if len(self.restarts) > self.allowed:
                self.stop_all()
            else:
                self._restart(row)
            return
        if row.significant and (
            self.auto_shutdown is AutoShutdown.ANY_SIGNIFICANT
            or not any(other.significant for other in self.running())
        ):
            self.stop_all()

    def may_be_significant(self, restart: Restart) -> bool:
        return self.auto_shutdown is not AutoShutdown.NEVER and restart is not Restart.PERMANENT

    def _restart(self, row: Row) -> None:
        affected = self.affected(row)
        for other in reversed(affected):
            self.stop(other)
            if other.restart is Restart.TEMPORARY:
                self.rows.remove(other)
        for other in affected:
            if other in self.rows:
                self.start(other)

    def affected(self, row: Row) -> list[Row]:
        match self.strategy:
            case Strategy.ONE_FOR_ONE:
                return [row]
            case Strategy.ONE_FOR_ALL:
                return [other for other in self.rows if other.runs or other is row]
            case Strategy.REST_FOR_ONE:
                later = self.rows[self.rows.index(row) :]
                return [other for other in later if other.runs or other is row]


class SupervisorMachine(RuleBasedStateMachine):
    """The real tree and the model, told the same."""

    top: Ref
    system: System
    ward: Ward
    model: Model

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._clock = VirtualClock()
        self._names = 0

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(work)

    @initialize(
        strategy=st.sampled_from(Strategy),
        flavour=st.sampled_from([PLAIN, ASYNC]),
        allowed=st.integers(0, 4),
        inline=st.booleans(),
        auto_shutdown=st.sampled_from(AutoShutdown),
        children=st.lists(st.tuples(st.sampled_from(Restart), st.booleans()), max_size=4),
    )
    def a_tree_is_started(
        self,
        strategy: Strategy,
        flavour: Flavour,
        allowed: int,
        inline: bool,
        auto_shutdown: AutoShutdown,
        children: list[tuple[Restart, bool]],
    ) -> None:
        self.ward = Ward(flavour)
        self.model = Model(strategy, allowed, auto_shutdown)
        specs = [self._spec(restart, significant=significant) for restart, significant in children]
        self.model.rows = [Row(spec.id, spec.restart, spec.significant) for spec in specs]
        self.model.log = [f"+{row.id}" for row in self.model.rows]

        async def start() -> None:
            self.system = System(clock=self._clock, random=Random(1), inline_calls=inline)
            self.top = await supervise(
                self.system,
                specs,
                strategy,
                intensity=allowed,
                period_s=PERIOD_S,
                auto_shutdown=auto_shutdown,
            )

        self.run(start())

    def _name(self) -> str:
        self._names += 1
        return f"c{self._names}"

    def _spec(self, restart: Restart, *, significant: bool) -> ChildSpec:
        significant = significant and self.model.may_be_significant(restart)
        return self.ward.spec(self._name(), restart=restart, significant=significant)

    def _pick(self, number: int, *, runs: bool) -> Row | None:
        rows = [row for row in self.model.rows if row.runs is runs]
        return rows[number % len(rows)] if rows else None

    @precondition(lambda self: self.model.alive)
    @rule(number=st.integers(0, 20), abnormal=st.booleans())
    def a_child_crashes(self, number: int, abnormal: bool) -> None:
        row = self._pick(number, runs=True)
        if row is None:
            return

        async def crash() -> None:
            reason = Failed("lost") if abnormal else NORMAL
            self.system.cast(f"top/{row.id}", Tell(lambda script: script.stop(reason)))
            await settle(self.system)

        self.run(crash())
        self.model.ended(row, int(self._clock.monotonic()), abnormal=abnormal)

    @rule(seconds=st.integers(1, 8))
    def time_passes(self, seconds: int) -> None:
        self.run(self._clock.advance(seconds * 0.75, system=self.system))

    @precondition(lambda self: self.model.alive and len(self.model.rows) < 6)
    @rule(restart=st.sampled_from(Restart), significant=st.booleans())
    def a_child_is_added(self, restart: Restart, significant: bool) -> None:
        spec = self._spec(restart, significant=significant)
        assert isinstance(self.run(self.top.call(StartChild(spec))), Started)
        self.model.rows.append(Row(spec.id, restart, spec.significant))
        self.model.log.append(f"+{spec.id}")

    @precondition(lambda self: self.model.alive)
    @rule(number=st.integers(0, 20))
    def a_child_is_terminated(self, number: int) -> None:
        row = self._pick(number, runs=True)
        if row is None:
            return
        self.run(self.top.call(TerminateChild(row.id)))
        self.model.stop(row)
        if row.restart is Restart.TEMPORARY:
            self.model.rows.remove(row)

    @precondition(lambda self: self.model.alive)
    @rule(number=st.integers(0, 20))
    def a_stopped_child_is_started_again(self, number: int) -> None:
        row = self._pick(number, runs=False)
        if row is None:
            return
        assert isinstance(self.run(self.top.call(RestartChild(row.id))), Started)
        self.model.start(row)

    @precondition(lambda self: self.model.alive)
    @rule()
    def the_tree_is_stopped(self) -> None:
        self.run(self.top.stop(SHUTDOWN))
        self.model.stop_all()

    @invariant()
    def restarts_stay_within_intensity(self) -> None:
        assert self.top.alive is self.model.alive
        if not self.model.alive:
            assert self.top.exit_reason == SHUTDOWN

    @invariant()
    def only_the_strategy_s_siblings_restart(self) -> None:
        starts = {row.id: row.starts for row in self.model.rows}
        assert {name: self.ward.starts[name] for name in starts} == starts
        if self.model.alive:
            expected = {row.id: "running" if row.runs else "stopped" for row in self.model.rows}
            assert self.run(states(self.top)) == expected

    @invariant()
    def stop_order_is_start_order_reversed(self) -> None:
        assert self.ward.log == self.model.log

    @invariant()
    def no_task_outlives_its_supervisor(self) -> None:
        if not self.model.alive:
            assert self.run(self._leftovers()) == (set(), ())

    async def _leftovers(self) -> tuple[set[asyncio.Task[Any]], tuple[Ref, ...]]:
        own = asyncio.current_task()
        return {task for task in asyncio.all_tasks() if task is not own}, self.system.living()

    def teardown(self) -> None:
        if hasattr(self, "system"):
            self.run(self.system.close())
        self._runner.close()


TestSupervisorMachine = SupervisorMachine.TestCase
TestSupervisorMachine.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
