"""Configurations to test with: a document that is good, and what is wrong with another."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from engset.config import BadConfiguration, Configuration, RegistrySection, configure

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "correct-horse"

GOOD: dict[str, Any] = {
    "host": "epp.example.net",
    "zones": ["com", "net"],
    "client_id": "registrar-1",
    "password": PASSWORD,
}
"""A registry in which nothing is wrong."""


def registry(**changes: object) -> dict[str, Any]:
    """A document with the registry `verisign`, some of its keys changed; None takes one away."""
    section = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    return {"registry": {"verisign": section}}


def section(**changes: Any) -> RegistrySection:
    """The section of a registry, good but for the changes."""
    values: dict[str, Any] = {**GOOD, "zones": ("com", "net"), **changes}
    return RegistrySection(**values)


def accepted(document: Mapping[str, Any]) -> Configuration:
    """The configuration that a good document makes."""
    return configure(document, now=NOW)


def faults(document: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, reasons by key; several reasons of one key are joined."""
    with pytest.raises(BadConfiguration) as caught:
        configure(document, now=NOW)
    found: dict[str, str] = {}
    for problem in caught.value.problems:
        before = found.get(problem.key)
        found[problem.key] = problem.reason if before is None else f"{before} | {problem.reason}"
    return found


def warnings(document: Mapping[str, Any]) -> dict[str, str]:
    """What a good document is warned of, reasons by key."""
    return {each.key: each.reason for each in accepted(document).warnings}
