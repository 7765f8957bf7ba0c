"""From the sections of the file to what the rooms `epp` and `jobs` are given."""

from pathlib import Path

import msgspec

from actors.epp import RegistrySettings
from actors.jobs import ClockSettings, JobsSettings, QueueSettings
from engset.config.secret import password_of
from engset.config.sections import Configuration, CronSection, QueueSection, RegistrySection


def to_registry_settings(name: str, section: RegistrySection) -> RegistrySettings:
    """What `[registry.NAME]` says, with the password from wherever it is kept.

    Raises OSError, ValueError or KeyError when the password is not there any more; `load` has
    made sure that it was.
    """
    return RegistrySettings(
        name=name,
        host=section.host,
        port=section.port,
        zones=section.zones,
        client_id=section.client_id,
        password=password_of(section),
        tls_ca=_path(section.tls_ca),
        tls_certificate=_path(section.tls_certificate),
        tls_key=_path(section.tls_key),
        tls_server_name=section.tls_server_name,
        sessions=section.sessions,
        hello_every_s=section.hello_every_s,
        idle_limit_s=section.idle_limit_s,
        age_limit_s=section.age_limit_s,
        commands_per_session=section.commands_per_session,
        commands_per_minute=section.commands_per_minute,
        names_per_check=section.names_per_check,
        connect_timeout_s=section.connect_timeout_s,
        command_timeout_s=section.command_timeout_s,
        extensions=section.extensions,
        limit_backoff_s=section.limit_backoff_s,
    )


def to_jobs_settings(configuration: Configuration) -> JobsSettings:
    """What `[jobs]`, `[queue.NAME]` and `[cron.NAME]` say."""
    jobs = configuration.jobs
    return JobsSettings(
        queues={name: _queue(name, section) for name, section in configuration.queue.items()},
        clock=tuple(_entry(name, section) for name, section in configuration.cron.items()),
        poll_s=jobs.poll_s,
        dead_after_s=jobs.dead_after_s,
        completed_kept_s=jobs.completed_kept_s,
        cancelled_kept_s=jobs.cancelled_kept_s,
        discarded_kept_s=jobs.discarded_kept_s,
        drain_s=jobs.drain_s,
    )


def _queue(name: str, section: QueueSection) -> QueueSettings:
    return QueueSettings(
        name=name,
        limit=section.limit,
        global_limit=section.global_limit,
        rate=section.rate,
        rate_period_s=section.rate_period_s,
        key=section.key,
        key_limit=section.key_limit,
        key_rate=section.key_rate,
        timeout_s=section.timeout_s,
        paused=section.paused,
    )


def _entry(name: str, section: CronSection) -> ClockSettings:
    return ClockSettings(
        name=name,
        expression=section.expression,
        zone=section.zone,
        worker=section.worker,
        args=msgspec.json.encode(section.args),
        queue=section.queue,
        missed=section.missed,
    )


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
