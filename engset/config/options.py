"""The words after `engset serve` and `engset check`."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WITH_VALUE = ("--config", "--data-dir", "--set")
_FLAGS = ("--json", "--help")


class BadUsage(Exception):
    """Words that cannot be understood; the text says which."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    config: Path | None = None
    data_dir: Path | None = None
    overrides: tuple[str, ...] = ()
    json: bool = False
    help: bool = False


def parse_options(words: Sequence[str]) -> Options:
    """Read `--config FILE`, `--data-dir DIR`, `--set section.key=value` …, `--json`, `--help`.

    Without --data-dir the environment's ENGSET_DATA_DIR counts, as it does for the commands that
    look for the daemon. Raises BadUsage.
    """
    values: dict[str, list[str]] = {label: [] for label in _WITH_VALUE}
    flags: set[str] = set()
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        label, equals, value = word.partition("=")
        if word in _FLAGS or word == "-h":
            flags.add("--help" if word == "-h" else word)
        elif label not in values:
            known = ", ".join((*_WITH_VALUE, *_FLAGS))
            raise BadUsage(f"{label} is not understood; there are {known}")
        elif not equals and not waiting:
            raise BadUsage(f"{label} needs a value")
        else:
            values[label].append(value if equals else waiting.pop(0))
    data_dirs = values["--data-dir"] or [os.environ.get("ENGSET_DATA_DIR", "")]
    return Options(
        config=_last_path(values["--config"]),
        data_dir=_last_path(data_dirs),
        overrides=tuple(values["--set"]),
        json="--json" in flags,
        help="--help" in flags,
    )


def _last_path(texts: Sequence[str]) -> Path | None:
    """The last one given counts, as with most programs."""
    return Path(texts[-1]) if texts and texts[-1] else None
