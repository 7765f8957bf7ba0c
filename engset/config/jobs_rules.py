"""Rules for the room of jobs: ranges, limits that need each other, the clock, and the workers."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from actors.jobs import BadCron, BadZone, CronExpression, Workers, parse_zone
from engset.config.problem import Findings, as_written
from engset.config.sections import Configuration, CronSection, JobsSection, QueueSection
from engset.workers import BadWorkerModule, add_workers, built_in_workers

_DAY_S = 86_400.0
_DECADE_S = 3_653 * _DAY_S
_LONGEST_NAME = 127
"""Of a queue and of a worker. Source: Oban's check constraints."""

JOBS_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "poll_s": (0.1, 3_600.0),
        "dead_after_s": (3.0, 3_600.0),  # heartbeats come each second
        "completed_kept_s": (1.0, _DECADE_S),
        "cancelled_kept_s": (1.0, _DECADE_S),
        "discarded_kept_s": (1.0, _DECADE_S),
        "drain_s": (0.0, 3_600.0),
    }
)
"""Least and greatest value."""
QUEUE_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "limit": (1, 10_000),
        "global_limit": (1, 1_000_000),
        "rate": (1, 1_000_000),
        "rate_period_s": (1.0, _DAY_S),
        "key_limit": (1, 1_000_000),
        "key_rate": (1, 1_000_000),
        "timeout_s": (0.1, 30 * _DAY_S),
    }
)
"""Likewise."""


def check_jobs(configuration: Configuration, now: datetime, findings: Findings) -> None:
    """Find every fault of `[jobs]`, the queues and the clock. Imports the modules of workers."""
    _check_ranges("jobs", configuration.jobs, JOBS_RANGES, findings)
    workers = _check_workers(configuration.jobs, findings)
    for name, queue in configuration.queue.items():
        _check_queue(f"queue.{as_written(name)}", queue, findings)
    for name, entry in configuration.cron.items():
        key = f"cron.{as_written(name)}"
        _check_time(key, entry, now, findings)
        _check_job(key, entry, configuration, workers, findings)


def _check_ranges(
    key: str,
    section: JobsSection | QueueSection,
    ranges: Mapping[str, tuple[float, float]],
    findings: Findings,
) -> None:
    for name, (least, greatest) in ranges.items():
        value = getattr(section, name)
        if value is not None and not least <= value <= greatest:
            findings.wrong(f"{key}.{name}", f"{value:g} is not in {least:,g} to {greatest:,g}")


def _check_workers(section: JobsSection, findings: Findings) -> Workers:
    workers = built_in_workers()
    for module in section.workers:
        try:
            count = add_workers(workers, module)
        except BadWorkerModule as error:
            findings.wrong("jobs.workers", str(error))
            continue
        if not count:
            reason = f"{module} defines no worker; name the modules that define them"
            findings.warn("jobs.workers", reason)
    return workers


def _check_queue(key: str, section: QueueSection, findings: Findings) -> None:
    _check_ranges(key, section, QUEUE_RANGES, findings)
    per_key = [name for name in ("key_limit", "key_rate") if getattr(section, name) is not None]
    if not findings.sound(f"{key}.key", f"{key}.key_limit", f"{key}.key_rate"):
        return
    if section.key is None and per_key:
        findings.wrong(f"{key}.{per_key[0]}", "needs key, which says what it counts by")
    if section.key is not None and not per_key:
        findings.wrong(f"{key}.key", "limits nothing without key_limit or key_rate")


def _check_time(key: str, section: CronSection, now: datetime, findings: Findings) -> None:
    """When it fires."""
    expression = zone = None
    if findings.sound(f"{key}.expression"):
        try:
            expression = CronExpression.parse(section.expression)
        except BadCron as error:
            findings.wrong(f"{key}.expression", f"{section.expression!r}: {error}")
    if findings.sound(f"{key}.zone"):
        try:
            zone = parse_zone(section.zone)
        except BadZone as error:
            findings.wrong(f"{key}.zone", str(error))
    if expression is not None and zone is not None and expression.next_after(now, zone) is None:
        findings.wrong(f"{key}.expression", f"{section.expression!r}: such a day never comes")


def _check_job(
    key: str,
    section: CronSection,
    configuration: Configuration,
    workers: Workers,
    findings: Findings,
) -> None:
    """What it inserts: others may run it, so what is not known here is only doubted."""
    for name in ("worker", "queue"):
        text = getattr(section, name)
        if text is not None and len(text) > _LONGEST_NAME:
            findings.wrong(f"{key}.{name}", f"has {len(text)} characters; Oban's table takes 127")
    if not findings.sound(f"{key}.worker", f"{key}.queue", "jobs.workers"):
        return
    worker = workers.get(section.worker)
    if worker is None:
        near = workers.nearest(section.worker)
        hint = f"; did you mean {near[0]}?" if near else ""
        findings.warn(f"{key}.worker", f"no worker here is called {section.worker}{hint}")
    queue = section.queue or ("default" if worker is None else worker.queue)
    if queue not in configuration.queue:
        reason = f"its queue {queue} is not run here: there is no [queue.{as_written(queue)}]"
        findings.warn(f"{key}.queue", reason)
