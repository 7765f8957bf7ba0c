"""What a practice registry is made of: its profile, zones, accounts and limits."""

import re
from dataclasses import dataclass, field
from random import Random
from string import ascii_letters, digits
from typing import Final, Literal

from protocols.epp_server.namespace import CONTACT, DOMAIN, HOST

ProfileName = Literal["thin", "thick"]

_ZONE: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_PASSWORD_CHARACTERS: Final = ascii_letters + digits


class SettingError(ValueError):
    """A setting that no registry can run with; names the key and the reason."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        """Build the sentence from the fields."""
        return f"{self.key}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Account:
    """One registrar: who may log in. Lengths as in RFC 5730 section 4."""

    client_id: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Hold the lengths of the protocol's schema."""
        if not 3 <= len(self.client_id) <= 16:
            raise SettingError("accounts.client_id", "must have 3 to 16 characters")
        if not 6 <= len(self.password) <= 16:
            raise SettingError("accounts.password", "must have 6 to 16 characters")


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """The whole of a registry's policy.

    `thin` is the way of .com and .net: no contacts, and auth info is required. `thick` is the
    classic way of .org: contacts are objects, and a domain has a registrant, an admin and a tech.
    """

    profile: ProfileName
    zones: tuple[str, ...]
    accounts: tuple[Account, ...]
    server_id: str = "Engset practice registry"
    repository_id: str = "PRACTICE"
    sessions_per_account: int = 10
    wrong_passwords: int = 3
    """So many in one connection end it with 2501."""
    names_per_check: int = 100
    nameservers_per_domain: int = 13
    transfer_s: float = 5 * 86400.0
    """A transfer that the losing account left unanswered for so long is approved."""
    login_limit_s: float = 30.0
    """A connection that has not logged in so long after the greeting is closed."""
    idle_limit_s: float = 600.0
    """A session that sends nothing for so long is closed."""
    age_limit_s: float = 86_400.0
    """A session is closed when it is so old."""

    def __post_init__(self) -> None:
        """Refuse what cannot work, by key."""
        if not self.zones:
            raise SettingError("zones", "at least one is needed")
        for zone in self.zones:
            if not _ZONE.fullmatch(zone):
                raise SettingError("zones", f"{zone!r} is no lower-case domain name")
        if len({account.client_id for account in self.accounts}) < len(self.accounts):
            raise SettingError("accounts", "two have the same client_id")
        if len(self.accounts) < 2:
            raise SettingError("accounts", "at least two are needed, for transfers between them")
        if not re.fullmatch(r"\w{1,8}", self.repository_id):
            raise SettingError("repository_id", "must have 1 to 8 letters, digits or underscores")
        for key in ("sessions_per_account", "login_limit_s", "idle_limit_s", "age_limit_s"):
            if not getattr(self, key) > 0:
                raise SettingError(key, "must be above 0")

    @property
    def has_contacts(self) -> bool:
        """Whether contacts are objects here."""
        return self.profile == "thick"

    @property
    def connections(self) -> int:
        """How many sessions all accounts together may have."""
        return self.sessions_per_account * len(self.accounts)

    @property
    def object_uris(self) -> tuple[str, ...]:
        """The object services that the greeting offers."""
        return (DOMAIN, HOST, CONTACT) if self.has_contacts else (DOMAIN, HOST)


def generate_accounts(random: Random, *, count: int = 2) -> tuple[Account, ...]:
    """Make accounts `practice-1`, `practice-2` … with passwords of 16 random characters."""
    return tuple(
        Account(
            f"practice-{number}",
            "".join(random.choice(_PASSWORD_CHARACTERS) for _ in range(16)),
        )
        for number in range(1, count + 1)
    )
