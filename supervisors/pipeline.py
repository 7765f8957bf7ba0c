"""The tree of a pipeline, and what one is configured with.

    tracking (rest_for_one)
    ├── custodian                who has which message; the only one who acknowledges
    ├── valve                    the rate
    ├── producers (one_for_one)
    │   └── 1 …                  `Intake`s
    ├── processors (one_for_one)
    │   └── 1 …
    └── batchers (one_for_one)
        └── default (one_for_one)
            ├── batcher
            └── workers (one_for_one)
                └── 1 …

The order is that of the flow, so it stops from the far end. Within a group each actor is restarted
alone: what it held is acknowledged as failed by the custodian, and its neighbours find its
successor by themselves. (Broadway restarts all processors and batchers together, because nobody
there knows what a dead one held.) Only when the custodian goes, everything behind it goes too.

A stop drains first: the producers stop, what is in flight is handled, batches are flushed,
acknowledgements are done; what is not through after `drain_s` is acknowledged as failed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from actors.flow import (
    ACKNOWLEDGER_GRACE_S,
    DEFAULT_BATCHER,
    Acknowledger,
    Batcher,
    BatchWorker,
    Custodian,
    Drain,
    Handlers,
    Intake,
    Places,
    Processor,
    Valve,
)
from runtime import Actor, Backoff, CallError, ChildSpec, ExitReason
from supervisors.strategy import Strategy
from supervisors.supervisor import DEFAULT_INTENSITY, DEFAULT_PERIOD_S, Supervisor

log = structlog.get_logger("supervisor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Producers:
    """Where messages come from."""

    intake: Callable[[], Intake[Any]]
    """Makes a fresh intake for each incarnation."""
    number: int = 1
    messages_per_interval: int | None = None
    """All producers together; None is no limit. `SetRate` changes it while the pipeline runs."""
    interval_s: float = 1.0
    backoff: Backoff | None = None
    """For sources that may be away for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processors:
    """How messages are handled one by one."""

    number: int = 2
    max_demand: int = 100
    """Messages one may have at once. Many for short handlers, few for long ones."""
    min_demand: int | None = None
    """Half of `max_demand` unless given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """One batcher, and who handles its batches."""

    name: str = DEFAULT_BATCHER
    batch_size: int = 100
    batch_timeout_s: float = 1.0
    """From the first message of a batch."""
    workers: int = 1
    """Batches handled at once."""
    max_demand: int | None = None
    """Messages asked of each processor at once; `batch_size` unless given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What a pipeline is. `pipeline_child` makes a child of it for any supervisor."""

    handlers: Callable[[], Handlers[Any, Any]]
    """Made afresh for every incarnation of every processor and batch worker."""
    producers: Producers
    processors: Processors = Processors()
    batchers: tuple[Batching, ...] = ()
    """None: what a processor has handled is acknowledged at once."""
    acknowledger: Callable[[], Acknowledger] | None = None
    max_acknowledging: int = 10_000
    """Messages an asynchronous acknowledger may be behind before no more are let in."""
    drain_s: float = 30.0
    intensity: int = DEFAULT_INTENSITY
    """Restarts allowed in each group."""
    period_s: int = DEFAULT_PERIOD_S

    def __post_init__(self) -> None:
        for fault in faults_of(self):
            raise ValueError(fault)


def faults_of(spec: Pipeline) -> Iterable[str]:
    """What is wrong with a specification, as far as its numbers tell."""
    producers, processors = spec.producers, spec.processors
    least = 0 if processors.min_demand is None else processors.min_demand
    if producers.number < 1:
        yield f"producers.number is {producers.number}"
    if producers.messages_per_interval is not None and producers.messages_per_interval < 0:
        yield f"producers.messages_per_interval is {producers.messages_per_interval}"
    if producers.interval_s <= 0.0:
        yield f"producers.interval_s is {producers.interval_s:g}"
    if processors.number < 1:
        yield f"processors.number is {processors.number}"
    if not 0 <= least < processors.max_demand:
        yield f"processors.min_demand is {least} of max_demand {processors.max_demand}"
    names = [batching.name for batching in spec.batchers]
    for batching in spec.batchers:
        if not batching.name or "/" in batching.name or names.count(batching.name) > 1:
            yield f"batchers may not be called {batching.name!r}"
        if batching.batch_size < 1:
            yield f"batch_size of {batching.name} is {batching.batch_size}"
        if batching.batch_timeout_s <= 0.0:
            yield f"batch_timeout_s of {batching.name} is {batching.batch_timeout_s:g}"
        if batching.workers < 1:
            yield f"workers of {batching.name} is {batching.workers}"
        if batching.max_demand is not None and batching.max_demand < 1:
            yield f"max_demand of {batching.name} is {batching.max_demand}"
    if spec.max_acknowledging < 0:
        yield f"max_acknowledging is {spec.max_acknowledging}"
    if spec.drain_s < 0.0:
        yield f"drain_s is {spec.drain_s:g}"


class PipelineSupervisor(Supervisor):
    """Supervises one pipeline, and drains it before it stops."""

    def __init__(self, spec: Pipeline) -> None:
        super().__init__(
            (
                ChildSpec(id="custodian", start=partial(_custodian, spec)),
                ChildSpec(id="valve", start=partial(_valve, spec)),
                _group("producers", spec, _producers(spec)),
                _group("processors", spec, _processors(spec)),
                _group("batchers", spec, [_batcher(spec, each) for each in spec.batchers]),
            ),
            strategy=Strategy.REST_FOR_ONE,
            intensity=spec.intensity,
            period_s=spec.period_s,
        )
        self._drain_s = spec.drain_s

    async def terminate(self, reason: ExitReason) -> None:
        """Drain, then stop the children, last first."""
        await self._drain()
        await super().terminate(reason)

    async def _drain(self) -> None:
        """A pipeline with a part missing gets no time: nothing would come through."""
        whole = all(child.state == "running" for child in self._table)
        within_s = self._drain_s if whole else 0.0
        try:
            await self.system.call(
                Places(self.path).custodian,
                Drain(within_s),
                timeout_s=within_s + 2 * ACKNOWLEDGER_GRACE_S,
            )
        except CallError as error:
            log.warning("pipeline.not_drained", actor=self.path, error=str(error))


def pipeline_child(child_id: str, spec: Pipeline) -> ChildSpec:
    """The pipeline as a child of any supervisor."""
    return ChildSpec(id=child_id, start=partial(PipelineSupervisor, spec))


def _custodian(spec: Pipeline) -> Actor:
    acknowledger = None if spec.acknowledger is None else spec.acknowledger()
    return Custodian(acknowledger, max_acknowledging=spec.max_acknowledging)


def _valve(spec: Pipeline) -> Actor:
    producers = spec.producers
    return Valve(producers.messages_per_interval, interval_s=producers.interval_s)


def _producers(spec: Pipeline) -> list[ChildSpec]:
    producers = spec.producers
    return [
        ChildSpec(id=str(index), start=producers.intake, backoff=producers.backoff)
        for index in range(1, producers.number + 1)
    ]


def _processors(spec: Pipeline) -> list[ChildSpec]:
    names = tuple(batching.name for batching in spec.batchers)

    def processor() -> Actor:
        return Processor(
            spec.handlers(),
            producers=spec.producers.number,
            batchers=names,
            max_demand=spec.processors.max_demand,
            min_demand=spec.processors.min_demand,
        )

    return [
        ChildSpec(id=str(index), start=processor) for index in range(1, spec.processors.number + 1)
    ]


def _batcher(spec: Pipeline, batching: Batching) -> ChildSpec:
    batcher = partial(
        Batcher,
        batching.name,
        processors=spec.processors.number,
        batch_size=batching.batch_size,
        batch_timeout_s=batching.batch_timeout_s,
        max_demand=batching.max_demand,
    )

    def worker() -> Actor:
        return BatchWorker(spec.handlers(), batcher=batching.name)

    workers = [ChildSpec(id=str(index), start=worker) for index in range(1, batching.workers + 1)]
    return _group(
        batching.name,
        spec,
        [ChildSpec(id="batcher", start=batcher), _group("workers", spec, workers)],
    )


def _group(child_id: str, spec: Pipeline, children: Iterable[ChildSpec]) -> ChildSpec:
    start = partial(Supervisor, tuple(children), intensity=spec.intensity, period_s=spec.period_s)
    return ChildSpec(id=child_id, start=start)
