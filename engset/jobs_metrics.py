"""The metrics of queues, nodes and the clock."""

from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from actors.jobs import JobsHealth, LocalQueue, QueueHealth


def collect_jobs(health: JobsHealth) -> Iterator[Metric]:
    """Yield every family. What only this node knows is left out for queues that it does not run."""
    yield from _table(health)
    yield from _here(health)
    yield from _clock(health)


def _table(health: JobsHealth) -> Iterator[Metric]:
    """What all nodes share."""
    yield GaugeMetricFamily(
        "engset_jobs_up", "1 while this node takes part", value=float(health.state == "up")
    )
    jobs = GaugeMetricFamily("engset_jobs", "Jobs in the table", labels=["queue", "state"])
    oldest = GaugeMetricFamily(
        "engset_jobs_oldest_seconds", "How long the oldest job has been due", labels=["queue"]
    )
    for queue in health.queues:
        for count in queue.counts:
            jobs.add_metric([queue.name, count.state], count.jobs)
        if queue.oldest_s is not None:
            oldest.add_metric([queue.name], queue.oldest_s)
    yield jobs
    yield oldest
    yield _of_queues(
        health, "engset_jobs_paused", "1 while no node begins any", lambda each: each.paused
    )
    yield GaugeMetricFamily(
        "engset_job_nodes", "Nodes that run jobs", value=float(len(health.nodes))
    )
    yield GaugeMetricFamily(
        "engset_jobs_unknown_worker",
        "Due jobs that no worker here can perform",
        value=float(sum(each.jobs for each in health.unknown_workers)),
    )


def _of_queues(
    health: JobsHealth, name: str, text: str, value: Callable[[QueueHealth], float]
) -> Metric:
    family = GaugeMetricFamily(name, text, labels=["queue"])
    for queue in health.queues:
        family.add_metric([queue.name], float(value(queue)))
    return family


def _here(health: JobsHealth) -> Iterator[Metric]:
    """What this node does."""
    here = [(each.name, each.here) for each in health.queues if each.here is not None]
    gauges: tuple[tuple[str, str, Callable[[LocalQueue], float]], ...] = (
        ("engset_jobs_running", "Jobs that run here", lambda each: each.running_count),
        ("engset_jobs_limit", "How many may run here at once", lambda each: each.limit),
        (
            "engset_jobs_unacknowledged",
            "Results that wait to be written",
            lambda each: each.unacknowledged,
        ),
    )
    counters: tuple[tuple[str, str, Callable[[LocalQueue], float]], ...] = (
        ("engset_jobs_finished", "Attempts that ended here", lambda each: each.finished),
        ("engset_jobs_failed", "Of these: retried or discarded", lambda each: each.failed),
    )
    for name, text, value in gauges:
        gauge = GaugeMetricFamily(name, text, labels=["queue"])
        for queue, local in here:
            gauge.add_metric([queue], value(local))
        yield gauge
    for name, text, value in counters:
        counter = CounterMetricFamily(name, text, labels=["queue"])
        for queue, local in here:
            counter.add_metric([queue], value(local))
        yield counter
    yield _times(here)


def _times(here: list[tuple[str, LocalQueue]]) -> Metric:
    times = GaugeMetricFamily(
        "engset_job_ms", "Time percentiles of jobs here", labels=["queue", "phase", "quantile"]
    )
    for queue, local in here:
        for phase, timing in (("wait", local.wait), ("run", local.run)):
            for quantile, value in (
                ("0.5", timing.p50_ms),
                ("0.95", timing.p95_ms),
                ("0.99", timing.p99_ms),
            ):
                if value is not None:
                    times.add_metric([queue, phase, quantile], value)
    return times


def _clock(health: JobsHealth) -> Iterator[Metric]:
    missed = CounterMetricFamily(
        "engset_job_missed_firings", "Firings that came while no daemon ran", labels=["entry"]
    )
    for entry in health.clock:
        missed.add_metric([entry.name], entry.missed)
    yield missed
