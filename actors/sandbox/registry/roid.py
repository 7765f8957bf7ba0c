"""Repository object identifiers (RFC 5730 section 2.8)."""

from typing import Literal

from actors.sandbox.registry.settings import RegistrySettings
from actors.sandbox.registry.state import State


def next_roid(state: State, letter: Literal["C", "D", "H"], settings: RegistrySettings) -> str:
    """Give out the next identifier, as `D17-PRACTICE`; never the same twice."""
    return f"{letter}{state.next_number('roid')}-{settings.repository_id}"
