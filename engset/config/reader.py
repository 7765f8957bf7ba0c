"""From a document to the dataclasses of `sections`, naming every key that is wrong."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from engset.config.problem import Findings, as_written
from engset.config.sections import (
    DEFAULT_DATA_DIR,
    TOP_LEVEL,
    Configuration,
    ControlSection,
    RegistrySection,
    SandboxSection,
    StoreSection,
    WebSection,
)
from engset.config.values import BadValue, convert, plain_kind

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_RESERVED = frozenset({"connections", "ledger", "pool", "poller", "settler"})
"""Actors below each `epp/NAME`; a registry of such a name would make their paths hard to read."""
_PLACEHOLDERS: Mapping[type[Any], object] = {str: "", tuple: ()}

Section = TypeVar("Section")


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
    return Configuration(
        data_dir=_read_data_dir(document, findings),
        store=_read_section(document.get("store", {}), StoreSection, "store", findings),
        web=_read_section(document.get("web", {}), WebSection, "web", findings),
        control=_read_section(document.get("control", {}), ControlSection, "control", findings),
        sandbox=_read_section(document.get("sandbox", {}), SandboxSection, "sandbox", findings),
        registry=_read_registries(document.get("registry", {}), findings),
    )


def _read_registries(tables: object, findings: Findings) -> dict[str, RegistrySection]:
    if not isinstance(tables, dict):
        findings.wrong("registry", "is one section for each registry: [registry.NAME]")
        return {}
    registries: dict[str, RegistrySection] = {}
    for name, table in cast("dict[str, object]", tables).items():
        key = f"registry.{as_written(name)}"
        if not isinstance(table, dict):
            findings.wrong(key, "is a value, where [registry.NAME] begins a registry's section")
            continue
        if _NAME.fullmatch(name) is None:
            findings.wrong(key, "a registry's name has at most 32 letters, digits, - and _")
        elif name in _RESERVED:
            findings.wrong(key, f"{name} is the name of an actor; choose another")
        registries[name] = _read_section(cast("object", table), RegistrySection, key, findings)
    return registries


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
