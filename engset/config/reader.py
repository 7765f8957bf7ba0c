"""From a document to the dataclasses of `sections`, naming every key that is wrong."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from engset.config.problem import Findings, as_written
from engset.config.sections import (
    DEFAULT_DATA_DIR,
    DEFAULT_QUEUE,
    TOP_LEVEL,
    Configuration,
    ControlSection,
    CronSection,
    JobsSection,
    QueueSection,
    RegistrySection,
    SandboxSection,
    StoreSection,
    WebSection,
)
from engset.config.values import BadValue, convert, plain_kind

_RESERVED = frozenset({"connections", "ledger", "pool", "poller", "settler"})
"""Actors below each `epp/NAME`; a registry of such a name would make their paths hard to read."""
_PLACEHOLDERS: Mapping[type[Any], object] = {str: "", tuple: ()}

Section = TypeVar("Section")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""Fit for a path of actors, a label of metrics, and a key on the command line."""


@dataclass(frozen=True, slots=True)
class _Family:
    """Sections of one kind, each with a name that the operator chooses."""

    key: str
    noun: str
    longest: int
    reserved: frozenset[str] = frozenset()


_REGISTRIES = _Family("registry", "registry", 32, _RESERVED)
_QUEUES = _Family("queue", "queue", 127)  # Oban's own limit
_CRON = _Family("cron", "cron entry", 127)


def read_configuration(document: Mapping[str, Any], findings: Findings) -> Configuration:
    """The whole, as far as it can be read.

    What is wrong with a key goes into `findings`, and its default, or a placeholder, stands in
    for it: so that all the other keys can still be looked at.
    """
    for key in document:
        if key not in TOP_LEVEL:
            findings.wrong(as_written(key), _unknown(key, TOP_LEVEL))
    if document.get("provider", {}) != {}:
        findings.wrong("provider", "mail providers are not part of this version yet")
    queues = _read_named(document, _QUEUES, QueueSection, findings)
    return Configuration(
        data_dir=_read_data_dir(document, findings),
        store=_read_section(document.get("store", {}), StoreSection, "store", findings),
        web=_read_section(document.get("web", {}), WebSection, "web", findings),
        control=_read_section(document.get("control", {}), ControlSection, "control", findings),
        sandbox=_read_section(document.get("sandbox", {}), SandboxSection, "sandbox", findings),
        jobs=_read_section(document.get("jobs", {}), JobsSection, "jobs", findings),
        queue=queues or {DEFAULT_QUEUE: QueueSection()},
        cron=_read_named(document, _CRON, CronSection, findings),
        registry=_read_named(document, _REGISTRIES, RegistrySection, findings),
    )


def _read_named(
    document: Mapping[str, Any], family: _Family, kind: type[Section], findings: Findings
) -> dict[str, Section]:
    tables = document.get(family.key, {})
    if not isinstance(tables, dict):
        reason = f"is one section for each {family.noun}: [{family.key}.NAME]"
        findings.wrong(family.key, reason)
        return {}
    sections: dict[str, Section] = {}
    for name, table in cast("dict[str, object]", tables).items():
        key = f"{family.key}.{as_written(name)}"
        if not isinstance(table, dict):
            reason = f"is a value, where [{family.key}.NAME] begins a {family.noun}'s section"
            findings.wrong(key, reason)
            continue
        if _NAME.fullmatch(name) is None or len(name) > family.longest:
            reason = f"a {family.noun}'s name has at most {family.longest} letters, digits, - and _"
            findings.wrong(key, reason)
        elif name in family.reserved:
            findings.wrong(key, f"{name} is the name of an actor; choose another")
        sections[name] = _read_section(cast("object", table), kind, key, findings)
    return sections


def _read_section(table: object, kind: type[Section], prefix: str, findings: Findings) -> Section:
    if not isinstance(table, dict):
        findings.wrong(prefix, f"is a section: [{prefix}]")
        return kind()
    given = cast("dict[str, object]", table)
    hints = get_type_hints(kind)
    for key in given:
        if key not in hints:
            findings.wrong(f"{prefix}.{as_written(key)}", _unknown(key, tuple(hints)))
    values: dict[str, object] = {}
    for each in fields(cast("Any", kind)):
        required = each.default is MISSING and each.default_factory is MISSING
        try:
            if each.name in given:
                values[each.name] = convert(given[each.name], hints[each.name])
            elif required:
                raise BadValue("is required")
        except BadValue as error:
            findings.wrong(f"{prefix}.{each.name}", error.reason)
            if required:
                values[each.name] = _PLACEHOLDERS[plain_kind(hints[each.name])]
    return kind(**values)


def _read_data_dir(document: Mapping[str, Any], findings: Findings) -> Path:
    try:
        return Path(convert(document.get("data_dir", DEFAULT_DATA_DIR), str))
    except BadValue as error:
        findings.wrong("data_dir", error.reason)
        return Path(DEFAULT_DATA_DIR)


def _unknown(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"unknown key; did you mean {near[0]}?" if near else "unknown key"
