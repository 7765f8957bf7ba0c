"""Rules for one registry: ranges of single keys, and keys that depend on each other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from actors.epp import tls_context
from engset.config.address import is_host
from engset.config.problem import Findings, as_written
from engset.config.secret import check_password
from engset.config.sections import RegistrySection
from engset.config.settings import to_registry_settings
from engset.config.tls_files import TlsFiles
from engset.config.zones import normalised

_MONTH_S = 30 * 86_400.0
RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "port": (1, 65_535),
        "sessions": (1, 1_000),
        "hello_every_s": (1.0, _MONTH_S),
        "idle_limit_s": (1.0, _MONTH_S),
        "age_limit_s": (1.0, _MONTH_S),
        "commands_per_session": (1, 1_000_000_000),
        "commands_per_minute": (1, 1_000_000),
        "names_per_check": (1, 1_000),
        "connect_timeout_s": (0.1, 600.0),
        "command_timeout_s": (0.1, 600.0),
        "limit_backoff_s": (0.1, 1_800.0),
    }
)
"""Least and greatest value."""
_CLIENT_ID_LENGTHS = range(3, 17)


def check_registry(
    name: str, section: RegistrySection, now: datetime, findings: Findings
) -> RegistrySection:
    """Find every fault of one registry; the section comes back with its zones normalised."""
    key = f"registry.{as_written(name)}"
    _check_ranges(key, section, findings)
    _check_hosts(key, section, findings)
    _check_client_id(key, section, findings)
    _check_hello(key, section, findings)
    check_password(key, section, findings)
    TlsFiles(key, section, now, findings).check()
    section = _with_zones(key, section, findings)
    if not any(problem.key.startswith(f"{key}.") for problem in findings.problems):
        _check_context(name, section, findings)
    return section


def _check_ranges(key: str, section: RegistrySection, findings: Findings) -> None:
    for name, (least, greatest) in RANGES.items():
        value = getattr(section, name)
        if value is not None and not least <= value <= greatest:
            findings.wrong(f"{key}.{name}", f"{value:g} is not in {least:,g} to {greatest:,g}")


def _check_hosts(key: str, section: RegistrySection, findings: Findings) -> None:
    for name in ("host", "tls_server_name"):
        text: str | None = getattr(section, name)
        if text is None or not findings.sound(f"{key}.{name}") or is_host(text):
            continue
        host, colon, port = text.rpartition(":")
        if colon and is_host(host) and port.isdecimal():
            findings.wrong(f"{key}.{name}", f"is the host alone; write port = {port} beside it")
        else:
            findings.wrong(f"{key}.{name}", f"{text!r} is neither a host name nor an IP address")


def _check_client_id(key: str, section: RegistrySection, findings: Findings) -> None:
    client_id = section.client_id
    if not findings.sound(f"{key}.client_id"):
        return
    if len(client_id) not in _CLIENT_ID_LENGTHS:
        reason = f"has {len(client_id)} characters, not 3 to 16 (RFC 5730)"
        findings.wrong(f"{key}.client_id", reason)
    elif client_id != " ".join(client_id.split()):
        reason = "begins or ends with a space, or holds two in a row: EPP would change it"
        findings.wrong(f"{key}.client_id", reason)


def _check_hello(key: str, section: RegistrySection, findings: Findings) -> None:
    """Without a hello in time the registry ends idle sessions."""
    hello_s, idle_s = section.hello_every_s, section.idle_limit_s
    comparable = findings.sound(f"{key}.hello_every_s", f"{key}.idle_limit_s")
    if comparable and idle_s is not None and hello_s >= idle_s:
        reason = f"{hello_s:g} is not below idle_limit_s, which is {idle_s:g}"
        findings.wrong(f"{key}.hello_every_s", reason)


def _with_zones(key: str, section: RegistrySection, findings: Findings) -> RegistrySection:
    if not findings.sound(f"{key}.zones"):
        return section
    if not section.zones:
        findings.wrong(f"{key}.zones", "names no zone")
    zones, faults = normalised(section.zones)
    for fault in faults:
        findings.wrong(f"{key}.zones", fault)
    return replace(section, zones=zones)


def _check_context(name: str, section: RegistrySection, findings: Findings) -> None:
    """What only OpenSSL knows, such as a key that is too short for it."""
    try:
        tls_context(to_registry_settings(name, section))
    except OSError as error:
        key = "tls_ca" if section.tls_certificate is None else "tls_certificate"
        findings.wrong(f"registry.{as_written(name)}.{key}", f"OpenSSL refuses it: {error}")
