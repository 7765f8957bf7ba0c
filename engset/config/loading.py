"""From file and command line to a configuration that can be run, or the list of its faults."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engset.config.checks import check_configuration
from engset.config.document import apply_override, read_document
from engset.config.problem import BadConfiguration, Findings
from engset.config.reader import read_configuration
from engset.config.sections import Configuration


def load(
    path: Path | None = None,
    *,
    overrides: Sequence[str] = (),
    data_dir: Path | None = None,
    now: datetime | None = None,
) -> Configuration:
    """Read `path`, then apply `overrides` (`section.key=value`) and `data_dir`.

    Certificates have to be valid at `now`, the present unless given. Raises BadConfiguration with
    every fault found.
    """
    findings = Findings()
    document = {} if path is None else read_document(path, findings)
    for override in overrides:
        apply_override(document, override, findings)
    if data_dir is not None:
        document["data_dir"] = str(data_dir)
    return _finish(document, path, now, findings)


def configure(document: Mapping[str, Any], *, now: datetime | None = None) -> Configuration:
    """The configuration that a document of TOML's types says. Raises BadConfiguration."""
    return _finish(document, None, now, Findings())


def _finish(
    document: Mapping[str, Any], source: Path | None, now: datetime | None, findings: Findings
) -> Configuration:
    configuration = replace(read_configuration(document, findings), source=source)
    if now is None:
        now = datetime.now(UTC)  # noqa: TID251 - there is no system, and so no clock, before this
    configuration = check_configuration(configuration, now, findings)
    if findings.problems:
        raise BadConfiguration(findings.problems)
    return replace(configuration, warnings=tuple(findings.warnings))
