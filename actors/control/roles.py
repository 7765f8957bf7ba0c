"""Who may do what: three roles, each containing the one before."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

Via = Literal["local", "ssh", "web"]


class Role(IntEnum):
    """How much a visitor may do. Compare with `>=`."""

    VIEWER = 1
    """Looks at everything, changes nothing."""
    OPERATOR = 2
    """Restarts and stops actors, asks registries, injects practice faults."""
    ADMIN = 3
    """Spends money, sees the configuration, ends the daemon."""

    @property
    def label(self) -> str:
        """The name as it stands in key files, pages and help."""
        return self.name.lower()

    @classmethod
    def named(cls, label: str) -> "Role | None":
        """The role of that label, or None."""
        return next((role for role in cls if role.label == label), None)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at one of the faces, as audit lines name them."""

    who: str
    """The comment of the SSH key, the local user, or the name of the web session."""
    role: Role
    via: Via
    address: str = ""
    """`192.0.2.7`, or empty for a local socket."""
