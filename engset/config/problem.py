"""What is wrong with a configuration, collected until all of it has been read."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a configuration, or one doubt about it."""

    key: str
    """`registry.verisign.sessions`."""
    reason: str
    """Never the value of a secret."""

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}"


class BadConfiguration(Exception):
    """The configuration cannot be used; `problems` names every fault."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


def as_written(key: str) -> str:
    """A key as TOML writes it: in quotes unless it is a plain word. Never more than one line."""
    return key if _BARE.fullmatch(key) is not None else json.dumps(key)


class Findings:
    """Faults, which stop the start, and warnings, which do not."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def wrong(self, key: str, reason: str) -> None:
        """Note a fault."""
        self.problems.append(Problem(key, reason))

    def warn(self, key: str, reason: str) -> None:
        """Note a doubt."""
        self.warnings.append(Problem(key, reason))

    def sound(self, *keys: str) -> bool:
        """Whether nothing is wrong with these keys so far, so that they may be compared."""
        return not any(problem.key in keys for problem in self.problems)
