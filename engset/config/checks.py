"""Rules that only the whole configuration can break, or that need the machine it is for."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from actors.sandbox import BadSchemas, FaultTextError, find_schemas, parse_fault
from engset.config.address import Address, parse_address
from engset.config.exposure import is_exposed
from engset.config.jobs_rules import check_jobs
from engset.config.places import check_places
from engset.config.practice import PRACTICE_REGISTRIES
from engset.config.problem import Findings, as_written
from engset.config.registry_rules import check_registry
from engset.config.sections import Configuration


def check_configuration(
    configuration: Configuration, now: datetime, findings: Findings
) -> Configuration:
    """Find every fault; the configuration comes back with its zones normalised."""
    _check_listening(configuration, findings)
    _check_store(configuration, findings)
    check_places(configuration, findings)
    configuration = replace(
        configuration,
        registry={
            name: check_registry(name, section, now, findings)
            for name, section in configuration.registry.items()
        },
    )
    _check_zones(configuration, findings)
    _check_sandbox(configuration, findings)
    check_jobs(configuration, now, findings)
    _check_source(configuration, findings)
    return configuration


def _check_listening(configuration: Configuration, findings: Findings) -> None:
    web = _address("web.listen", configuration.web.listen, findings)
    ssh = _address("control.ssh_listen", configuration.control.ssh_listen, findings)
    if web is not None and not web.is_loopback:
        reason = f"{web} can be reached from other machines and the page speaks plain HTTP"
        findings.warn("web.listen", f"{reason}; put a proxy with TLS before it")
    if web is not None and web == ssh and web.port != 0:
        findings.wrong("control.ssh_listen", f"{ssh} is also web.listen")


def _address(key: str, text: str, findings: Findings) -> Address | None:
    try:
        return parse_address(text)
    except ValueError as error:
        findings.wrong(key, str(error))
        return None


def _check_store(configuration: Configuration, findings: Findings) -> None:
    """The url may hold a password: it is never repeated."""
    url = configuration.store.url
    if url is None or not findings.sound("store.url"):
        return
    if not url.startswith(("postgresql://", "postgres://")):
        findings.wrong("store.url", "does not begin with postgresql://")
        return
    try:
        _ = urlsplit(url).port
    except ValueError:
        findings.wrong("store.url", "its host or port cannot be read")


def _check_zones(configuration: Configuration, findings: Findings) -> None:
    """A zone is sold by one registry."""
    sellers: dict[str, str] = {}
    for name, section in configuration.registry.items():
        for zone in section.zones:
            if zone in sellers:
                findings.wrong(
                    f"registry.{as_written(name)}.zones", f"{zone} is also in {sellers[zone]}.zones"
                )
            sellers.setdefault(zone, f"registry.{as_written(name)}")


def _check_sandbox(configuration: Configuration, findings: Findings) -> None:
    if configuration.sandbox.provider:
        reason = "the practice provider is not part of this version yet"
        findings.wrong("sandbox.provider", reason)
    if configuration.runs_practice_registries:
        _check_practice(configuration, findings)
    elif not configuration.registry:
        findings.warn("sandbox.registry", "is false and there is no [registry.NAME]: no EPP at all")
    for number, text in enumerate(configuration.sandbox.faults, 1):
        fault = _wrong_fault(text)
        if fault is not None:
            findings.wrong("sandbox.faults", f"item {number}: {fault}")
    if configuration.sandbox.faults and not configuration.runs_practice_registries:
        findings.warn("sandbox.faults", "are for the practice registries, which do not run")
    _check_schemas(configuration.sandbox.schemas, findings)


def _check_schemas(path: str | None, findings: Findings) -> None:
    if path is not None and findings.sound("sandbox.schemas"):
        try:
            find_schemas(Path(path))
        except BadSchemas as error:
            findings.wrong("sandbox.schemas", str(error))


def _check_practice(configuration: Configuration, findings: Findings) -> None:
    """Beside real registries the practice ones need names and zones of their own."""
    for practice in PRACTICE_REGISTRIES:
        for name, section in configuration.registry.items():
            shared = ", ".join(zone for zone in section.zones if zone in practice.zones)
            if name == practice.name or shared:
                what = f"zones of {name} ({shared})" if shared else f"name {name}"
                reason = f"the practice registry {practice.name} has the {what}"
                findings.wrong("sandbox.registry", f"{reason}; set it to false")


def _wrong_fault(text: str) -> str | None:
    names = [practice.name for practice in PRACTICE_REGISTRIES]
    name, colon, fault = text.partition(":")
    if not colon or name.strip() not in names:
        return f"write REGISTRY: FAULT, where REGISTRY is {' or '.join(names)}"
    try:
        parse_fault(fault.strip())
    except FaultTextError as error:
        return error.reason
    return None


def _check_source(configuration: Configuration, findings: Findings) -> None:
    """A password in a file that all may read."""
    source: Path | None = configuration.source
    if source is None or not is_exposed(source):
        return
    for name, section in configuration.registry.items():
        if section.password is not None:
            reason = f"{source} can be read by every account of this machine"
            findings.warn(f"registry.{as_written(name)}.password", f"{reason}; use password_file")
