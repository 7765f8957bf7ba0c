"""The practice registries of a daemon to which nothing real was configured."""

import socket
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import Random

from actors.epp import RegistrySettings
from actors.sandbox import Practice, prepare_practice
from engset.config import PRACTICE_REGISTRIES

_HOST = "127.0.0.1"
_SESSIONS = 5
_LOWEST_PORT = 20_000
_LOWEST_EPHEMERAL_PORT = 32_768
"""Linux's default of net.ipv4.ip_local_port_range."""
_ATTEMPTS = 50


def practice_registries(folder: Path, now: datetime, random: Random) -> tuple[Practice, ...]:
    """One registry as .com and .net have it, and one as .org; made below `folder` if need be.

    Raises OSError.
    """
    return tuple(
        prepare_practice(
            folder / each.name,
            name=each.name,
            profile=each.profile,
            zones=each.zones,
            host=_HOST,
            port=_free_port(random),
            now=now,
            random=random,
        )
        for each in PRACTICE_REGISTRIES
    )


def practice_settings(practice: Practice) -> RegistrySettings:
    """Our side of a practice registry."""
    return RegistrySettings(
        name=practice.name,
        host=practice.host,
        port=practice.port,
        zones=practice.settings.zones,
        client_id=practice.account.client_id,
        password=practice.account.password,
        tls_ca=practice.certificates.ca,
        tls_certificate=practice.certificates.client_certificate,
        tls_key=practice.certificates.client_key,
        sessions=_SESSIONS,
        hello_every_s=60.0,
    )


def _free_port(random: Random) -> int:
    """A port that is free now; both sides have to know it before either starts.

    It lies below the range that the kernel takes ports of outgoing connections from. Else, while
    the registry is away, somebody's connection might get its port, or our own attempt to connect
    might meet itself (TCP's simultaneous open) and hold the port for ever.
    """
    for _ in range(_ATTEMPTS):
        port = random.randrange(_LOWEST_PORT, _LOWEST_EPHEMERAL_PORT)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((_HOST, port))
            return port
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
