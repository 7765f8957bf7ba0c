"""From a section of the file to what the room `epp` is given."""

from pathlib import Path

from actors.epp import RegistrySettings
from engset.config.secret import password_of
from engset.config.sections import RegistrySection


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


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
