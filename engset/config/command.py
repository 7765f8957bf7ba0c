"""`engset check`: is this configuration good, and if not, why not."""

import sys
from collections.abc import Sequence

import msgspec

from engset.config.loading import load
from engset.config.options import BadUsage, Options, parse_options
from engset.config.practice import PRACTICE_REGISTRIES
from engset.config.problem import BadConfiguration, Problem
from engset.config.sections import Configuration

OK = 0
USAGE = 64
BAD_CONFIGURATION = 78
"""EX_CONFIG of sysexits.h."""

HELP = """\
usage: engset check [--config FILE] [--data-dir DIR] [--set section.key=value …] [--json]

Reads a configuration as `engset serve` would and names every key that is wrong, with the reason.
Exit code 0 when it is good, 78 when it is not, 64 when these words are not understood.
"""


def check(words: Sequence[str]) -> int:
    """Carry out `engset check`; returns its exit code."""
    try:
        options = parse_options(words)
    except BadUsage as error:
        sys.stderr.write(f"{error}\n{HELP}")
        return USAGE
    if options.help:
        sys.stdout.write(HELP)
        return OK
    try:
        configuration = load(options.config, overrides=options.overrides, data_dir=options.data_dir)
    except BadConfiguration as error:
        _report(options, error.problems)
        return BAD_CONFIGURATION
    _report(options, (), configuration.warnings)
    if not options.json:
        sys.stdout.write(f"{_summary(configuration)}\n")
    return OK


def _report(
    options: Options, problems: Sequence[Problem], warnings: Sequence[Problem] = ()
) -> None:
    if options.json:
        document = {"ok": not problems, "problems": problems, "warnings": warnings}
        sys.stdout.write(f"{msgspec.json.encode(document).decode()}\n")
        return
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    for warning in warnings:
        sys.stderr.write(f"warning: {warning}\n")


def _summary(configuration: Configuration) -> str:
    """What would run, on one line."""
    source = configuration.source or "the default configuration"
    real = [f"{name} ({_list(each.zones)})" for name, each in configuration.registry.items()]
    parts = [f"registries {', '.join(real)}"] if real else []
    if configuration.runs_practice_registries:
        practice = [f"{each.name} ({_list(each.zones)})" for each in PRACTICE_REGISTRIES]
        parts.append(f"practice registries {', '.join(practice)}")
    store = "the embedded PostgreSQL" if configuration.store.url is None else "your PostgreSQL"
    queues = [f"{name} ({each.limit})" for name, each in configuration.queue.items()]
    parts += [
        f"queues {', '.join(queues)}",
        f"page on http://{configuration.web.listen}",
        f"ssh on {configuration.control.ssh_listen}",
        f"data in {configuration.data_dir.absolute()}, with {store}",
    ]
    return f"{source} is good: {'; '.join(parts)}"


def _list(zones: Sequence[str]) -> str:
    return " ".join(f".{zone}" for zone in zones)
