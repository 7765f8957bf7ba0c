"""The configuration: one TOML file into frozen dataclasses, every bad key named with its reason.

    configuration = load(Path("engset.toml"), overrides=["web.listen=127.0.0.1:0"])

Reading never stops at the first fault: an operator wants the whole list. Unknown keys are faults,
since a misspelt limit that is silently ignored costs money. What there is to set: `sections`; how
it is read: `document`, then `reader`; what is demanded: `checks`. The operator's page on it is
docs/configuration.md.
"""

from engset.config.address import Address, parse_address
from engset.config.command import BAD_CONFIGURATION, check
from engset.config.effective import HIDDEN, effective
from engset.config.loading import configure, load
from engset.config.options import BadUsage, Options, parse_options
from engset.config.practice import PRACTICE_REGISTRIES, PracticeRegistry
from engset.config.problem import BadConfiguration, Problem
from engset.config.secret import password_of
from engset.config.sections import (
    DEFAULT_SSH,
    DEFAULT_WEB,
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
from engset.config.settings import to_jobs_settings, to_registry_settings

__all__ = [
    "BAD_CONFIGURATION",
    "DEFAULT_SSH",
    "DEFAULT_WEB",
    "HIDDEN",
    "PRACTICE_REGISTRIES",
    "Address",
    "BadConfiguration",
    "BadUsage",
    "Configuration",
    "ControlSection",
    "CronSection",
    "JobsSection",
    "Options",
    "PracticeRegistry",
    "Problem",
    "QueueSection",
    "RegistrySection",
    "SandboxSection",
    "StoreSection",
    "WebSection",
    "check",
    "configure",
    "effective",
    "load",
    "parse_address",
    "parse_options",
    "password_of",
    "to_jobs_settings",
    "to_registry_settings",
]
