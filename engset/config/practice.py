"""The practice registries that run when nothing real is configured: one of each profile."""

from dataclasses import dataclass

from actors.sandbox import ProfileName


@dataclass(frozen=True, slots=True)
class PracticeRegistry:
    """One registry of the sandbox, named for the real one that it is like."""

    name: str
    profile: ProfileName
    zones: tuple[str, ...]


PRACTICE_REGISTRIES = (
    PracticeRegistry("verisign", "thin", ("com", "net")),
    PracticeRegistry("pir", "thick", ("org",)),
)
